"""When a change of published figures waits for a person: the catalogue's limits, and the office's own over them.

What the limits are compared with, and what explains a change beyond them, is the room ``publish``'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pydantic import Field, field_validator

from dx_pipeline.catalogue.models import Entry, Indicator, Kind
from dx_pipeline.catalogue.yaml_files import Location, read_model
from dx_pipeline.settings import HoldLimits, PublicationChoices

PUBLICATION_FILE = "publication.yaml"

# Which limits speak of which kind of quantity; the others of an indicator's own entry would never be looked at.
LIMITS_OF_KIND: dict[Kind, frozenset[str]] = {
    Kind.RATE: frozenset({"rate_points", "part_percent"}),
    Kind.COUNT_STOCK: frozenset({"count_percent", "count_difference"}),
    Kind.COUNT_FLOW: frozenset({"count_percent", "count_difference"}),
    Kind.SCORE: frozenset({"score_percent"}),
    Kind.MEASURE: frozenset({"measure_percent"}),
    Kind.RANK: frozenset({"rank_places"}),
    Kind.STATUS: frozenset({"is_status_held"}),
}
_ANY_KIND = frozenset({"is_gone_held"})


class Publication(Entry):
    """``publication.yaml``: the limits of every figure, and those of single indicators.

    Operational choices of the project, not official thresholds.
    """

    hold: HoldLimits = Field(description="Each of them: a change beyond it holds publication")
    indicators: dict[str, HoldLimits] = Field(
        default_factory=dict, description="Indicator code -> its own limits, where they differ"
    )

    @field_validator("hold")
    @classmethod
    def _every_limit_is_set(cls, value: HoldLimits) -> HoldLimits:
        unset = [name for name, limit in value.model_dump().items() if limit is None]
        if unset:
            raise ValueError(f"give a value for {', '.join(unset)}; .inf never holds")
        return value

    def limits_of(self, indicator_code: str, office: PublicationChoices) -> HoldLimits:
        """The limits in force: an indicator's own before the general ones, the office's before the catalogue's."""
        merged: dict[str, object] = {}
        layers = (
            self.hold,
            office.hold,
            self.indicators.get(indicator_code),
            office.indicators.get(indicator_code),
        )
        for layer in layers:
            merged |= layer.model_dump(exclude_none=True) if layer else {}
        return HoldLimits.model_validate(merged)


@cache
def load_publication(root: Path | None = None) -> Publication:
    """The limits of the catalogue.

    Args:
        root: The catalogue's folder; the shipped one if empty.

    Raises:
        BrokenCatalogueError: The file is missing, is not YAML or breaks the model; names file and line.
    """
    return read_model((root or Path(__file__).parent) / PUBLICATION_FILE, Publication)


def publication_faults(
    publication: Publication, indicators: dict[str, Indicator]
) -> Iterator[tuple[Location, str]]:
    """Limits of indicators that there are not, and limits that the indicator's kind never looks at."""
    for code, limits in publication.indicators.items():
        indicator = indicators.get(code)
        if indicator is None:
            yield ("indicators", code), f"{code!r} is no code of the catalogue's indicators"
            continue
        known = LIMITS_OF_KIND[indicator.kind] | _ANY_KIND
        for name in limits.model_dump(exclude_none=True):
            if name not in known:
                kind, names = indicator.kind.value, ", ".join(sorted(known))
                yield ("indicators", code, name), f"{code} is a {kind}: its limits are {names}"

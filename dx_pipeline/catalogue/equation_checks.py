"""Whether the equations of the catalogue can be asked of figures: their codes, and that they can add up at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dx_pipeline.catalogue.models import Equation, Indicator, Kind
from dx_pipeline.catalogue.yaml_files import Location

_STATUSES = ("green", "yellow", "red")


def equation_faults(
    equations: Sequence[Equation], indicators: Mapping[str, Indicator]
) -> Iterator[tuple[Location, str]]:
    """Each fault of an equation: the place in its file and the message."""
    for index, equation in enumerate(equations):
        for place, message in _faults(equation, indicators):
            yield (index, *place), message


def _faults(equation: Equation, indicators: Mapping[str, Indicator]) -> Iterator[tuple[Location, str]]:
    if bool(equation.counts) == bool(equation.parts):
        yield (), "needs either parts or counts"
    codes: list[tuple[Location, str]] = [(("total",), equation.total)]
    codes += [(("parts", number), code) for number, code in enumerate(equation.parts)]
    for place, code in codes:
        if code not in indicators:
            yield place, f"{code!r} is no code of the catalogue's indicators"
        elif indicators[code].unit != indicators.get(equation.total, indicators[code]).unit:
            yield place, f"{code} has another unit than {equation.total}"
    if len(set(equation.parts)) < len(equation.parts) or equation.total in equation.parts:
        yield ("parts",), "an indicator stands once in an equation"
    if counts := equation.counts:
        counted = indicators.get(counts.indicator)
        if counted is None or counted.kind is not Kind.STATUS:
            yield ("counts", "indicator"), f"{counts.indicator!r} is no status indicator of the catalogue"
        if counts.status not in _STATUSES:
            yield ("counts", "status"), f"{counts.status!r} is none of {', '.join(_STATUSES)}"

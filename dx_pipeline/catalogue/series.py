"""Which figures form one series: families of methods, and what of the 63 old provinces may be summed into the 34.

Only what follows from the entries; the statements that use it are in ``statistics``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum

from dx_pipeline.catalogue.models import Indicator, Kind, Method, MethodInForce, NationalRule

DEFINITION_IN_FORCE = "in_force"

Location = tuple[str | int, ...]


class PredecessorRule(StrEnum):
    """How a merged province's figure of a month before the merger is made of its predecessors'."""

    SUM = "sum"
    RATIO_OF_SUMS = "ratio_of_sums"
    NONE = "none"


def family_of(method: Method) -> str:
    """The series that figures of this method belong to."""
    return method.family or method.version


def methods_in_force(
    indicator: Indicator, methods: Mapping[str, Method]
) -> Iterator[tuple[str, date | None, date | None]]:
    """The families that hold for figures which name no method: family, first day, first day of the next one."""
    for place, entry in enumerate(indicator.methods):
        after = indicator.methods[place + 1 : place + 2]
        yield family_of(methods[entry.version]), entry.valid_from, after[0].valid_from if after else None


def predecessor_rule(indicator: Indicator, indicators: Mapping[str, Indicator]) -> PredecessorRule:
    """Whether figures of old provinces may be added up, by what the catalogue says of sums over provinces.

    Counts are summed where the nation's figure is their sum. A quotient is the ratio of sums where the nation's is
    (a weighted mean with both parts is the same), unless a part is a count that is never summed over provinces:
    the services of two old provinces are mostly the same services.
    """
    if indicator.kind in (Kind.COUNT_STOCK, Kind.COUNT_FLOW):
        return PredecessorRule.SUM if indicator.national is NationalRule.SUM else PredecessorRule.NONE
    parts = (indicator.numerator, indicator.denominator)
    has_parts = all(
        part is not None
        and (part.indicator is None or indicators[part.indicator].national is NationalRule.SUM)
        for part in parts
    )
    is_quotient = indicator.national in (NationalRule.RATIO_OF_SUMS, NationalRule.WEIGHTED_MEAN)
    return PredecessorRule.RATIO_OF_SUMS if has_parts and is_quotient else PredecessorRule.NONE


def method_faults(methods: Sequence[Method]) -> Iterator[tuple[Location, str]]:
    """What is wrong with the list of methods: the place in its file and the message."""
    first: dict[str, int] = {}
    families = {DEFINITION_IN_FORCE, "", *(method.version for method in methods)}
    for place, method in enumerate(methods):
        if method.family not in families:
            yield (
                (place, "family"),
                f"{method.family!r} is neither {DEFINITION_IN_FORCE} nor a version of this file",
            )
        if method.version in first:
            yield (place, "version"), f"{method.version!r} is already entry {first[method.version] + 1}"
        first.setdefault(method.version, place)
        if not method.is_definition_known and not method.notes:
            yield (place, "notes"), "must say what is not known of the definition"


def in_force_faults(
    entries: Sequence[MethodInForce], methods: Mapping[str, Method]
) -> Iterator[tuple[Location, str]]:
    """What is wrong with an indicator's methods by date."""
    for place, entry in enumerate(entries):
        where: Location = ("methods", place)
        method = methods.get(entry.version)
        if method is None:
            yield (*where, "version"), f"{entry.version!r} is no version of methods.yaml"
        elif family_of(method) == DEFINITION_IN_FORCE:
            yield (*where, "version"), f"{entry.version!r} says who sent a figure, not how it is defined"
        before = entries[place - 1].valid_from if place else None
        if place and (entry.valid_from is None or (before is not None and entry.valid_from <= before)):
            yield (*where, "valid_from"), "must be a day after the method before it"

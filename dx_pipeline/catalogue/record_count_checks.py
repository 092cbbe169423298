"""Whether the counts and rates of a large register can be made, and agree with each other and with the indicators.

Called by ``record_checks.py``; places are those below ``records``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.heading_checks import PlacedMessage
from dx_pipeline.catalogue.indicator_rules import LEVELS
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.record_models import NO, PRESENT, YES

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.record_models import Conditions, RateConditions, RecordTable
    from dx_pipeline.catalogue.source_models import Source

_Place = tuple[str | int, ...]
_PARTS = ("numerator", "denominator")


def count_faults(
    source: Source, table: RecordTable, indicators: Mapping[str, Indicator]
) -> Iterator[PlacedMessage]:
    """What is wrong with the counts.

    Args:
        source: The source of the register.
        table: Its register.
        indicators: The catalogue's indicators by code.
    """
    for code, conditions in table.counts.items():
        place = ("counts", code)
        yield from _counted_conditions(place, conditions, table)
        yield from _indicator_faults(place, code, (Kind.COUNT_FLOW, Kind.COUNT_STOCK), source, indicators)


def rate_faults(
    source: Source, table: RecordTable, indicators: Mapping[str, Indicator]
) -> Iterator[PlacedMessage]:
    """What is wrong with the rates.

    Args:
        source: The source of the register.
        table: Its register.
        indicators: The catalogue's indicators by code.
    """
    for code, rate in table.rates.items():
        place = ("rates", code)
        for part in _PARTS:
            yield from _counted_conditions((*place, part), getattr(rate, part), table)
        yield from _indicator_faults(place, code, (Kind.RATE,), source, indicators)
        if code in indicators:
            yield from _part_faults(place, rate, table, indicators[code])


def condition_faults(place: _Place, conditions: Conditions, table: RecordTable) -> Iterator[PlacedMessage]:
    """Fields that are not there, and codes that no row can have.

    Args:
        place: Where the conditions stand.
        conditions: Field -> codes.
        table: The register.
    """
    for field, wanted in conditions.items():
        codes = _codes_of(table, field)
        if codes is None:
            yield (*place, field), f"{field!r} is no column of the register"
        elif not wanted:
            yield (*place, field), f"no code of {field} is named; no row would ever meet it"
        elif unknown := sorted(set(wanted) - codes):
            known = ", ".join(sorted(codes))
            yield (
                (*place, field),
                f"{', '.join(map(repr, unknown))} is none of what {field} can be asked for: {known}",
            )


def _codes_of(table: RecordTable, field: str) -> set[str] | None:
    """What a condition may ask of a field; None where there is no such field."""
    if progress := table.progress.get(field):
        return {progress.on_time, progress.late, progress.in_time, progress.overdue}
    column = table.columns.get(field)
    if column is None:
        return None
    return {PRESENT, *((YES, NO) if column.type == "flag" else table.values.get(field, {}).values())}


def _counted_conditions(place: _Place, conditions: Conditions, table: RecordTable) -> Iterator[PlacedMessage]:
    yield from condition_faults(place, conditions, table)
    for field in conditions:
        progress = table.progress.get(field)
        for name in (progress.due, progress.finished) if progress else (field,):
            if name in table.columns and not table.columns[name].is_required:
                yield (*place, field), f"a file may leave out {name}, and would then count no row; require it"


def _indicator_faults(
    place: _Place, code: str, kinds: tuple[Kind, ...], source: Source, indicators: Mapping[str, Indicator]
) -> Iterator[PlacedMessage]:
    indicator = indicators.get(code)
    if indicator is None:
        yield place, f"{code!r} is no code of the catalogue's indicators"
        return
    if indicator.kind not in kinds:
        yield place, f"{code} is a {indicator.kind.value}, not a {' or '.join(kind.value for kind in kinds)}"
    if source.code not in indicator.sources:
        yield place, f"{code} does not list {source.code} among its sources"
    if missing := [level for level in LEVELS if level not in indicator.levels]:
        yield place, f"{code} has no {' or '.join(missing)} figures; the register makes them"
    # What other sources bring as well may be asked of provinces in fewer scopes than the register makes.
    scope = source.records.commune_scope if source.records else "all"
    if indicator.sources == (source.code,) and scope not in indicator.scopes:
        yield place, f"{code} does not list the scope {scope}; the register makes it"


def _part_faults(
    place: _Place, rate: RateConditions, table: RecordTable, indicator: Indicator
) -> Iterator[PlacedMessage]:
    """A rate divides what its indicator says: where that is counted here too, the same rows."""
    both = _both(rate.denominator, rate.numerator)
    if empty := [field for field, codes in both.items() if not codes]:
        yield (*place, "numerator"), f"none of the denominator's rows meets it: {', '.join(empty)}"
    for name, rows in (("numerator", both), ("denominator", _both(rate.denominator, {}))):
        part = getattr(indicator, name)
        if part is None:
            yield (*place, name), f"{indicator.code} has no {name}"
        elif part.indicator in table.counts and rows != _both(table.counts[part.indicator], {}):
            yield (
                (*place, name),
                f"counts other rows than {part.indicator}, which is the {name} of {indicator.code}",
            )


def _both(first: Conditions, second: Conditions) -> dict[str, set[str]]:
    """The conditions of rows that meet both."""
    found = {field: set(codes) for field, codes in first.items()}
    for field, codes in second.items():
        found[field] = found[field] & set(codes) if field in found else set(codes)
    return found

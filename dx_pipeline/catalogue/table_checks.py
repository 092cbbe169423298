"""Whether a report's table entry agrees with itself and with the rest of the catalogue.

Called by ``validation.py``; a finding names the place in the source's file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dx_pipeline.catalogue.expressions import parse_equation, parse_ratio, parse_sum
from dx_pipeline.catalogue.heading_checks import PlacedMessage, headings_twice
from dx_pipeline.catalogue.models import Kind

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import ReportTable, Source

LEVELS = {"provinces": "province", "communes": "commune", "offices": "province", "fields": "province"}


def table_faults(
    source: Source, indicators: Mapping[str, Indicator], scopes: set[str]
) -> Iterator[PlacedMessage]:
    """Every contradiction in the source's table.

    Args:
        source: Any source; one without a table is asked whether it should have one.
        indicators: The catalogue's indicators by code.
        scopes: The codes of the catalogue's scopes.

    Yields:
        The place in the source's file, and what is wrong.
    """
    table = source.table
    if (source.reader == "report_table") != (table is not None):
        yield ("reader",), "the reader 'report_table' and a table belong together"
    if table is None:
        return
    if not {"area_name", "area_code"} & set(table.columns):
        yield ("table", "columns"), "area_name or area_code must be among the columns: it names the rows"
    yield from headings_twice("table", table.columns, source)
    yield from _map_faults(source, table)
    yield from _expression_faults(table)
    for words, scope in table.sections.items():
        if scope not in scopes:
            yield ("table", "sections", words), f"{scope!r} is no code of the catalogue's scopes"
    for code in table.figures:
        yield from _figure_faults(source, table, code, indicators.get(code))


def _map_faults(source: Source, table: ReportTable) -> Iterator[PlacedMessage]:
    for heading, name in source.header_map.items():
        if name not in table.columns:
            yield ("header_map", heading), f"{name!r} is no column of the table"


def _expression_faults(table: ReportTable) -> Iterator[PlacedMessage]:
    for index, text in enumerate(table.equations):
        yield from _fields_faults(
            ("table", "equations", index), text, lambda it: parse_equation(it).fields, table
        )
    for name, text in table.rates.items():
        place = ("table", "rates", name)
        if name not in table.columns:
            yield place, f"{name!r} is no column of the table"
        yield from _fields_faults(place, text, _fields_of_ratio, table)


def _fields_of_ratio(text: str) -> tuple[str, ...]:
    ratio = parse_ratio(text)
    return (*ratio.numerator, *ratio.denominator)


def _fields_faults(
    place: tuple[str | int, ...], text: str, parse: Callable[[str], Sequence[str]], table: ReportTable
) -> Iterator[PlacedMessage]:
    try:
        names = parse(text)
    except ValueError as error:
        yield place, str(error)
        return
    for name in names:
        if name not in table.columns:
            yield place, f"{name!r} is no column of the table"


def _figure_faults(
    source: Source, table: ReportTable, code: str, indicator: Indicator | None
) -> Iterator[PlacedMessage]:
    place = ("table", "figures", code)
    roles: dict[Any, str] = dict(table.figures[code])
    for role, text in roles.items():
        yield from _fields_faults((*place, role), text, parse_sum, table)
    if indicator is None:
        yield place, f"{code!r} is no code of the catalogue's indicators"
        return
    if source.code not in indicator.sources:
        yield place, f"{code} does not list {source.code} among its sources"
    if LEVELS[table.rows] not in indicator.levels:
        yield place, f"{code} has no {LEVELS[table.rows]} figures"
    for role in ("numerator", "denominator"):
        if role in roles and getattr(indicator, role) is None:
            yield (*place, role), f"{code} has no {role}"
    is_summed = table.rows in ("offices", "fields")
    if is_summed and indicator.kind not in (Kind.COUNT_STOCK, Kind.COUNT_FLOW, Kind.RATE):
        yield (
            place,
            f"{code} is a {indicator.kind.value}; rows of {table.rows} are added up, which only counts can be",
        )
    if is_summed and indicator.kind is Kind.RATE and not {"numerator", "denominator"} <= set(roles):
        yield place, f"{code} is a rate: it needs numerator and denominator, since rates are never added up"

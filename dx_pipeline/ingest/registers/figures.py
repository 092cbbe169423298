"""Counts as observations, and what is said of a whole table: totals that differ, headings, counts not made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.ingest.observation import NATION, Observation
from dx_pipeline.ingest.registers.counting import Count, count_rows
from dx_pipeline.ingest.registers.words import Words
from dx_pipeline.ingest.tables.differences import proposal
from dx_pipeline.ingest.tables.headings import cell_text
from dx_pipeline.ingest.tables.reports import KNOWN_HEADING, TOTAL_MATCHES_PARTS, Report, range_locator

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Conditions, RegisterTable, Source
    from dx_pipeline.ingest.registers.judging import Judged
    from dx_pipeline.ingest.registers.rows import TableRows, Thing
    from dx_pipeline.ingest.tables.finding import Table
    from dx_pipeline.ingest.tables.front import Front

_PLAIN_FIELDS = ("row_number", "note")
_SHOWN = 10


def usable_conditions(
    register: RegisterTable, tables: Sequence[Table], rows: Mapping[int, TableRows]
) -> dict[str, Conditions]:
    """Indicator -> the first of its conditions whose columns every table has; others are left out."""
    present = set.intersection(*(_fields_said(register, table, rows[id(table)]) for table in tables))
    found: dict[str, Conditions] = {}
    for code in register.counts:
        for conditions in register.alternatives(code):
            if set(conditions) <= present:
                found[code] = conditions
                break
    return found


def _fields_said(register: RegisterTable, table: Table, rows: TableRows) -> set[str]:
    """The fields that a table's columns say. Dates stand for a status only where no unknown column may be it."""
    present = set(table.columns)
    for name, dates in register.timeliness.items():
        words = Words(register.values.get(name, {}))
        others = (
            thing.table.sheet.rows[thing.row][heading.column]
            for thing in rows.things
            for heading in table.match.unknown
        )
        if dates.due in present and not any(cell_text(cell) and words.code_of(cell) for cell in others):
            present.add(name)
    return present


def observations(
    judged: Judged, conditions: Mapping[str, Conditions], source: Source, catalogue: Catalogue, front: Front
) -> list[Observation]:
    """The counts that have one reading only."""
    register, counts = source.register_table, count_rows(judged.rows, conditions)
    if register is None:
        return []
    return [
        _observation(count, judged, conditions[count.indicator_code], source, catalogue, front)
        for count in counts
        if count.is_certain
        and (count.area_code, None) not in judged.doubtful
        and (count.area_code, count.scope) not in judged.doubtful
    ]


def _observation(  # noqa: PLR0913, PLR0917 - what one figure is made of
    count: Count,
    judged: Judged,
    conditions: Conditions,
    source: Source,
    catalogue: Catalogue,
    front: Front,
) -> Observation:
    indicator, period = catalogue.indicators[count.indicator_code], front.period
    said = " & ".join(f"{name} = {' | '.join(codes)}" for name, codes in conditions.items())
    return Observation(
        indicator_code=count.indicator_code,
        area_code=count.area_code,
        area_level="national" if count.area_code == NATION else "province",
        scope=count.scope,
        period_start=period.period_start,
        period_end=period.period_end,
        period_basis=period.period_basis,
        as_of=period.as_of,
        accumulates_from=period.accumulates_from if indicator.kind is Kind.COUNT_FLOW else None,
        value=float(count.value),
        unit=indicator.unit,
        method_version=source.method_version,
        is_sample=front.is_sample,
        locator=_locator(judged.things, count.first_row, count.last_row),
        raw_text=f"{count.value}/{count.things}{f': {said}' if said else ''}",
    )


def _locator(things: Sequence[Thing], first: int, last: int) -> str:
    """The rows of a count, on each sheet they stand on: ``Sheet!A8:A844``."""
    by_table: dict[int, list[Thing]] = {}
    for thing in things[first : last + 1]:
        by_table.setdefault(id(thing.table), []).append(thing)
    return "; ".join(
        range_locator(some[0].table.sheet, [some[0].row, some[-1].row], [min(some[0].table.columns.values())])
        for some in by_table.values()
    )


def report_headings(table: Table, rows: TableRows, report: Report) -> None:
    """Columns that nobody knows: what they say is not lost without a word."""
    for heading in table.match.unknown:
        if any(cell_text(table.sheet.rows[thing.row][heading.column]) for thing in rows.things):
            entry = proposal(table, heading)
            report.add(
                KNOWN_HEADING,
                (heading.row, heading.column),
                f"the column «{heading.path}» is not known and was not read"
                f"{f'; if it is the same, add to the entry of the source: {entry}' if entry else ''}",
                f"cột «{heading.path}» chưa có trong danh mục nên không đọc"
                f"{f'; nếu đúng là cùng một cột, thêm vào mục của nguồn: {entry}' if entry else ''}.",
                severity="WARN",
            )
    for name, heading in table.match.repeated:
        if name not in _PLAIN_FIELDS:
            report.add(
                KNOWN_HEADING,
                (heading.row, heading.column),
                f"a second column «{heading.path}»; only the first was read",
                f"có hai cột «{heading.path}»; chỉ đọc cột đầu.",
                severity="WARN",
            )


def report_missing_counts(
    table: Table, register: RegisterTable, conditions: Mapping[str, Conditions], report: Report
) -> None:
    """Counts that cannot be made because no column says what they need."""
    for code in register.counts:
        if code in conditions or code in register.optional_counts:
            continue
        names = {name for fields in register.alternatives(code) for name in fields}
        wanted = ", ".join(
            f"«{register.columns[name].headings[0]}»" for name in sorted(names) if name in register.columns
        )
        entries = "; ".join(filter(None, (proposal(table, heading) for heading in table.match.unknown)))
        report.add(
            KNOWN_HEADING,
            (table.heading_row, min(table.headings)),
            f"{code} is not counted: no column {wanted}"
            f"{f'; if it is the same, add to the entry of the source: {entries}' if entries else ''}",
            f"chưa đếm {code}: không có cột {wanted}"
            f"{f'; nếu đúng là cùng một cột, thêm vào mục của nguồn: {entries}' if entries else ''}.",
            indicator_code=code,
        )


def report_totals(rows: TableRows, report: Report) -> None:
    """Totals that are not the number of the rows above them."""
    for total in rows.totals:
        counts = {total.things_above or len(rows.things), total.things_in_section}
        if not counts & set(total.numbers):
            said = ", ".join(map(str, total.numbers))
            report.add(
                TOTAL_MATCHES_PARTS,
                (total.row, total.column),
                f"says {said}, but the table has {max(counts)} rows for it",
                f"ghi {said} nhưng bảng có {max(counts)} dòng. Đề nghị kiểm tra.",
                severity="WARN",
            )


def report_strays(rows: TableRows, report: Report) -> None:
    """Rows that may be things but stand where none is expected."""
    for place in rows.strays:
        report.add(
            "readable_value",
            place,
            "the row stands below the end of the table or where a section begins, and was not counted; if it is one of "
            "the list, give it a row number and put it among the others",
            "dòng này nằm dưới phần cuối bảng hoặc ở chỗ tiêu đề mục nên không đếm. Nếu thuộc danh sách, đề nghị ghi "
            "số thứ tự và đặt cùng các dòng khác.",
            severity="WARN",
        )


def report_other_bodies(bodies: Mapping[str, Sequence[Thing]], report_of: Mapping[int, Report]) -> None:
    """Rows of bodies that are no province, named once for each body."""
    for name, things in bodies.items():
        first = things[0]
        sheet, column = first.table.sheet, first.table.columns["area_name"]
        places = ", ".join(sheet.locator(thing.row, column) for thing in things[:_SHOWN])
        more = ", …" if len(things) > _SHOWN else ""
        report_of[id(first.table)].add(
            "known_area",
            (first.row, column),
            f"«{name}» is no province; its {len(things)} rows ({places}{more}) are in no province's count",
            f"«{name}» không phải tỉnh, thành phố; {len(things)} dòng ({places}{more}) không tính vào tỉnh nào.",
            severity="WARN",
        )

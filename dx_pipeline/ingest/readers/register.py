"""Registers: tables with a row per thing, counted in SQL by the rules of the source's ``register_table``.

Everything particular to a source is in its catalogue entry; a new register needs no code here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import CatalogueError, UnreadableFileError
from dx_pipeline.ingest.formats import Sheet, read_sheets
from dx_pipeline.ingest.formats.legacy_fonts import repair_sheets
from dx_pipeline.ingest.observation import NATION, NO_HINTS, Claim, Hints, ReadResult
from dx_pipeline.ingest.registers import figures
from dx_pipeline.ingest.registers.front import read_register_front
from dx_pipeline.ingest.registers.judging import KNOWN_SCOPE, RowJudge
from dx_pipeline.ingest.registers.places import AreaFinder, ScopeFinder
from dx_pipeline.ingest.registers.rows import TableRows, read_rows
from dx_pipeline.ingest.tables.columns import ColumnIndex
from dx_pipeline.ingest.tables.differences import (
    Difference,
    closest_difference,
    difference_of,
    report_other_sheet,
)
from dx_pipeline.ingest.tables.finding import Table, find_tables
from dx_pipeline.ingest.tables.front import Front
from dx_pipeline.ingest.tables.preamble import Placed, placed_texts
from dx_pipeline.ingest.tables.reports import Report

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import RegisterTable, Source

_COVER_ROWS = 40
_AREA_FIELDS = ("area_name", "area_code")


@dataclass(slots=True)
class _File:
    """The source's tables in a file, what stands above them, and the sheets that have none."""

    tables: list[Table]
    texts: list[Placed]
    others: list[Sheet]
    front: Front = field(init=False)

    @property
    def names_areas(self) -> bool:
        """Whether rows say themselves which province they are of."""
        return any(name in table.columns for table in self.tables for name in _AREA_FIELDS)


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """Period, province and sample label from the texts above the table."""
    return _claim(_open(path, file_name, source, catalogue, hints), _register(source))


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """The counts of every province and register in the file; rows that cannot be read are reported."""
    register = _register(source)
    file = _open(path, file_name, source, catalogue, hints)
    front, claim = file.front, _claim(file, register)
    hinted = hints.area_code if file.names_areas else None
    areas = AreaFinder(register, catalogue.geography, front.period.as_of, claim.area_code, hinted)
    if claim.area_code is None and not file.names_areas:
        raise _no_province(file_name)
    rows = {id(table): read_rows(table, register) for table in file.tables}
    if not any(found.things for found in rows.values()):
        raise _no_rows(file_name, source)
    conditions = figures.usable_conditions(register, file.tables, rows)
    scopes = ScopeFinder(register, _titles(file, rows))
    judge = RowJudge(register, conditions, areas, scopes, front.period.as_of)
    reports = {id(table): Report(table.sheet, front) for table in file.tables}
    for table in file.tables:
        _read_table(table, rows[id(table)], judge, reports[id(table)])
    first = file.tables[0]
    figures.report_missing_counts(first, register, conditions, reports[id(first)])
    figures.report_other_bodies(judge.other_bodies, reports)
    _report_silence(scopes, register, first, reports[id(first)])
    result = ReadResult(claim)
    for report in reports.values():
        result.unread_cells += report.cells
    for sheet in file.others:
        report_other_sheet(sheet, _index(source), front, result)
    result.observations += figures.observations(judge.judged, conditions, source, catalogue, front)
    return result


def _register(source: Source) -> RegisterTable:
    if source.register_table is None:
        raise CatalogueError(f"source {source.code} has no register_table, which the reader register needs")
    return source.register_table


def _index(source: Source) -> ColumnIndex:
    return ColumnIndex(_register(source).columns, source.header_map)


def _open(path: Path, file_name: str, source: Source, catalogue: Catalogue, hints: Hints) -> _File:
    sheets, index = repair_sheets(read_sheets(path, file_name), file_name), _index(source)
    found = [(sheet, find_tables(sheet, index)) for sheet in sheets]
    tables = [table for _, some in found for table in some]
    if not tables:
        raise _other_headings(closest_difference(sheets, index), file_name, source)
    for table in tables:
        if table.missing:
            raise _other_headings(difference_of(table), file_name, source)
    texts: list[Placed] = []
    for sheet, some in found:
        if some:
            texts += placed_texts(sheet, 0, some[0].heading_row)
        elif sheet is sheets[0]:
            texts += placed_texts(sheet, 0, min(len(sheet.rows), _COVER_ROWS))
    file = _File(tables, texts, [sheet for sheet, some in found if not some])
    if file.names_areas and not hints.is_certain:
        hints = replace(hints, area_code=None)  # where rows name provinces, a folder's name says nothing
    file.front = read_register_front(
        texts, file_name=file_name, source=source, catalogue=catalogue, hints=hints
    )
    return file


def _claim(file: _File, register: RegisterTable) -> Claim:
    """The nation's register is no province's, whatever the letterhead says."""
    claim = file.front.claim
    area = NATION if register.area == "nation" else claim.area_code
    return Claim(
        period_start=claim.period_start,
        period_end=claim.period_end,
        area_code=area,
        is_sample=claim.is_sample,
    )


def _read_table(table: Table, rows: TableRows, judge: RowJudge, report: Report) -> None:
    for thing in rows.things:
        judge.judge(thing, report)
    figures.report_totals(rows, report)
    figures.report_strays(rows, report)
    figures.report_headings(table, rows, report)


def _titles(file: _File, rows: Mapping[int, TableRows]) -> dict[int, list[list[str]]]:
    """What may name a table's register: the texts right above it, its sheet's name and first texts, the file's."""
    every = [text.text for text in file.texts]
    found: dict[int, list[list[str]]] = {}
    first_of_sheet: dict[int, list[str]] = {}
    last: tuple[Sheet, int] | None = None
    for table in file.tables:
        sheet, start = table.sheet, 0
        if last is not None and last[0] is sheet:
            start = last[1] + 1
        own = [text.text for text in placed_texts(sheet, start, table.heading_row)]
        first = first_of_sheet.setdefault(id(sheet), own)
        found[id(table)] = [own, [sheet.name], first, every]
        last = (sheet, rows[id(table)].last_row or table.first_row)
    return found


def _report_silence(scopes: ScopeFinder, register: RegisterTable, table: Table, report: Report) -> None:
    """Rows of which nobody says the register they stand in."""
    if not scopes.silent_rows:
        return
    silence = register.values[register.scope or ""][""]
    report.add(
        KNOWN_SCOPE,
        (table.heading_row, min(table.headings)),
        f"nothing says which register {scopes.silent_rows} rows belong to; they are filed under {silence}. Write it in "
        f"the title: {scopes.words.shown}",
        f"không ghi {scopes.silent_rows} dòng thuộc sổ nhiệm vụ nào nên để ở «{silence}». Đề nghị ghi ở tiêu đề: "
        f"{scopes.words.shown}.",
        severity="WARN",
        scope=silence,
    )


def _other_headings(difference: Difference, file_name: str, source: Source) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name}: no table of {source.code} ({source.name_en}) was found; {difference.en}",
        f"Tệp {file_name}: không tìm thấy bảng của nguồn {source.code} ({source.name_vi}); {difference.vi}.",
    )


def _no_province(file_name: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name}: neither the text above the table nor the file's name says which province the rows are of; "
        "write it above the table",
        f"Tệp {file_name}: không ghi tỉnh, thành phố ở phía trên bảng hoặc trong tên tệp. Đề nghị bổ sung và gửi lại.",
    )


def _no_rows(file_name: str, source: Source) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name}: the table of {source.code} has headings and no row below them; fill it in and send it again",
        f"Tệp {file_name}: bảng của nguồn {source.code} chỉ có tiêu đề, không có dòng nào. Đề nghị điền và gửi lại.",
    )

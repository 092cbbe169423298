"""Reports as tables that people make: forms of offices or lines of work, tables of provinces or communes.

Everything particular to a source is in its catalogue entry (``table``); a new source needs no code here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.failures import CatalogueError, UnreadableFileError
from dx_pipeline.ingest.formats import Sheet, read_sheets
from dx_pipeline.ingest.formats.legacy_fonts import repair_sheets
from dx_pipeline.ingest.observation import NO_HINTS, Claim, Hints, ReadResult
from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.ingest.tables.columns import ColumnIndex
from dx_pipeline.ingest.tables.differences import closest_difference, report_other_sheet
from dx_pipeline.ingest.tables.finding import SEARCHED_ROWS, Table, find_tables
from dx_pipeline.ingest.tables.front import Front, read_front
from dx_pipeline.ingest.tables.preamble import Placed, placed_texts
from dx_pipeline.ingest.tables.reading import TableReader
from dx_pipeline.ingest.tables.row_words import has_sample_rows, span_of_rows
from dx_pipeline.ingest.tables.settling import refuse_unknown_reporter, settle_sums

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import ReportTable, Source


@dataclass(slots=True)
class _File:
    """The source's tables in a file, what is said above them, and the sheets without one."""

    tables: list[Table]
    front: Front
    others: list[Sheet] = field(default_factory=list)


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """Period, province and sample label from the texts above the table."""
    return _open(_sheets(path, file_name), file_name, source, catalogue, hints).front.claim


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """Every figure of the source's tables; what is no figure is reported with its cell."""
    return read_from_sheets(
        _sheets(path, file_name), file_name=file_name, source=source, catalogue=catalogue, hints=hints
    )


def read_from_sheets(
    sheets: list[Sheet], *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """``read`` for sheets that are read already, their text in Unicode."""
    file = _open(sheets, file_name, source, catalogue, hints)
    result = ReadResult(file.front.claim)
    index = ColumnIndex(_spec(source).columns, source.header_map)
    for sheet in file.others:
        report_other_sheet(sheet, index, file.front, result)
    for table in file.tables:
        TableReader(table, _spec(source), source, catalogue, file.front).read(result)
    settle_sums(result)
    return result


def _sheets(path: Path, file_name: str) -> list[Sheet]:
    return repair_sheets(read_sheets(path, file_name), file_name)


def _spec(source: Source) -> ReportTable:
    if source.table is None:
        raise CatalogueError(f"source {source.code} has no table, which the reader report_table needs")
    return source.table


def _open(sheets: list[Sheet], file_name: str, source: Source, catalogue: Catalogue, hints: Hints) -> _File:
    index = ColumnIndex(_spec(source).columns, source.header_map)
    found = [(sheet, find_tables(sheet, index)) for sheet in sheets]
    tables = [table for _, some in found for table in some]
    if not tables:
        raise _no_table(sheets, index, file_name, source)
    if hints.period is None:
        hints = replace(hints, period=span_of_rows(tables, source.period_basis))
    front = read_front(
        _texts_above(found), file_name=file_name, source=source, geography=catalogue.geography, hints=hints
    )
    if has_sample_rows(tables, file_name):
        front = replace(front, is_sample=True)
    refuse_unknown_reporter(_spec(source), front, file_name)
    _refuse_unknown_start(_spec(source), front, file_name, catalogue)
    return _File(tables, front, [sheet for sheet, some in found if not some])


def _refuse_unknown_start(spec: ReportTable, front: Front, file_name: str, catalogue: Catalogue) -> None:
    """A flow said to be cumulative, but not since when, must not be filed as that of its month.

    Raises:
        UnreadableFileError: With the cell that says so.
    """
    place = front.without_start
    if place is None or not any(catalogue.indicators[code].kind is Kind.COUNT_FLOW for code in spec.figures):
        return
    raise UnreadableFileError(
        f"{file_name}, {place.locator}: «{place.shown}» says that the figures are cumulative, but not since when; "
        "write «từ ngày … đến ngày …» above the table, or say the days when handing it in",
        f"Tệp {file_name}, {place_vi(place.locator)}: «{place.shown}» cho biết số liệu lũy kế nhưng không ghi từ ngày "
        "nào. Đề nghị ghi «từ ngày … đến ngày …» phía trên bảng và gửi lại.",
    )


def _texts_above(found: list[tuple[Sheet, list[Table]]]) -> list[Placed]:
    """What stands above every table, and on sheets before the first one: a cover."""
    texts: list[Placed] = []
    has_table = False
    for sheet, tables in found:
        if not tables and not has_table:
            texts += placed_texts(sheet, 0, min(SEARCHED_ROWS, len(sheet.rows)))
        previous = 0
        for table in tables:
            has_table = True
            texts += placed_texts(sheet, _first_text_row(table, previous), table.heading_row)
            previous = table.first_row
    return texts


def _first_text_row(table: Table, previous: int) -> int:
    """The first row above a table that belongs to it and not to the figures of the table before."""
    row = table.heading_row
    while row > previous and not any(isinstance(cell, float | int) for cell in table.sheet.rows[row - 1]):
        row -= 1
    return row if previous else 0


def _no_table(sheets: list[Sheet], index: ColumnIndex, file_name: str, source: Source) -> UnreadableFileError:
    difference = closest_difference(sheets, index)
    return UnreadableFileError(
        f"{file_name}: no table of {source.code} ({source.name_en}) was found; {difference.en}",
        f"Tệp {file_name}: không tìm thấy bảng của nguồn {source.code} ({source.name_vi}); {difference.vi}.",
    )

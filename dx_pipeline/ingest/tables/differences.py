"""What to say where headings are not the source's: what is missing, what is unknown, and the map entry to add."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.observation import ReadResult
from dx_pipeline.ingest.tables.columns import ColumnIndex, map_entry
from dx_pipeline.ingest.tables.finding import Table, closest_table, looks_like_figure
from dx_pipeline.ingest.tables.front import Front
from dx_pipeline.ingest.tables.headings import Heading
from dx_pipeline.ingest.tables.reports import KNOWN_HEADING, Report

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import TableColumn


@dataclass(frozen=True, slots=True)
class Difference:
    """The difference between a table's headings and the source's, in both languages."""

    en: str
    vi: str


def difference_of(table: Table, unknown: Sequence[Heading] | None = None) -> Difference:
    """What is missing and what is unknown in a table, with a proposal for each unknown heading."""
    missing = table.missing
    headings = table.match.unknown if unknown is None else unknown
    wanted = ", ".join(f"«{_first(table.index.columns[name])}»" for name in missing)
    found = ", ".join(f"«{item.path}» ({_place(table, item)})" for item in headings)
    proposals = "; ".join(filter(None, (proposal(table, item) for item in headings)))
    english = [f"missing: {wanted}" if wanted else "", f"unknown: {found}" if found else ""]
    vietnamese = [f"thiếu: {wanted}" if wanted else "", f"chưa biết: {found}" if found else ""]
    if proposals:
        english.append(f"if it is the same, add to the source's entry: {proposals}")
        vietnamese.append(f"nếu đúng là cùng một cột, thêm vào mục của nguồn: {proposals}")
    return Difference("; ".join(filter(None, english)), "; ".join(filter(None, vietnamese)))


def proposal(table: Table, heading: Heading) -> str:
    """``header_map: {"Tổng hồ sơ đã nhận": received}``: for the closest missing field, else the closest one."""
    optional = set(table.index.columns) - set(table.columns)
    near = table.index.closest(heading, set(table.missing)) or table.index.closest(heading, optional)
    return map_entry(heading, near) if near else ""


def closest_difference(sheets: Sequence[Sheet], index: ColumnIndex) -> Difference:
    """The difference of the table that is most like the source's, over all sheets."""
    candidates = [table for sheet in sheets if (table := closest_table(sheet, index))]
    if candidates:
        return difference_of(max(candidates, key=lambda table: len(table.match.columns)))
    wanted = ", ".join(f"«{_first(column)}»" for column in index.columns.values() if column.is_required)
    return Difference(f"missing: {wanted}", f"thiếu: {wanted}")


def report_other_sheet(sheet: Sheet, index: ColumnIndex, front: Front, result: ReadResult) -> None:
    """Reports a sheet without the source's table if it holds figures: nothing on it was read."""
    place = next(
        (
            (row, column)
            for row, cells in enumerate(sheet.rows)
            for column, cell in enumerate(cells)
            if isinstance(cell, int | float) and looks_like_figure(cell)
        ),
        None,
    )
    if place is None:
        return
    report = Report(sheet, front)
    difference = closest_difference([sheet], index)
    report.add(
        KNOWN_HEADING,
        place,
        f"sheet {sheet.name!r} has figures but not the source's table, so nothing on it was read; {difference.en}",
        f"trang «{sheet.name}» có số liệu nhưng không có bảng của nguồn nên không đọc được; {difference.vi}.",
    )
    result.unread_cells += report.cells


def _first(column: TableColumn) -> str:
    return column.headings[0]


def _place(table: Table, heading: Heading) -> str:
    return table.sheet.locator(heading.row, heading.column)

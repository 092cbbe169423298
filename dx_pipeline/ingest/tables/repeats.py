"""Rows of one table that name the same office or line of work twice: their sum would count it twice."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from dx_pipeline.ingest.tables import labels
from dx_pipeline.ingest.tables.headings import cell_text, key_of
from dx_pipeline.ingest.tables.reports import UNIQUE_KEY

if TYPE_CHECKING:
    from dx_pipeline.ingest.tables.finding import Table
    from dx_pipeline.ingest.tables.reports import Report
    from dx_pipeline.ingest.tables.rows import Body
    from dx_pipeline.ingest.tables.values import Values


def report_repeated_rows(table: Table, body: Body, values: Values, report: Report) -> list[int]:
    """Reports every row whose name stands twice in its section, below the same row and with the same code.

    Returns:
        The rows that say again what another one says.
    """
    column = table.columns.get("area_name")
    if column is None:
        return []
    found = list(_repeated(table, body, values, column))
    for first, row in found:
        one, other = (table.sheet.locator(at, column) for at in (first, row))
        report.add(
            UNIQUE_KEY,
            (row, column),
            f"{other} names the same as {one}; it is not clear whether to count one or both, so the sums of the "
            "table are not made; keep one row, or name them apart",
            f"{other} trùng tên với {one}; không rõ tính một hay cả hai dòng nên không cộng các dòng của bảng. Đề nghị "
            "giữ một dòng hoặc ghi rõ tên từng dòng.",
        )
    return [row for _, row in found]


def _repeated(table: Table, body: Body, values: Values, column: int) -> Iterator[tuple[int, int]]:
    """Pairs of rows that say something and name the same: the first one, and one that repeats it.

    Where the numbers start again, another section has begun, be it without a row of its own.
    """
    sections: dict[int, list[int]] = {}
    for section in body.sections:
        for row in section.rows:
            sections.setdefault(row, []).append(section.row)
    first: dict[Hashable, int] = {}
    starts, last = 0, 0.0
    for row in body.data:
        number = _number(table, row)
        starts += number < last
        last = number
        name = key_of(cell_text(table.sheet.rows[row][column]))
        if not name or values.is_empty[values.positions([row])[0]]:
            continue
        key = (starts, name, _cell(table, "office_code", row), _parent(table, row), *sections.get(row, ()))
        if key in first:
            yield first[key], row
        first.setdefault(key, row)


def _number(table: Table, row: int) -> float:
    text = _cell(table, "row_number", row).partition(".")[0].strip(" )")
    return float(text) if text.isdecimal() else 0.0


def _cell(table: Table, name: str, row: int) -> str:
    column = table.columns.get(name)
    return "" if column is None else key_of(cell_text(table.sheet.rows[row][column]))


def _parent(table: Table, row: int) -> str:
    """``2`` of row 2.1: parts of different rows may bear one name."""
    column = table.columns.get("row_number")
    number = None if column is None else table.sheet.rows[row][column]
    return labels.dotted_number(number).rpartition(".")[0]

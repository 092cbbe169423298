"""Where the tables of a sheet are: their heading rows, their columns, and where each one ends.

A block of one to three rows is a table's heading if enough of its paths are headings of the source. What the
rows below are is asked in ``rows.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from dx_pipeline.catalogue.text import fold
from dx_pipeline.ingest.formats.sheet import Percentage, Sheet
from dx_pipeline.ingest.tables.columns import ColumnIndex, Match
from dx_pipeline.ingest.tables.headings import Heading, cell_text, key_of, read_headings

SEARCHED_ROWS = 40
MAX_DEPTH = 3
_ENOUGH = 0.4  # of the required columns; with fewer it is another table, or none

_NOT_A_GROUP = re.compile(r"[:\d(]|đơn vị tính|đvt|ngày|tháng|cộng hòa|độc lập")
_FIGURE_WORDS = re.compile(
    r"\b(?:hơn|trên|gần|dưới|khoảng|đạt|nghìn|ngàn|triệu|tỷ|tỉ|kps|không phát sinh)\b|[\d\s.,%<>~/+-]"
)


@dataclass(slots=True)
class Table:
    """A table found on a sheet.

    Attributes:
        sheet: The sheet it stands on.
        index: The headings it was looked for by.
        heading_row: The first row of its headings, from 0.
        depth: How many rows the headings take.
        headings: Column -> heading.
        match: Which column is which field.
        end_row: The first row that is no longer its own: the next table's, or the end of the sheet.
    """

    sheet: Sheet
    index: ColumnIndex
    heading_row: int
    depth: int
    headings: dict[int, Heading]
    match: Match
    end_row: int

    @property
    def first_row(self) -> int:
        """The first row below the headings."""
        return self.heading_row + self.depth

    @property
    def columns(self) -> dict[str, int]:
        """Field -> column."""
        return {name: heading.column for name, heading in self.match.columns.items()}

    @property
    def missing(self) -> tuple[str, ...]:
        """Required fields that no column is."""
        return tuple(
            name
            for name, column in self.index.columns.items()
            if column.is_required and name not in self.match.columns
        )

    @property
    def is_enough(self) -> bool:
        """Whether it can be taken for a table of the source at all."""
        required = [name for name, column in self.index.columns.items() if column.is_required]
        found = sum(name in self.match.columns for name in required)
        return len(self.match.columns) >= 2 and found >= _ENOUGH * len(required)


def find_tables(sheet: Sheet, index: ColumnIndex) -> list[Table]:
    """Every table on the sheet that has enough of the source's columns, from top to bottom."""
    tables: list[Table] = []
    first = _best(sheet, index, range(min(SEARCHED_ROWS, len(sheet.rows))))
    if first is None or not first.is_enough:
        return tables
    tables.append(first)
    for row in _possible_headings(sheet, first):
        current = tables[-1]
        if row < current.first_row:
            continue
        if is_repeated_heading(current, row):
            continue
        found = _best(sheet, index, range(row, row + 1))
        if found and found.is_enough and len(found.match.columns) >= len(current.match.columns) / 2:
            current.end_row = found.heading_row
            tables.append(found)
    return tables


def closest_table(sheet: Sheet, index: ColumnIndex) -> Table | None:
    """The block of rows most like the source's table, for telling what is missing; None if nothing is."""
    return _best(sheet, index, range(min(SEARCHED_ROWS, len(sheet.rows))))


def is_repeated_heading(table: Table, row: int) -> bool:
    """Whether the heading rows of the table stand again from ``row`` on, as on the next printed page."""
    return heading_rows_from(table, row) > 0


def heading_rows_from(table: Table, row: int) -> int:
    """How many rows from ``row`` on repeat the table's heading, its first or only its lowest row."""
    wanted = [_keys(table.sheet, table.heading_row + step) for step in range(table.depth)]
    for start in range(table.depth):
        rest = wanted[start:]
        if sum(map(bool, rest[0])) >= 2 and all(
            _keys(table.sheet, row + step) == keys for step, keys in enumerate(rest)
        ):
            return len(rest)
    return 0


def looks_like_figure(cell: object) -> bool:
    """Whether a cell may hold a figure: a number, or a text of digits and the words that go with them."""
    if isinstance(cell, bool):
        return False
    if isinstance(cell, int | float | Percentage):
        return True
    if not isinstance(cell, str) or not any(sign.isdigit() for sign in cell):
        return False
    return not _FIGURE_WORDS.sub("", fold(cell))


def _keys(sheet: Sheet, row: int) -> tuple[str, ...]:
    if row >= len(sheet.rows):
        return ()
    return tuple(key_of(cell_text(cell)) for cell in sheet.rows[row])


def _possible_headings(sheet: Sheet, table: Table) -> Iterator[int]:
    """Rows below the table's heading that could be a heading again: no number where figures are."""
    probes = [column for column in table.headings if column < len(sheet.rows[0])]
    for row in range(table.first_row, len(sheet.rows)):
        cells = sheet.rows[row]
        if any(type(cells[column]) is float for column in probes):
            continue
        known = 0
        for cell in cells:
            if isinstance(cell, str) and cell and table.index.knows_level(key_of(cell_text(cell))):
                known += 1
        if known >= 2:
            yield row


def _best(sheet: Sheet, index: ColumnIndex, rows: range) -> Table | None:
    best: Table | None = None
    for row in rows:
        if not _has_known_heading(sheet, index, row):
            continue
        for depth in range(1, min(MAX_DEPTH, len(sheet.rows) - row) + 1):
            table = _table(sheet, index, row, depth)
            if best is None or len(table.match.columns) > len(best.match.columns):
                best = table
    return _with_groups_above(best) if best and best.match.columns else None


def _has_known_heading(sheet: Sheet, index: ColumnIndex, row: int) -> bool:
    return any(
        isinstance(cell, str) and cell and index.knows_level(key_of(cell_text(cell)))
        for cell in sheet.rows[row]
    )


def _table(sheet: Sheet, index: ColumnIndex, row: int, depth: int) -> Table:
    headings = read_headings(sheet, row, depth)
    match = index.match(headings, sheet.hidden_columns)
    return Table(sheet, index, row, depth, headings, match, len(sheet.rows))


def _with_groups_above(table: Table) -> Table:
    """The table with a group row that stands above it and was not needed to find it: its words still count."""
    while table.depth < MAX_DEPTH and _has_group_above(table):
        table = _table(table.sheet, table.index, table.heading_row - 1, table.depth + 1)
    return table


def _has_group_above(table: Table) -> bool:
    above = table.heading_row - 1
    columns = set(table.headings)
    for (top, left), (bottom, right) in table.sheet.merges:
        if top <= above <= bottom and right > left:
            covered = columns & set(range(left, right + 1))
            text = fold(cell_text(table.sheet.rows[top][left]))
            if covered and covered != columns and text and not _NOT_A_GROUP.search(text):
                return True
    return False

"""Headings over one to three rows as paths: a group's heading stands above each of its columns.

Merged cells cover their block. Where a file keeps no merges (CSV, some HTML), an empty cell to the right of a
group's heading belongs to the group if the row below has a heading there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from dx_pipeline.catalogue.text import heading_key
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.readers import workbook_words

PATH_SEPARATOR = " > "

Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """The heading of one column.

    Attributes:
        column: The column, from 0.
        row: The row of its lowest cell, from 0.
        levels: The texts from the group's down to the column's own, as written.
        keys: The same as keys to compare with.
    """

    column: int
    row: int
    levels: tuple[str, ...]
    keys: Keys

    @property
    def path(self) -> str:
        """``Tiếp nhận > Tổng số``."""
        return PATH_SEPARATOR.join(self.levels)


def cell_text(cell: object) -> str:
    """A cell as one line of text; empty where there is nothing."""
    return " ".join(workbook_words.cell_text(cell).split())


@lru_cache(maxsize=65536)
def key_of(text: str) -> str:
    """The key of a heading or label, kept: the same ones come back in every file."""
    return heading_key(text)


def keys_of_path(path: str) -> Keys:
    """The keys of a heading as the catalogue writes it: ``Tiếp nhận > Tổng số``."""
    return tuple(key_of(level) for level in path.split(PATH_SEPARATOR))


@dataclass(slots=True)
class _Cell:
    text: str
    origin: tuple[int, int]
    is_wide: bool = False  # part of a merge over several columns, whose extent is therefore known


def read_headings(sheet: Sheet, first: int, depth: int) -> dict[int, Heading]:
    """The heading of every column that has one in ``depth`` rows from ``first`` on."""
    grid = _filled_grid(sheet, first, depth)
    _inherit_groups(grid)
    found: dict[int, Heading] = {}
    for column in range(len(grid[0]) if grid else 0):
        levels: list[_Cell] = []
        for cells in grid:
            cell = cells[column]
            if cell.text and not (levels and _repeats(levels[-1], cell)):
                levels.append(cell)
        if levels:
            texts = tuple(cell.text for cell in levels)
            found[column] = Heading(column, levels[-1].origin[0], texts, tuple(map(key_of, texts)))
    return found


def _repeats(above: _Cell, below: _Cell) -> bool:
    return above.origin == below.origin or key_of(above.text) == key_of(below.text)


def _filled_grid(sheet: Sheet, first: int, depth: int) -> list[list[_Cell]]:
    """The rows as texts, every cell of a merged block with the block's text."""
    last = min(first + depth, len(sheet.rows)) - 1
    grid = [
        [_Cell(cell_text(cell), (row, column)) for column, cell in enumerate(sheet.rows[row])]
        for row in range(first, last + 1)
    ]
    for (top, left), (bottom, right) in sheet.merges:
        for row in range(max(top, first), min(bottom, last) + 1):
            for column in range(left, min(right + 1, len(grid[row - first]))):
                text = cell_text(sheet.rows[top][left])
                grid[row - first][column] = _Cell(text, (top, left), right > left)
    return grid


def _inherit_groups(grid: Sequence[list[_Cell]]) -> None:
    for upper, lower in reversed(list(pairwise(grid))):
        for column in range(1, len(upper)):
            left = upper[column - 1]
            is_group = left.text and not left.is_wide and _has_own(left, lower[column - 1])
            if not upper[column].text and is_group and _has_own(upper[column], lower[column]):
                upper[column] = _Cell(left.text, left.origin)


def _has_own(upper: _Cell, lower: _Cell) -> bool:
    """Whether a column has a heading of its own below a group's."""
    return bool(lower.text) and lower.origin != upper.origin

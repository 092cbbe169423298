"""Where a locator points: sheet, rows and columns of the sender's file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_CELLS = re.compile(r"([A-Z]{1,3})(\d{1,7})(?::([A-Z]{1,3})(\d{1,7}))?")
_LINE = re.compile(r"line (\d{1,9})(?:, column ([A-Z]{1,3})|:(.+))?", re.DOTALL)
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, a range of cells, or a whole row; rows and columns counted from 1.

    Attributes:
        sheet: The sheet's name; None in a text file.
        row: The row; in a text file the line.
        column: The column; None for a whole row.
        last_row: The last row of a range.
        last_column: The last column of a range.
        heading: The column's heading where a line names it instead of a letter.
    """

    sheet: str | None
    row: int
    column: int | None
    last_row: int
    last_column: int | None
    heading: str | None = None

    @property
    def is_range(self) -> bool:
        """Whether it is more than one cell."""
        return (self.row, self.column) != (self.last_row, self.last_column)


def parse_place(locator: str) -> Place | None:
    """``Sheet!F8``, ``Sheet!F8:F45``, ``Sheet!8``, ``line 5``, ``line 5:heading``, ``line 5, column C``.

    Gives None for whatever names no cell of a table, as a path in a JSON file.
    """
    line = _LINE.fullmatch(locator)
    if line:
        column = column_number(line[2]) if line[2] else None
        return _within(Place(None, int(line[1]), column, int(line[1]), column, line[3]))
    sheet, mark, cells = locator.rpartition("!")
    if not mark:
        return None
    if cells.isdecimal() and len(cells) < 8:
        return _within(Place(sheet, int(cells), None, int(cells), None))
    match = _CELLS.fullmatch(cells.replace("$", ""))
    if not match:
        return None
    row, column = int(match[2]), column_number(match[1])
    if not match[3]:
        return _within(Place(sheet, row, column, row, column))
    last_row, last_column = int(match[4]), column_number(match[3])
    return _within(
        Place(
            sheet, min(row, last_row), min(column, last_column), max(row, last_row), max(column, last_column)
        )
    )


def _within(place: Place) -> Place | None:
    fits = 1 <= place.row <= place.last_row <= LAST_ROW and (place.last_column or 1) <= LAST_COLUMN
    return place if fits else None


def column_number(letters: str) -> int:
    """1 for ``A``, 27 for ``AA``."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def reading_order(locator: str) -> tuple[Any, ...]:
    """Sorts locators by sheet, row and column; those that name no cell come last, digits by their number."""
    place = parse_place(locator)
    if place:
        return (0, place.sheet or "", place.row, place.column or 0, place.heading or "")
    parts = [part.zfill(9) if part.isdecimal() else part for part in re.split(r"(\d+)", locator)]
    return (1, "".join(parts), 0, 0, "")

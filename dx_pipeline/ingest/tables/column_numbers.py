"""The printed row of column numbers, ``(1) (2) (3)`` or ``A B 1 2``, and the row of formulas below it.

No data; the numbers tell whether a heading stands over the column that the form puts there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_NUMBER = re.compile(r"\(? ?(\d{1,2}) ?\)?")
_FORMULA = re.compile(r"\(? ?(\d{1,2}) ?\)? ?= ?[\d()+\-*/x:%. ]+")
_LETTER = re.compile(r"\(?[A-Za-zĐđ]\)?")


def column_number(cell: object) -> int | None:
    """The number in a cell of such a row: 3 for ``(3)``, ``3`` and ``(3)=(4)+(5)``.

    A program reads a typed (3) as minus three, so that counts as well.
    """
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return abs(int(cell)) if float(cell).is_integer() and 0 < abs(cell) < 100 else None
    if isinstance(cell, str):
        text = " ".join(cell.split())
        match = _NUMBER.fullmatch(text) or _FORMULA.fullmatch(text)
        return int(match[1]) if match else None
    return None


def is_number_row(cells: Sequence[object], *, is_below_heading: bool) -> bool:
    """Whether a row holds nothing but column numbers, letters and formulas.

    Bare numbers count only directly below a heading, and only without a gap: elsewhere they are figures.
    """
    filled = [cell for cell in cells if not (cell is None or (isinstance(cell, str) and not cell.strip()))]
    numbers = [column_number(cell) for cell in filled if not _is_letter(cell)]
    found = sorted({number for number in numbers if number is not None})
    if not numbers or len(found) < len(numbers):
        return False
    if all(_is_marked(cell) or _is_letter(cell) for cell in filled):
        return True
    is_gapless = found[-1] - found[0] == len(found) - 1
    return is_below_heading and len(found) >= 2 and is_gapless and found[0] <= 3


def has_letters(cells: Sequence[object]) -> bool:
    """Whether letters number some of the columns."""
    return any(map(_is_letter, cells))


def _is_letter(cell: object) -> bool:
    return isinstance(cell, str) and bool(_LETTER.fullmatch(cell.strip()))


def _is_marked(cell: object) -> bool:
    if isinstance(cell, str):
        return "(" in cell or "=" in cell
    return isinstance(cell, int | float) and cell < 0

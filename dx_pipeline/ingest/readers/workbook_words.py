"""How the workbook's reader writes a cell down: as a key, as text, and its place in Vietnamese."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from dx_pipeline.catalogue.text import fold
from dx_pipeline.ingest.formats.sheet import Percentage

_LINE = re.compile(r"line (\d+)(?:(?:, column |:)(.+))?")

_LONGEST_KEPT = 300

_fold_once = lru_cache(maxsize=4096)(fold)


def key_of(text: str) -> str:
    """``fold``, remembered: the same headings stand in every workbook, and folding them took half the time."""
    return _fold_once(text) if len(text) <= _LONGEST_KEPT else fold(text)


def cell_text(cell: object) -> str:
    """The cell as text, whole numbers without a decimal point; empty for an empty cell."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, Percentage):
        return percent_text(cell)
    return "" if cell is None else str(cell).strip()


def percent_text(cell: Percentage) -> str:
    """``72,63%`` for the cell that holds 0.7263."""
    hundredths = Decimal(repr(float(cell.fraction))) * 100
    return f"{hundredths.normalize():f}%".replace(".", ",")


def cell_vi(locator: str) -> str:
    """The place as a sentence begins with it: ``Ô Chữ ký số!C8``, ``Dòng 8, cột C``."""
    match = _LINE.fullmatch(locator)
    if match is None:
        return f"Ô {locator}"
    return f"Dòng {match[1]}, cột {match[2]}" if match[2] else f"Dòng {match[1]}"


def place_vi(locator: str) -> str:
    """The place inside a sentence: ``ô Chữ ký số!C8``, ``dòng 8, cột C``."""
    place = cell_vi(locator)
    return place[:1].lower() + place[1:]

"""Where a submission says what it is: labelled cells of the cover, one cell on each theme's sheet.

A sheet saved as CSV has only its own. What the words mean is read in ``workbook_cover``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.workbook_layout import IDENTITY_LABELS, IDENTITY_SEPARATOR
from dx_pipeline.ingest.period_text import parse_period
from dx_pipeline.ingest.readers.workbook_words import cell_text, key_of

if TYPE_CHECKING:
    from dx_pipeline.ingest.formats.sheet import Sheet

_LABELS = {
    "code": ("Mã tỉnh", "Mã tỉnh, thành phố"),
    "name": ("Tỉnh, thành phố", "Tỉnh/thành phố", "Tên tỉnh", "Địa phương"),
    "period": ("Kỳ số liệu", "Kỳ báo cáo", "Kỳ"),
    "status": ("Tình trạng số liệu",),
    "reason": ("Lý do điều chỉnh (nếu gửi lại)", "Lý do điều chỉnh"),
}
_LABEL_KEYS = {key_of(text): name for name, texts in _LABELS.items() for text in texts}
_IDENTITY_KEYS = {key_of(label): name for name, label in IDENTITY_LABELS.items()}
_BAR = IDENTITY_SEPARATOR.strip()
HEAD_ROWS = 40  # what a sheet says of itself stands above its table


@dataclass(frozen=True, slots=True)
class Blank:
    """A blank of the form: what it holds, and in which cell."""

    value: object
    locator: str

    @property
    def text(self) -> str:
        """What is written in it; empty where it was not filled in."""
        return cell_text(self.value)


Statement = Mapping[str, Blank]


def find_blanks(sheet: Sheet) -> Statement:
    """The labelled blanks of a cover: a value is the next filled cell to the right of its label."""
    found: dict[str, Blank] = {}
    for row, cells in enumerate(sheet.rows[:HEAD_ROWS]):
        for column, cell in enumerate(cells):
            name = _LABEL_KEYS.get(key_of(cell).rstrip(" :")) if isinstance(cell, str) and cell else None
            if name and name not in found:
                position = next((at for at in range(column + 1, len(cells)) if cells[at] != ""), column + 1)
                value = cells[position] if position < len(cells) else ""
                found[name] = Blank(value, sheet.locator(row, position))
    return found


def find_identity(sheet: Sheet) -> Statement:
    """What a theme's sheet says of itself: in its identity cell; nothing where that was never computed."""
    for row, cells in enumerate(sheet.rows[:HEAD_ROWS]):
        for column, cell in enumerate(cells):
            if isinstance(cell, str) and _BAR in cell:
                said = _parse_identity(cell, sheet.locator(row, column))
                if len(said) > 1:
                    return said
    return {}


def find_place_and_period(sheet: Sheet) -> Statement:
    """The line «Tỉnh Quảng Trị – tháng 10/2025»: all that a sheet of the template DXP-01 says of itself."""
    for row, cells in enumerate(sheet.rows[:HEAD_ROWS]):
        for column, cell in enumerate(cells):
            place, dash, period = cell.rpartition(" – ") if isinstance(cell, str) else ("", "", "")
            if dash and not period.strip().isdigit() and parse_period(period):
                at = sheet.locator(row, column)
                return {"name": Blank(place, at), "period": Blank(period, at)}
    return {}


def _parse_identity(text: str, locator: str) -> dict[str, Blank]:
    said: dict[str, Blank] = {}
    pieces = text.split(_BAR)
    for number, piece in enumerate(pieces):
        label, colon, value = piece.partition(":")
        name = _IDENTITY_KEYS.get(key_of(label)) if colon else None
        if name == "reason":  # free text, which may hold a bar
            said[name] = Blank(_BAR.join((value, *pieces[number + 1 :])).strip(), locator)
            break
        if name:
            said[name] = Blank(value.strip(), locator)
    return said

"""How a feedback looks: fonts, fills, borders, and text that stays text."""

from __future__ import annotations

import math
from copy import copy
from typing import TYPE_CHECKING, Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

if TYPE_CHECKING:
    from openpyxl.cell import Cell, MergedCell

RED, YELLOW, GREEN, BLUE, GREY = "FFFFC7CE", "FFFFEB9C", "FFC6EFCE", "FFD9E2F3", "FFF2F2F2"
SAMPLE_RED, DARK_BLUE, LINK_BLUE = "FFC00000", "FF1F3864", "FF0563C1"
MAX_TEXT = 4_000
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_LINE = Side(style="thin", color="FF7F7F7F")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_FACE = "Times New Roman"
# openpyxl's own shorthand for all looks of a cell; it has no public name
_STYLE = "_style"


def fill_of(colour: str) -> PatternFill:
    """A plain fill."""
    return PatternFill("solid", fgColor=colour, bgColor=colour)


def _style(
    *,
    colour: str = "",
    box: bool = True,
    across: str = "left",
    down: str = "top",
    **font: Any,
) -> dict[str, Any]:
    return {
        "font": Font(name=_FACE, **{"size": 11, **font}),
        "fill": fill_of(colour) if colour else PatternFill(),
        "border": _BOX if box else Border(),
        "alignment": Alignment(
            horizontal=across, vertical=down, wrap_text=True, indent=0 if across == "center" else 1
        ),
    }


_STYLES: dict[str, dict[str, Any]] = {
    "title": _style(bold=True, size=15, color=DARK_BLUE, across="center", down="center", box=False),
    "banner": _style(
        bold=True, color="FFFFFFFF", colour=SAMPLE_RED, across="center", down="center", box=False
    ),
    "label": _style(bold=True, colour=GREY, down="center"),
    "value": _style(down="center"),
    "section": _style(bold=True, size=12, color=DARK_BLUE, box=False, down="center"),
    "note": _style(italic=True, box=False, down="center"),
    "head": _style(bold=True, colour=BLUE, across="center", down="center"),
    "text": _style(),
    "centre": _style(across="center"),
    "number": _style(across="right"),
    "link": _style(color=LINK_BLUE, underline="single", across="center"),
    "error": _style(colour=RED, across="center", bold=True),
    "warn": _style(colour=YELLOW, across="center", bold=True),
    "good": _style(colour=GREEN, across="center"),
    "verdict_bad": _style(colour=RED, bold=True, down="center"),
    "verdict_doubt": _style(colour=YELLOW, bold=True, down="center"),
    "verdict_good": _style(colour=GREEN, bold=True, down="center"),
    "verdict_wait": _style(colour=BLUE, bold=True, down="center"),
}


class Stylist:
    """Gives cells of one workbook their looks; each look is worked out once, which is what takes the time."""

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}

    def apply(self, cell: Cell | MergedCell, name: str) -> None:
        """Dresses a cell."""
        if name in self._known:
            setattr(cell, _STYLE, copy(self._known[name]))
            return
        for attribute, value in _STYLES[name].items():
            setattr(cell, attribute, value)
        self._known[name] = getattr(cell, _STYLE)


def safe_text(text: object) -> str:
    """Text that a spreadsheet takes: no control characters, not too long."""
    found = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", str(text))
    return found if len(found) <= MAX_TEXT else found[:MAX_TEXT] + " …"


def write_text(cell: Cell | MergedCell, text: object) -> None:
    """Writes text that is never taken for a formula, an error or a number, whatever it begins with."""
    found = safe_text(text)
    cell.value = found or None
    if found:
        cell.data_type = "s"
        if found.startswith(_FORMULA_SIGNS):
            cell.quotePrefix = True


def lines_of(text: str, width: float) -> int:
    """How many lines a text takes when wrapped at ``width`` characters."""
    return sum(max(1, math.ceil(len(line) / max(width, 1))) for line in text.split("\n"))

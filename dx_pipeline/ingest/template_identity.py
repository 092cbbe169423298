"""What each sheet of the template says of itself: formulas that repeat the cover, with their results.

A sheet saved alone as CSV has no cover beside it, so province, period and status stand on every sheet.
Their wording is ``catalogue.workbook_layout``'s, which the reader follows too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xlsxwriter.format import Format

from dx_pipeline.catalogue.workbook_layout import IDENTITY_LABELS, IDENTITY_SEPARATOR


@dataclass(frozen=True, slots=True)
class CoverCells:
    """Where the cover says what: for each thing its cell and its text.

    Attributes:
        sheet_name: The cover's name.
        cells: By the names of ``IDENTITY_LABELS``: the cell (``B6``).
        texts: What is written in it.
    """

    sheet_name: str
    cells: Mapping[str, str]
    texts: Mapping[str, str]

    def text(self, name: str) -> str:
        """What the cover says; empty for a blank to be filled in."""
        return self.texts.get(name, "")

    def reference(self, name: str) -> str:
        """The cell in a formula of another sheet, as text."""
        column, row = self.cells[name][0], self.cells[name][1:]
        cell = f"'{self.sheet_name}'!${column}${row}"
        if name == "period":  # typed as 10/2025 it becomes a date, which joined to a text would show as 45931
            return f'IF(ISNUMBER({cell}),"tháng "&MONTH({cell})&"/"&YEAR({cell}),{cell})'
        return cell


def identity_formula(cover: CoverCells, style: Format) -> tuple[str, Format, str]:
    """Formula, format and result of the cell in which a sheet says what it is."""
    parts = [f'"{label}: "&{cover.reference(name)}' for name, label in IDENTITY_LABELS.items()]
    shown = [f"{label}: {cover.text(name)}" for name, label in IDENTITY_LABELS.items()]
    return "=" + f'&"{IDENTITY_SEPARATOR}"&'.join(parts), style, IDENTITY_SEPARATOR.join(shown)


def place_and_period_formula(cover: CoverCells, style: Format) -> tuple[str, Format, str]:
    """Formula, format and result of the line below a sheet's title."""
    formula = f'={cover.reference("name")}&" – "&{cover.reference("period")}'
    return formula, style, f"{cover.text('name')} – {cover.text('period')}"

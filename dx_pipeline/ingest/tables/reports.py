"""Findings of one table as unread cells: each names its cell, in both languages, with the table's context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dx_pipeline.ingest.formats.sheet import Sheet, column_name
from dx_pipeline.ingest.numbers import NumberError
from dx_pipeline.ingest.observation import UnreadCell
from dx_pipeline.ingest.readers.workbook_words import cell_vi
from dx_pipeline.ingest.tables.front import Front
from dx_pipeline.ingest.tables.headings import cell_text

KNOWN_HEADING = "known_indicator"
FORM_EQUATION = "form_equation"
TOTAL_MATCHES_PARTS = "total_matches_parts"
RATE_MATCHES_COUNTS = "rate_matches_counts"
KNOWN_AREA = "known_area"
READABLE_VALUE = "readable_value"
COMPLETE_FORM = "complete_form"
UNIQUE_KEY = "unique_key"


@dataclass(slots=True)
class Report:
    """Collects what is to be said of one table.

    Attributes:
        sheet: The table's sheet.
        front: Period, province and sample label of the file.
        cells: What has been said.
    """

    sheet: Sheet
    front: Front
    cells: list[UnreadCell] = field(default_factory=list)

    def add(  # noqa: PLR0913 - one argument per column of the table it fills
        self,
        rule: str,
        place: tuple[int, int],
        message_en: str,
        message_vi: str,
        *,
        severity: str = "ERROR",
        indicator_code: str | None = None,
        area_code: str | None = None,
        scope: str | None = None,
    ) -> None:
        """Says something of the cell at ``place`` (row, column)."""
        at = self.sheet.locator(*place)
        self.cells.append(
            UnreadCell(
                rule=rule,
                locator=at,
                raw_text=cell_text(self.sheet.rows[place[0]][place[1]]),
                message_en=f"{at}: {message_en}",
                message_vi=f"{cell_vi(at)}: {message_vi}",
                period_start=self.front.period.period_start,
                indicator_code=indicator_code,
                area_code=area_code or self.front.area_code,
                scope=scope,
                severity=severity,
                is_sample=self.front.is_sample,
            )
        )

    def refuse(self, error: NumberError, place: tuple[int, int], indicator_code: str, area_code: str) -> None:
        """Says that the figure in a cell cannot be read."""
        self.add(
            error.rule,
            place,
            error.message,
            f"{error.message_vi}.",
            indicator_code=indicator_code,
            area_code=area_code,
        )


def range_locator(sheet: Sheet, rows: Sequence[int], columns: Sequence[int]) -> str:
    """``Sheet!F8:F45`` for the cells from the first to the last of ``rows`` and ``columns``."""
    first, last = min(rows), max(rows)
    left, right = min(columns), max(columns)
    if first == last and left == right:
        return sheet.locator(first, left)
    if sheet.name:
        return f"{sheet.locator(first, left)}:{column_name(right)}{last + 1}"
    lines = sheet.line_numbers or range(1, len(sheet.rows) + 1)
    letters = column_name(left) if left == right else f"{column_name(left)}-{column_name(right)}"
    return f"line {lines[first]}-{lines[last]}, column {letters}"

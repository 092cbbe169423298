"""Months as people write them in Vietnam: ``tháng 10/2025``, ``T10/2025``, ``10/2025``, ``2025-10``, a date."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dx_pipeline.catalogue.text import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedPeriod:
    """The time a text speaks of, as figures are filed under it.

    Attributes:
        period_start: First day of the month or quarter the figures are filed under.
        period_end: Its last day.
        period_basis: ``calendar``, or ``government_report`` where the count runs from the 15th to the 14th.
        as_of: The day the figures speak of.
        accumulates_from: First day a cumulative figure counts; None for stocks and plain flows.
    """

    period_start: date
    period_end: date
    as_of: date
    period_basis: str = "calendar"
    accumulates_from: date | None = None


_MONTH_FIRST = re.compile(r"(?:kỳ )?(?:tháng ?|th\.? ?|t\.? ?)?(\d{1,2})(?: ?[/.-] ?| năm )(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/]\d{1,2})?")


def parse_period(cell: object) -> date | None:
    """The first day of the month a cell names (``tháng 10/2025``, ``T10/2025``, ``2025-10``, a date)."""
    if isinstance(cell, date):  # a datetime too
        return date(cell.year, cell.month, 1) if is_plausible_month(cell.year, cell.month) else None
    text = fold(str(cell))
    if match := _MONTH_FIRST.fullmatch(text):
        month, year = int(match[1]), int(match[2])
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month = int(match[1]), int(match[2])
    else:
        return None
    return date(year, month, 1) if is_plausible_month(year, month) else None


def is_plausible_month(year: int, month: int) -> bool:
    """Whether a month can be what a report speaks of: this century, and a month of the calendar."""
    return 2000 <= year < 2100 and 1 <= month <= 12

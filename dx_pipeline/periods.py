"""Months and quarters as the pipeline files figures under them: keys, first and last days, labels.

A month's key is ``2025-10``; a quarter's key is its first month, ``2025-07``. Time zones, schedules and
partition definitions belong to orchestration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone

from dx_pipeline.failures import PermanentError

FIRST_MONTH = date(2025, 1, 1)
MERGER_DATE = date(2025, 7, 1)

_VIETNAM = timezone(timedelta(hours=7))  # all year
_MONTH_KEY = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


def vietnam_day(moment: datetime) -> date:
    """The day in Vietnam (UTC+7 all year) of a moment given in UTC without a zone."""
    return (moment + timedelta(hours=7)).date()


def known_moment(text: str) -> datetime:
    """A day (its end), or a moment, in Vietnam's time unless it names its zone; UTC, without zone.

    Raises:
        PermanentError: It is neither.
    """
    try:
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            moment = datetime.combine(date.fromisoformat(text), time.max, _VIETNAM)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)
        return moment.astimezone(UTC).replace(tzinfo=None)
    except (ValueError, OverflowError) as error:
        raise PermanentError(
            f"{text!r} is no day and no moment; write 2025-11-20 or 2025-11-20T08:00",
            f"“{text}” không phải là ngày hoặc thời điểm; hãy ghi 2025-11-20 hoặc 2025-11-20T08:00.",
        ) from error


def first_of_month(day: date) -> date:
    """The first day of the month that holds ``day``."""
    return day.replace(day=1)


def add_months(month: date, count: int) -> date:
    """The first day of the month ``count`` months after ``month`` (negative: before)."""
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def quarter_of(day: date) -> date:
    """The first day of the calendar quarter that holds ``day``."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def month_end(month: date) -> date:
    """The last day of the month that holds ``month``."""
    return add_months(first_of_month(month), 1) - timedelta(days=1)


def quarter_end(quarter: date) -> date:
    """The last day of the quarter that starts at ``quarter``."""
    return add_months(quarter, 3) - timedelta(days=1)


def month_key(day: date) -> str:
    """``2025-10`` for any day of October 2025."""
    return f"{day:%Y-%m}"


def parse_month(key: str) -> date:
    """The first day of the month written as ``2025-10``.

    Raises:
        ValueError: ``key`` is not a year and a month.
    """
    match = _MONTH_KEY.match(key)
    if not match:
        raise ValueError(f"{key!r} is not a month; write it as YYYY-MM, for example 2025-10")
    return date(int(match[1]), int(match[2]), 1)


def months_between(first: date, last: date) -> Iterator[date]:
    """Every first-of-month from ``first`` to ``last``, both included."""
    month = first_of_month(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


@dataclass(frozen=True, slots=True)
class PeriodLabel:
    """How a month or quarter is written for people."""

    vi: str
    en: str


def month_label(month: date) -> PeriodLabel:
    """``tháng 10/2025`` and ``October 2025``."""
    return PeriodLabel(f"tháng {month.month}/{month.year}", f"{month:%B %Y}")


def quarter_label(quarter: date) -> PeriodLabel:
    """``quý III/2025`` and ``2025-Q3``."""
    number = (quarter.month - 1) // 3 + 1
    return PeriodLabel(
        f"quý {('I', 'II', 'III', 'IV')[number - 1]}/{quarter.year}", f"{quarter.year}-Q{number}"
    )

"""Periods as people write them in Vietnam, and what figures of a span of days are filed under.

``parse_period`` reads a cell that names a month; ``parse_reported_period`` reads titles and subtitles, where a
span of days decides and a label must not contradict it. Days are read by ``day_text``, labels by
``period_labels``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.day_text import parse_day, plain
from dx_pipeline.ingest.period_labels import Kind, Label, labels_in
from dx_pipeline.ingest.period_spans import Days, Span, days_of
from dx_pipeline.periods import add_months, first_of_month, month_end, quarter_end, quarter_of

CALENDAR = "calendar"
GOVERNMENT_REPORT = "government_report"


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
    period_basis: str = CALENDAR
    accumulates_from: date | None = None


class PeriodError(PermanentError):
    """A text that speaks of two periods, or of days that do not exist."""


_MONTH_FIRST = re.compile(r"(?:kỳ )?(?:tháng ?|th\.? ?|t\.? ?)?(\d{1,2})(?: ?[/.-] ?| năm )(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[-/](\d{1,2})(?:[-/]\d{1,2})?")


def parse_period(cell: object) -> date | None:
    """The first day of the month a cell names (``tháng 10/2025``, ``T10/2025``, ``2025-10``, a date or its serial).

    A day written as text names its month only if it is the first, as a spreadsheet shows the month 10/2025:
    10/1/2025 may be October as an English program writes it.
    """
    text = "" if isinstance(cell, date) else fold(str(cell))
    if match := _MONTH_FIRST.fullmatch(text):
        month, year = int(match[1]), int(match[2])
    elif match := _YEAR_FIRST.fullmatch(text):
        year, month = int(match[1]), int(match[2])
    else:
        day = parse_day(cell)
        return first_of_month(day) if day and (day.day == 1 or not isinstance(cell, str)) else None
    return date(year, month, 1) if is_plausible_month(year, month) else None


def is_plausible_month(year: int, month: int) -> bool:
    """Whether a month can be what a report speaks of: this century, and a month of the calendar."""
    return 2000 <= year < 2100 and 1 <= month <= 12


def filed(start: date, end: date, *, basis: str | None = None) -> ReportedPeriod:
    """What figures of the days from ``start`` to ``end`` are filed under.

    A calendar month or quarter, or one of the government's reports (15th of the month before to the 14th), is
    that month or quarter. Any other span is cumulative and filed under the month of its last day.

    Args:
        start: The first day.
        end: The last day.
        basis: The basis of a span that shows none itself: it ends neither on a 14th after a 15th nor with a month.

    Raises:
        PeriodError: The last day is before the first.
    """
    if end < start:
        raise PeriodError(
            f"the period ends on {end} before it starts on {start}; correct the days",
            f"kỳ báo cáo kết thúc ngày {end:%d/%m/%Y}, trước ngày bắt đầu {start:%d/%m/%Y}; đề nghị sửa lại",
        )
    month, quarter = first_of_month(end), quarter_of(end)
    is_report = start.day == 15 and end.day == 14
    begins = add_months(first_of_month(start), 1) if is_report else start
    ends = end == month_end(end) or is_report
    if ends or basis is None:
        basis = GOVERNMENT_REPORT if is_report else CALENDAR
    if ends and begins == month:
        return ReportedPeriod(period_start=month, period_end=month_end(month), as_of=end, period_basis=basis)
    if ends and begins == quarter and month == add_months(quarter, 2):
        return ReportedPeriod(
            period_start=quarter, period_end=quarter_end(quarter), as_of=end, period_basis=basis
        )
    return ReportedPeriod(
        period_start=month,
        period_end=month_end(month),
        as_of=end,
        period_basis=basis,
        accumulates_from=start,
    )


def parse_reported_period(
    cell: object, *, year: int | None = None, basis: str | None = None
) -> ReportedPeriod | None:
    """The period a cell or a longer text speaks of; None where it speaks of none.

    A span of days (``từ ngày 15/09/2025 đến ngày 14/10/2025``) decides over a label (``tháng 10/2025``), and a
    day reached (``tính đến 26/10/2025``) is the ``as_of`` of the label's period.

    Args:
        cell: A text, a date, or a spreadsheet's serial number.
        year: The year of days and labels that carry none.
        basis: The source's ``period_basis``: what days a label alone stands for.

    Raises:
        PeriodError: The text names two periods that differ, or days that do not exist.
    """
    day = parse_day(cell)
    if day is not None:
        return _of_month(day, basis) if day.day == 1 else _up_to(day, basis)
    if not isinstance(cell, str):
        return None
    if month := parse_period(cell):
        return _of_month(month, basis)
    text = plain(cell)
    days, rest = days_of(text, year, lambda written: _no_period(written, cell))
    labels = labels_in(rest, year or days.year)
    if days.span is not None:
        return _of_span(days.span, labels, basis, cell)
    if len(labels) > 1:
        raise _two_periods(labels[0].name, labels[1].name, cell)
    if labels:
        return _of_label_with(labels[0], days, basis, cell)
    return _up_to(days.until, basis) if days.until else None


def _of_month(month: date, basis: str | None) -> ReportedPeriod:
    start = first_of_month(month)
    return _of_label(Label(Kind.MONTH, start, month_end(start)), basis)


def _up_to(day: date, basis: str | None) -> ReportedPeriod:
    start = first_of_month(day)
    return ReportedPeriod(
        period_start=start, period_end=month_end(start), as_of=day, period_basis=basis or CALENDAR
    )


def _of_label(label: Label, basis: str | None) -> ReportedPeriod:
    """The days a label alone stands for: by the calendar, or from the 15th to the 14th."""
    if basis != GOVERNMENT_REPORT:
        return filed(label.start, label.end)
    before = label.start - timedelta(days=1)
    return filed(before.replace(day=15), label.end.replace(day=14))


def _of_span(span: Span, labels: list[Label], basis: str | None, cell: str) -> ReportedPeriod:
    for label in labels:
        if label.kind is not Kind.YEAR and not _agree(label, span):
            raise _two_periods(label.name, span.name, cell)
    period = filed(span.start, span.end, basis=basis)
    named = next((label for label in labels if label.kind in (Kind.MONTH, Kind.QUARTER)), None)
    if named is None or (named.start, named.end) == (period.period_start, period.period_end):
        return period
    return replace(period, period_start=named.start, period_end=named.end, accumulates_from=span.start)


def _agree(label: Label, span: Span) -> bool:
    """Whether the days can be those of the label: they end in it and, beyond a month, start no later than it."""
    ends_within = label.start <= span.end <= label.end
    return ends_within and (label.kind is Kind.MONTH or span.start <= label.start)


def _of_label_with(label: Label, days: Days, basis: str | None, cell: str) -> ReportedPeriod:
    """A label's period, with the day it reaches and the day it accumulates from where the text says so."""
    period = _of_label(label, basis)
    if days.until is not None:
        if not label.start <= days.until <= label.end:
            raise _two_periods(label.name, f"đến {days.until:%d/%m/%Y}", cell)
        period = replace(
            period,
            as_of=days.until,
            period_basis=basis or CALENDAR,
        )
        if label.kind in (Kind.CUMULATIVE, Kind.YEAR):
            reached = _up_to(days.until, basis)
            period = replace(period, period_start=reached.period_start, period_end=reached.period_end)
    if days.since is None or days.since == label.start:
        return period
    if days.since > period.as_of:
        raise _two_periods(label.name, f"từ {days.since:%d/%m/%Y}", cell)
    return replace(period, accumulates_from=days.since)


def _two_periods(one: str, other: str, cell: str) -> PeriodError:
    written = cell.strip()[:200]
    return PeriodError(
        f"«{written}» speaks of two periods, «{one}» and «{other}»; keep the one the figures are of",
        f"«{written}» nêu hai kỳ khác nhau, «{one}» và «{other}»; đề nghị chỉ ghi kỳ của số liệu",
    )


def _no_period(written: str, cell: str) -> PeriodError:
    return PeriodError(
        f"«{cell.strip()[:200]}»: «{written}» bounds no period: a day does not exist, the days are out of order, or "
        "there is more than one; correct the period",
        f"«{cell.strip()[:200]}»: «{written}» không xác định được kỳ (ngày không có thật, sai thứ tự hoặc có nhiều "
        "kỳ); đề nghị sửa kỳ báo cáo",
    )

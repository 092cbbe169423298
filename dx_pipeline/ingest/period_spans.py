"""Days in a text that bound a period: ``từ 15/09/2025 đến 14/10/2025``, ``tính đến 26/10``, ``lũy kế từ 01/7/2025``.

Other days, of a decision or a signature, bound nothing. What the bounds mean is ``period_text``'s business.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.day_text import WrittenDay, days_in
from dx_pipeline.ingest.period_labels import years_in

_TO = r"(?:den|toi)(?: het| cuoi)*"
_CONNECTS = re.compile(rf"[ ,]*(?:-+>?|~|{_TO}) ?(?:\d{{1,2}} ?(?:gio|h) ?)?")
_UNTIL = re.compile(rf"{_TO} ?(?:\d{{1,2}} ?(?:gio|h)(?: ?\d{{1,2}}(?: phut)?)? ?,? ?)?$")
_SINCE = re.compile(r"(?<![a-z])tu ?$")
_SINCE_NEW_YEAR = re.compile(rf"tu (?:ngay )?dau nam(?: (?:20\d{{2}}))?,? {_TO} ?$")
_IN_FORCE = re.compile(r"hieu luc.{0,12}$")
_UNFILLED_DAY = re.compile(r"ngay[ ._…-]*thang[ ._…-]*(?:\d{1,2})?[ ._…-]*(?:nam[ ._…-]*20\d{2})?")

Refusal = Callable[[str], PermanentError]


@dataclass(frozen=True, slots=True)
class Span:
    """The first and last day of a period."""

    start: date
    end: date

    @property
    def name(self) -> str:
        """How messages name it."""
        return f"{self.start:%d/%m/%Y} – {self.end:%d/%m/%Y}"


@dataclass(frozen=True, slots=True)
class Days:
    """The days that bound a period: a span, or the one bound that is written.

    Attributes:
        span: First and last day.
        since: The first day where the last is not written.
        until: The last day where the first is not written.
        year: The year of the last of them.
    """

    span: Span | None = None
    since: date | None = None
    until: date | None = None
    year: int | None = None


@dataclass(slots=True)
class _Found:
    """What one pass over the days of a text finds."""

    spans: list[Span]
    since: list[date]
    until: list[date]


def days_of(text: str, year: int | None, refuse: Refusal) -> tuple[Days, str]:
    """The bounds in a plain text, and the text with every day blanked out so that labels are read without them.

    Args:
        text: Text made plain by ``day_text.plain``.
        year: The year of days that carry none.
        refuse: Makes the error for days that do not exist or are at odds with each other.

    Raises:
        PermanentError: What ``refuse`` makes.
    """
    written = list(days_in(text))
    rest = text
    for day in written:
        rest = rest[: day.start] + "§" * (day.end - day.start) + rest[day.end :]
    rest = _UNFILLED_DAY.sub(lambda match: "§" * len(match[0]), rest)
    label_years = set(years_in(rest))
    known_year = year or (label_years.pop() if len(label_years) == 1 else None)
    found = _sort(text, written, known_year, refuse)
    return _bounds(found, refuse), rest


def _sort(text: str, written: Sequence[WrittenDay], year: int | None, refuse: Refusal) -> _Found:
    found = _Found([], [], [])
    at, behind = 0, 0
    while at < len(written):
        day = written[at]
        before = text[behind : day.start]
        following = written[at + 1] if at + 1 < len(written) else None
        if following and _CONNECTS.fullmatch(text[day.end : following.start]):
            span = _span(text, day, following, year, refuse)
            found.spans += [span] if span else []
            at, behind = at + 2, following.end
            continue
        _take_bound(text, before, day, year, found, refuse)
        at, behind = at + 1, day.end
    return found


def _take_bound(  # noqa: PLR0913, PLR0917 - one day, and where it stands
    text: str, before: str, day: WrittenDay, year: int | None, found: _Found, refuse: Refusal
) -> None:
    is_since = bool(_SINCE.search(before)) and not _IN_FORCE.search(before)
    if not is_since and not _UNTIL.search(before):
        return
    known = _date(text, day, year, refuse)
    if known is None:
        return
    if is_since:
        found.since.append(known)
    elif _SINCE_NEW_YEAR.search(before):
        found.spans.append(Span(date(known.year, 1, 1), known))
    else:
        found.until.append(known)


def _date(text: str, day: WrittenDay, year: int | None, refuse: Refusal) -> date | None:
    """The day, None where its year is not known.

    Raises:
        PermanentError: It does not exist.
    """
    known = day.date_in(year)
    if known is None and (day.year or year):
        raise refuse(text[day.start : day.end])
    return known


def _span(text: str, first: WrittenDay, last: WrittenDay, year: int | None, refuse: Refusal) -> Span | None:
    end = _date(text, last, year or first.year, refuse)
    if end is None:
        return None
    is_before = (first.month, first.day) <= (last.month, last.day)
    start = _date(text, first, end.year if is_before else end.year - 1, refuse)
    if start is None or start > end:
        raise refuse(text[first.start : last.end])
    return Span(start, end)


def _bounds(found: _Found, refuse: Refusal) -> Days:
    spans, since, until = set(found.spans), set(found.since), set(found.until)
    for several in ({span.name for span in spans}, since, until):
        if len(several) > 1:
            raise refuse(", ".join(sorted(map(str, several))))
    span = next(iter(spans), None)
    first, last = next(iter(since), None), next(iter(until), None)
    if span is None and first and last:
        if first > last:
            raise refuse(f"từ {first:%d/%m/%Y} đến {last:%d/%m/%Y}")
        span = Span(first, last)
    end = span.end if span else last or first
    return Days(span, None if span else first, None if span else last, end.year if end else None)

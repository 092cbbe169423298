"""Labels of periods inside a text: ``tháng 10/2025``, ``Quý III/2025``, ``9 tháng đầu năm 2025``, ``năm 2025``.

A label names whole months. Which days it stands for and what else the text says is ``period_text``'s business.
All patterns work on text made plain by ``day_text.plain``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

from dx_pipeline.periods import add_months, month_end, month_label, quarter_end, quarter_label

_YEAR = r"(?:(?: ?[/.-] ?| ?, ?nam | ?nam | )(?P<year>20\d{2})(?![\d/])|(?! ?[/.-]? ?\d))"
_ALONE = r"(?<![a-z0-9/])"
_MONTH = re.compile(rf"{_ALONE}(?:thang|th\.?|t\.?) ?(?P<number>\d{{1,2}})(?!\d){_YEAR}")
_QUARTER = re.compile(
    rf"{_ALONE}(?:qu[yi]|q\.?) ?(?P<number>iv|i{{1,3}}|[1-4])(?![a-z0-9]){_YEAR}"
    r"|(?<!\d)(?P<year_first>20\d{2}) ?-? ?q(?P<number_last>[1-4])(?![a-z0-9])"
)
_MONTHS = re.compile(
    r"(?<![\d/])(?P<number>\d{1,2}) ?(?:thang|t)(?! ?\d{1,2}(?!\d))"
    r"(?P<half> dau| cuoi)?(?P<of_year>(?: cua)? ?nam)?[ /-]?(?:(?P<year>20\d{2})(?![\d/]))?"
)
_WHOLE_YEAR = re.compile(r"(?<![a-z0-9])nam (?P<year>20\d{2})(?![\d/])")
_MONTHS_SPAN = re.compile(
    r"(?<![a-z])tu (?:dau )?thang (?P<first>\d{1,2})(?:(?:/| ?- ?| nam )(?P<first_year>20\d{2}))?"
    rf" (?:den|toi)(?: het)? thang (?P<last>\d{{1,2}})(?!\d){_YEAR}"
)
_IN_WORDS = re.compile(
    r"(?<![a-z])(?:thang|qu[yi]) [a-z]+(?: [a-z]+)?,? ?nam 20\d{2}"
)  # «tháng mười năm 2025»
_SINCE_NEW_YEAR = re.compile(r"(?<![a-z])tu (?:ngay )?dau nam\b")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}


class Kind(Enum):
    """What sort of period a label names."""

    MONTH = "month"
    QUARTER = "quarter"
    CUMULATIVE = "cumulative"
    YEAR = "year"  # weak: a title says «Kế hoạch năm 2025» above the figures of a month


@dataclass(frozen=True, slots=True)
class Label:
    """A named period: the calendar days it covers."""

    kind: Kind
    start: date
    end: date

    @property
    def name(self) -> str:
        """How messages name it, in Vietnamese."""
        if self.kind is Kind.MONTH:
            return month_label(self.start).vi
        if self.kind is Kind.QUARTER:
            return quarter_label(self.start).vi
        return f"{self.start:%d/%m/%Y} – {self.end:%d/%m/%Y}"


def labels_in(text: str, year: int | None) -> list[Label]:
    """The labels of a text, each once.

    One without a year takes the one year that the others carry, else ``year``; without either it is passed over.
    After ``từ đầu năm`` a month or quarter is the end of the months since January. A month or quarter in words is
    not read, and its year alone is not the year's period.
    """
    found: list[Label] = []
    years = set(years_in(text))
    year = years.pop() if len(years) == 1 else year
    masked = text
    for pattern, reader in _READERS:
        for match in pattern.finditer(masked):
            label = reader(match, year)
            if label is not None and label not in found:
                found.append(label)
        masked = pattern.sub(lambda match: "_" * len(match[0]), masked)
    strong = [label for label in found if label.kind is not Kind.YEAR]
    if _SINCE_NEW_YEAR.search(text):
        strong = [
            replace(label, kind=Kind.CUMULATIVE, start=label.start.replace(month=1)) for label in strong
        ]
    return strong or ([] if _IN_WORDS.search(text) else found)


def years_in(text: str) -> Iterator[int]:
    """The years that labels of the text carry."""
    for pattern, _ in _READERS:
        for match in pattern.finditer(text):
            written = match.groupdict()
            if found := written.get("year") or written.get("year_first"):
                yield int(found)


def _year_of(match: re.Match[str], year: int | None) -> int | None:
    return int(match["year"]) if match["year"] else year


def _months_span(match: re.Match[str], year: int | None) -> Label | None:
    last_year = _year_of(match, year)
    first, last = int(match["first"]), int(match["last"])
    if last_year is None or not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    first_year = int(match["first_year"] or (last_year if first <= last else last_year - 1))
    start, end = date(first_year, first, 1), month_end(date(last_year, last, 1))
    return Label(Kind.CUMULATIVE, start, end) if start < end else None


def _months(match: re.Match[str], year: int | None) -> Label | None:
    number, found_year = int(match["number"]), _year_of(match, year)
    is_named = match["year"] or match["half"]
    if found_year is None or not is_named or not 1 <= number <= 12:
        return None
    if match["half"] == " cuoi":
        return Label(Kind.CUMULATIVE, date(found_year, 13 - number, 1), date(found_year, 12, 31))
    return Label(Kind.CUMULATIVE, date(found_year, 1, 1), month_end(date(found_year, number, 1)))


def _is_short_and_undated(match: re.Match[str], word: str) -> bool:
    """Whether it is ``T10`` or ``Q3`` without a year, which can be many things."""
    return not any(part and len(part) == 4 for part in match.groups()) and not match[0].startswith(word)


def _quarter(match: re.Match[str], year: int | None) -> Label | None:
    number = match["number"] or match["number_last"]
    found_year = int(match["year_first"]) if match["year_first"] else _year_of(match, year)
    if found_year is None or _is_short_and_undated(match, "qu"):
        return None
    start = add_months(date(found_year, 1, 1), 3 * (_ROMAN.get(number) or int(number)) - 3)
    return Label(Kind.QUARTER, start, quarter_end(start))


def _month(match: re.Match[str], year: int | None) -> Label | None:
    number, found_year = int(match["number"]), _year_of(match, year)
    if found_year is None or not 1 <= number <= 12 or _is_short_and_undated(match, "thang"):
        return None
    start = date(found_year, number, 1)
    return Label(Kind.MONTH, start, month_end(start))


def _whole_year(match: re.Match[str], year: int | None) -> Label | None:  # noqa: ARG001 - one shape for all
    found_year = int(match["year"])
    return Label(Kind.YEAR, date(found_year, 1, 1), date(found_year, 12, 31))


# what is read first is not read again: «từ tháng 7 đến tháng 10/2025» holds a label of October
_READERS = (
    (_MONTHS_SPAN, _months_span),
    (_MONTHS, _months),
    (_QUARTER, _quarter),
    (_MONTH, _month),
    (_WHOLE_YEAR, _whole_year),
)

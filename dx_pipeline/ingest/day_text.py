"""Days as people write them in Vietnam: ``05/11/2025``, ``ngày 05 tháng 11 năm 2025``, a spreadsheet's serial.

``parse_day`` reads a cell that is a day; ``days_in`` finds the days inside a longer text. Periods are
``period_text``'s business.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from dx_pipeline.catalogue.text import fold, strip_accents

# A serial counts days as if 1900 had a 29 February, so from March 1900 on day 0 is 1899-12-30.
_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 36526, 73050  # 2000-01-01 and 2099-12-31

_YEAR_FIRST = r"(?P<y1>\d{4}) ?- ?(?P<m1>\d{1,2}) ?- ?(?P<d1>\d{1,2})(?!\d)"
_DAY_FIRST = (
    r"(?:ngay ?)?(?P<d2>\d{1,2}) ?(?P<sign>[/.-]) ?(?P<m2>\d{1,2})(?!\d)"
    r"(?: ?(?P=sign) ?(?P<y2>\d{4})(?![\d/]))?(?! ?[/.] ?\d)"
)
_IN_WORDS = (
    r"(?:ngay ?)?(?P<d3>\d{1,2}) ?thang ?(?P<m3>\d{1,2})(?!\d)(?:(?: ?, ?| ?)nam ?(?P<y3>\d{4})(?!\d))?"
)
_DAY = re.compile(rf"(?<![\d/.,])(?:{_YEAR_FIRST}|{_IN_WORDS}|{_DAY_FIRST})")
_TIME_OF_DAY = re.compile(r"(?:t| )\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?z?$")
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_COMPACT = re.compile(r"(\d{2})(\d{2})(\d{4})")


def plain(text: str) -> str:
    """The text as the patterns of days and periods expect it: lower case, no accents, single spaces."""
    return strip_accents(fold(text))


@dataclass(frozen=True, slots=True)
class WrittenDay:
    """A day found in a text, before it is known to exist.

    Attributes:
        start: Where it begins in the text.
        end: Where it ends.
        day: Day of the month.
        month: The month.
        year: The year; None where it was not written.
    """

    start: int
    end: int
    day: int
    month: int
    year: int | None

    def date_in(self, year: int | None) -> date | None:
        """The date, in ``year`` where none was written; None where there is no such day in this century."""
        return real_day(self.year or year, self.month, self.day)


def days_in(text: str) -> Iterator[WrittenDay]:
    """Every day written in a text that ``plain`` has made plain, from left to right."""
    for match in _DAY.finditer(text):
        number = next(number for number in "123" if match[f"d{number}"])
        year, month, day = (match[f"{part}{number}"] for part in "ymd")
        yield WrittenDay(match.start(), match.end(), int(day), int(month), int(year) if year else None)


def real_day(year: int | None, month: int, day: int) -> date | None:
    """The day, where it exists and lies in this century."""
    if year is None or not 2000 <= year < 2100:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def parse_day(cell: object, *, is_compact: bool = False) -> date | None:
    """The day a cell names, alone or with a time of day; None where it names none, or one without a full year.

    Args:
        cell: A text, a date, or a spreadsheet's serial number as number or text.
        is_compact: Read ``05112025`` as DDMMYYYY, as in the names of exported files.
    """
    if isinstance(cell, date):  # a datetime too
        return real_day(cell.year, cell.month, cell.day)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _day_of_serial(cell)
    if not isinstance(cell, str):
        return None
    text = _TIME_OF_DAY.sub("", plain(cell))
    if _SERIAL.fullmatch(text):
        return _day_of_serial(float(text))
    if is_compact and (match := _COMPACT.fullmatch(text)):
        return real_day(int(match[3]), int(match[2]), int(match[1]))
    found = next(days_in(text), None)
    return found.date_in(None) if found and (found.start, found.end) == (0, len(text)) else None


def _day_of_serial(serial: float) -> date | None:
    if not math.isfinite(serial) or not _FIRST_SERIAL <= serial < _LAST_SERIAL + 1:
        return None
    return _SERIAL_ZERO + timedelta(days=int(serial))

"""Periods and provinces in the names of files and folders: ``2025-10``, ``BC_Quang_Tri_T10-2025.xlsx``, ``44_…``.

What a name says is a hint at most. What it is used for is ``placement``'s business.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.areas import LAST_DAY_OF_63
from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.ingest.day_text import parse_day, plain
from dx_pipeline.ingest.period_text import ReportedPeriod, parse_reported_period
from dx_pipeline.periods import MERGER_DATE

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Geography

_JOIN = r"[-_. ]?"
_YEAR = r"(20\d{2})(?!\d)"
_MONTH = r"(0?[1-9]|1[0-2])"
_QUARTER = r"(iv|i{1,3}|[1-4])"
_START = r"(?<![a-z0-9])"
_YEAR_MONTH = re.compile(r"(?<!\d)(20\d{2})[-_.](0[1-9]|1[0-2])(?!\d)")
_MONTH_WORD = re.compile(rf"{_START}(?:thang|t){_JOIN}{_MONTH}(?:{_JOIN}(?:nam{_JOIN})?{_YEAR}|(?!\d))")
_MONTH_YEAR = re.compile(rf"{_START}(?<!\d[-_.]){_MONTH}[-_.]{_YEAR}(?![-_.]\d)")
_QUARTER_WORD = re.compile(
    rf"{_START}(?:quy|q){_JOIN}{_QUARTER}(?:{_JOIN}(?:nam{_JOIN})?{_YEAR}|(?![a-z0-9]))"
)
_YEAR_QUARTER = re.compile(rf"(?<!\d)(20\d{{2}}){_JOIN}q{_JOIN}([1-4])(?!\d)")
_COMPACT_DAY = re.compile(r"(?<!\d)\d{8}(?!\d)")
_WRITTEN_DAY = re.compile(r"(?<!\d)(?:20\d{2}([-_.])\d{2}\1\d{2}|\d{1,2}([-_.])\d{1,2}\2(?:20\d{2}))(?!\d)")
_YEAR_FOLDER = re.compile(r"(?:nam[-_. ]?)?(20\d{2})")

_PROVINCE_CODE = re.compile(r"(\d{2})(?:$|[_ -](?!20\d{2}(?:\.[a-z]+)?$))")
_PORTAL_CODE = re.compile(r"(?<![a-z0-9])(h\d{2})(?![0-9.]\d|\d)")
_WORDS = re.compile(r"[a-z]+")
_MIN_LETTERS = 3  # «HN» and the like occur inside other words and titles


def parts_of(origin: str) -> list[str]:
    """The folders and the name, plain; the name without its extensions."""
    path = PurePosixPath(origin)
    name = path.name
    while (suffix := PurePosixPath(name).suffix) and re.fullmatch(r"\.[A-Za-z]{1,4}\d?|\.7z", suffix):
        name = name.removesuffix(suffix)
    return [plain(part) for part in (*path.parts[:-1], name)]


def named_periods(origin: str) -> set[ReportedPeriod]:
    """Every month and quarter that a folder or the name carries."""
    found: set[ReportedPeriod] = set()
    year = None
    for part in parts_of(origin):
        if match := _YEAR_FOLDER.fullmatch(part):
            year = int(match[1])
            continue
        texts = _period_texts(_WRITTEN_DAY.sub("§", part))
        periods = (parse_reported_period(text, year=year) for text in texts)
        found.update(period for period in periods if period is not None)
    return found


def _period_texts(part: str) -> Iterator[str]:
    """The periods of one part as ``parse_reported_period`` reads them; what is taken once is not taken again."""
    patterns = (
        (_YEAR_QUARTER, "quy {1}/{0}"),
        (_YEAR_MONTH, "thang {1}/{0}"),
        (_QUARTER_WORD, "quy {0}/{1}"),
        (_MONTH_WORD, "thang {0}/{1}"),
        (_MONTH_YEAR, "thang {0}/{1}"),
    )
    for pattern, text in patterns:
        for match in pattern.finditer(part):
            yield text.format(*match.groups("")).rstrip("/")
        part = pattern.sub("§", part)


def named_days(origin: str) -> set[date]:
    """Every day that a folder or the name carries, ``10102026`` as DDMMYYYY."""
    found: set[date] = set()
    for part in parts_of(origin):
        written = [match[0].replace("_", ".") for match in _WRITTEN_DAY.finditer(part)]
        days = [parse_day(text.replace(".", "-") if text.startswith("20") else text) for text in written]
        days += [parse_day(match[0], is_compact=True) for match in _COMPACT_DAY.finditer(part)]
        found.update(day for day in days if day is not None)
    return found


def named_provinces(origin: str, geography: Geography, day: date | None) -> set[str]:
    """The codes of the provinces that the name, else a folder, carries as code, H-code or name.

    Args:
        origin: Path below the landing folder.
        geography: The provinces.
        day: The day the file speaks of; None where it is not known, and then only provinces that kept code and
            name at the merger are told.
    """
    *folders, name = parts_of(origin)
    for part in (name, *reversed(folders)):
        if found := _provinces_in(part, geography, day):
            return found
    return set()


def _provinces_in(part: str, geography: Geography, day: date | None) -> set[str]:
    if day is not None:
        return set(_provinces_on(part, geography, day))
    before = _provinces_on(part, geography, LAST_DAY_OF_63)
    after = _provinces_on(part, geography, MERGER_DATE)
    return {
        code
        for code, name in after.items()
        if (old := geography.province(code, LAST_DAY_OF_63))
        and old.name_vi == name
        and before.keys() <= {code}
    }


def _provinces_on(part: str, geography: Geography, day: date) -> dict[str, str]:
    """Code and name of each province of one part."""
    found = []
    if match := _PROVINCE_CODE.match(part):
        found.append(geography.province(match[1], day))
    found += [geography.by_portal_code(match[1], day) for match in _PORTAL_CODE.finditer(part)]
    named = {unit.code: unit.name_vi for unit in found if unit is not None}
    for code in _codes_of_names(part, _spellings(geography, day)):
        unit = geography.province(code, day)
        if unit is not None:
            named[code] = unit.name_vi
    return named


def _codes_of_names(part: str, spellings: dict[str, str]) -> set[str]:
    """The provinces whose names stand in a part as whole words, the longest first."""
    words = _WORDS.findall(part)
    found: set[str] = set()
    at = 0
    while at < len(words):
        for length in range(min(4, len(words) - at), 0, -1):
            code = spellings.get("".join(words[at : at + length]))
            if code:
                found.add(code)
                at += length - 1
                break
        at += 1
    return found


@lru_cache(maxsize=4)
def _spellings_of(names: tuple[tuple[str, str], ...]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, code in names:
        key = "".join(_WORDS.findall(strip_accents(fold(name))))
        if len(key) >= _MIN_LETTERS:
            found.setdefault(key, set()).add(code)
    return {key: codes.pop() for key, codes in found.items() if len(codes) == 1}


def _spellings(geography: Geography, day: date) -> dict[str, str]:
    """Name without accents and spaces -> code, for the names and variants that hold on ``day``."""
    return _spellings_of(geography.names_on(day))

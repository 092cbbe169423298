"""The placeholders of a source's requests: which exist, what each gives, and how they are filled in.

Strict on purpose: a placeholder that is misspelt must not be sent to a server as it stands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from string import Formatter

NUMBERS = ("year", "month", "quarter", "day")
DAYS = ("from", "to", "as_of")
PLACEHOLDERS = ("base", *NUMBERS, *DAYS)

_NUMBER_SPEC = re.compile(r"0?\d?")
_DAY_SPEC = re.compile(r"(?=.*[DMY])(?:DD|MM|YYYY|YY|[-./_ ])*")
_DAY_PARTS = {"DD": "%d", "MM": "%m", "YYYY": "%Y", "YY": "%y"}


@dataclass(frozen=True, slots=True)
class Moment:
    """What a request is filled in with.

    Attributes:
        base: The source's address, without a slash at its end.
        month: First day of the month or quarter; gives {year}, {month} and {quarter}.
        period_start: First day the answer counts from: {from}.
        period_end: Last day it counts to: {to}.
        as_of: The day it speaks of: {as_of}; its day of the month is {day}.
    """

    base: str
    month: date
    period_start: date
    period_end: date
    as_of: date

    def values(self) -> Mapping[str, str | int | date]:
        """Placeholder -> value."""
        return {
            "base": self.base,
            "year": self.month.year,
            "month": self.month.month,
            "quarter": (self.month.month - 1) // 3 + 1,
            "day": self.as_of.day,
            "from": self.period_start,
            "to": self.period_end,
            "as_of": self.as_of,
        }


def fill(text: str, moment: Moment) -> str | int:
    """The text with its placeholders filled in: ``{month:02}`` is 07, ``{as_of:DDMMYYYY}`` 10102026.

    Numbers take a width, days a pattern of DD, MM, YYYY, YY and ``-./_`` (default YYYY-MM-DD).

    Returns:
        A number where the text is nothing but one number without a width, else text.

    Raises:
        ValueError: A placeholder or its pattern is not known; says which.
    """
    values = moment.values()
    parts: list[str | int] = []
    for literal, name, spec, conversion in Formatter().parse(text):
        if literal:
            parts.append(literal)
        if name is not None:
            parts.append(_filled(name, spec or "", conversion, values))
    if len(parts) == 1:
        return parts[0]
    return "".join(map(str, parts))


def fill_text(text: str, moment: Moment) -> str:
    """As ``fill``, always as text."""
    return str(fill(text, moment))


def _filled(
    name: str, spec: str, conversion: str | None, values: Mapping[str, str | int | date]
) -> str | int:
    if name not in values or conversion:
        known = ", ".join(f"{{{item}}}" for item in PLACEHOLDERS)
        raise ValueError(f"{{{name}}} is no placeholder; there are {known}")
    value = values[name]
    if isinstance(value, date):
        if spec and not _DAY_SPEC.fullmatch(spec):
            raise ValueError(f"{{{name}:{spec}}}: a day's pattern is made of DD, MM, YYYY, YY and -./_")
        return value.strftime(_day_format(spec)) if spec else value.isoformat()
    if isinstance(value, int):
        if not _NUMBER_SPEC.fullmatch(spec):
            raise ValueError(f"{{{name}:{spec}}}: a number takes only a width, as in {{{name}:02}}")
        return format(value, spec) if spec else value
    if spec:
        raise ValueError(f"{{{name}:{spec}}}: {{{name}}} takes no pattern")
    return value


def _day_format(pattern: str) -> str:
    return re.sub("YYYY|YY|MM|DD", lambda match: _DAY_PARTS[match[0]], pattern)

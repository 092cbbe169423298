"""Vietnamese figures as people write them: separators, percent signs, qualifiers, words for multiples.

A text is read by its unit and plausible range, never by pattern alone: ``1.595`` is 1595 services and
1.595 percent. What has two plausible readings is refused with both. Which cell means what is the
reader's business; whether a value can be true is the checks'.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.failures import PermanentError

READABLE_VALUE = "readable_value"
AMBIGUOUS_VALUE = "ambiguous_value"

# float holds every whole number of up to 15 digits exactly; no figure of 34 provinces is longer
_TOO_LARGE = 1e15
_MAX_DIGITS = 15

_BLANKS = frozenset({"", "-"})
_NOTHING_AROSE = frozenset({"kps", "khong phat sinh"})
_QUALIFIERS = {
    "hon": "more_than",
    "tren": "more_than",
    ">": "more_than",
    "gan": "less_than",
    "duoi": "less_than",
    "<": "less_than",
    "khoang": "approx",
    "~": "approx",
}
_MULTIPLES = {"nghin": 3, "ngan": 3, "trieu": 6, "ty": 9, "ti": 9}
_FIGURE = re.compile(
    r"(?:dat )?(?P<qualifier>hon|tren|gan|duoi|khoang|[<>~])? ?(?:dat )?"
    r"(?P<sign>-)?(?P<body>[0-9](?:[0-9., ]*[0-9])?)"
    r" ?(?P<multiple>nghin|ngan|trieu|ty|ti)? ?(?P<percent>%)?"
)
_GROUPED_BY_SPACE = re.compile(r"[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_THREE_AFTER_ONE = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell's figure in its unit, and how exactly it was stated.

    Attributes:
        value: The figure; None where the cell is blank.
        qualifier: ``exact``, ``more_than``, ``less_than`` or ``approx``.
        is_blank: The cell holds no figure, which is not an error.
    """

    value: float | None
    qualifier: str = "exact"
    is_blank: bool = False


BLANK = Reading(None, is_blank=True)


class NumberError(PermanentError):
    """A cell that is no figure, or that can be read as two different ones.

    Args:
        message: English.
        message_vi: Vietnamese.
        readings: The plausible readings where there is more than one.
    """

    def __init__(self, message: str, message_vi: str, readings: tuple[float, ...] = ()) -> None:
        super().__init__(message, message_vi)
        self.readings = readings

    @property
    def rule(self) -> str:
        """The rule this breaks: ``ambiguous_value`` or ``readable_value``."""
        return AMBIGUOUS_VALUE if self.readings else READABLE_VALUE


@dataclass(frozen=True, slots=True)
class _Expected:
    """What the cell's indicator says about its figures."""

    is_percent: bool
    is_whole: bool
    minimum: float
    maximum: float

    def is_plausible(self, value: Decimal) -> bool:
        if self.is_whole and value != value.to_integral_value():
            return False
        return self.minimum <= value <= self.maximum


def read_number(
    cell: object, *, is_percent: bool, is_whole: bool, minimum: float | None, maximum: float | None
) -> Reading:
    """Reads one cell as a figure.

    Args:
        cell: What the file holds: a number, a text, nothing.
        is_percent: The unit is percent; the figure is given and returned as 0-100.
        is_whole: Only whole numbers can be true, so a lone dot before three digits groups thousands.
        minimum: The least plausible value; it decides between readings and never rejects one.
        maximum: The greatest plausible value, likewise.

    Returns:
        The figure, or a blank reading.

    Raises:
        NumberError: The cell is no figure, or has two plausible readings.
    """
    expected = _Expected(
        is_percent,
        is_whole,
        (0.0 if is_percent else -math.inf) if minimum is None else minimum,
        (100.0 if is_percent else math.inf) if maximum is None else maximum,
    )
    if cell is None:
        return BLANK
    if isinstance(cell, bool | date | time | timedelta):
        raise _unreadable(cell)
    if isinstance(cell, int | float):
        return _read_float(float(cell), expected)
    if isinstance(cell, str):
        return _read_text(cell, expected)
    raise _unreadable(cell)


def vietnamese_figure(value: float) -> str:
    """The figure with Vietnamese separators: ``1.595,5``."""
    text = f"{Decimal(repr(float(value))):,f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))


def plausible(value: float, cell: object) -> float:
    """``value``, unless no figure can be that large.

    Raises:
        NumberError: It is infinite, not a number, or 10^15 and more.
    """
    if not math.isfinite(value) or abs(value) >= _TOO_LARGE:
        raise _unreadable(cell)
    return value


def _read_float(value: float, expected: _Expected) -> Reading:
    plausible(value, value)
    if expected.is_percent and 0 < value <= 1:  # a cell in Excel's percent format holds 1 for 100 %
        _refuse_unless_one_scale(Decimal(repr(value)), vietnamese_figure(value), expected)
    return Reading(value)


def _read_text(cell: str, expected: _Expected) -> Reading:
    text = strip_accents(fold(cell))  # one kind of dash and space, lower case
    if text in _BLANKS:
        return BLANK
    if text in _NOTHING_AROSE:
        return Reading(0.0) if expected.is_whole else BLANK
    match = _FIGURE.fullmatch(text)
    if not match or (match["percent"] and (match["multiple"] or not expected.is_percent)):
        raise _unreadable(cell)
    if sum(character.isdigit() for character in match["body"]) > _MAX_DIGITS:
        raise _unreadable(cell)
    exponent = _MULTIPLES.get(match["multiple"] or "", 0)
    sign = -1 if match["sign"] else 1
    candidates = [sign * number.scaleb(exponent) for number in _readings(match["body"], cell)]
    value = _choose(candidates, match["body"], exponent, cell, expected)
    if expected.is_percent and not match["percent"] and 0 < value < 1:
        _refuse_unless_one_scale(value, cell.strip(), expected)
    return Reading(plausible(float(value), cell), _QUALIFIERS.get(match["qualifier"] or "", "exact"))


def _readings(body: str, cell: str) -> list[Decimal]:
    """The numbers a run of digits and separators can mean; where there are two, grouped ones first."""
    if " " in body:
        if not _GROUPED_BY_SPACE.fullmatch(body):
            raise _unreadable(cell)
        return [Decimal(body.replace(" ", "").replace(",", "."))]
    separators = [character for character in body if character in ".,"]
    if not separators:
        return [Decimal(body)]
    if len(separators) == 1:
        decimal = Decimal(body.replace(",", "."))
        if _THREE_AFTER_ONE.fullmatch(body):
            return [Decimal(body.replace(separators[0], "")), decimal]
        return [decimal]
    return [_with_groups(body, separators, cell)]


def _with_groups(body: str, separators: Sequence[str], cell: str) -> Decimal:
    """A number with several separators: groups of three, and at most one other sign for decimals."""
    group = separators[0]
    whole, decimals = body, ""
    if separators[-1] != group:
        whole, decimals = body.rsplit(separators[-1], 1)
    is_grouped = re.fullmatch(rf"[1-9][0-9]{{0,2}}(?:{re.escape(group)}[0-9]{{3}})+", whole)
    if not is_grouped:
        raise _unreadable(cell)
    return Decimal(f"{whole.replace(group, '')}.{decimals or '0'}")


def _choose(
    candidates: Sequence[Decimal], body: str, exponent: int, cell: str, expected: _Expected
) -> Decimal:
    """The one plausible reading; where none is, the one Vietnamese writing means."""
    if len(candidates) == 1:
        return candidates[0]
    grouped, decimal = candidates
    if "." in body and expected.is_whole and not exponent:
        return grouped  # Vietnamese groups by dots, and a count has no decimals
    if "," in body and exponent:
        return decimal  # «7,512 triệu»: nobody groups by commas and writes the multiple in Vietnamese
    plausible = [candidate for candidate in candidates if expected.is_plausible(candidate)]
    if len(plausible) == 1:
        return plausible[0]
    if plausible:
        raise _ambiguous(cell.strip(), float(grouped), float(decimal))
    return decimal if expected.is_percent or "," in body else grouped


def _refuse_unless_one_scale(value: Decimal, written: str, expected: _Expected) -> None:
    """Refuses 0.7263 in a percent column: 0.7263 percent, or 72.63 percent shown by a cell format."""
    if expected.is_plausible(value) and expected.is_plausible(value * 100):
        raise _ambiguous(written, float(value), float(value * 100), "%")


def _ambiguous(written: str, first: float, second: float, unit: str = "") -> NumberError:
    one, other = (f"{vietnamese_figure(reading)}{unit}" for reading in (first, second))
    remedy_vi = "ghi kèm dấu %, ví dụ «0,5%»" if unit else "ghi liền các chữ số, không dùng dấu phân cách"
    remedy_en = "write it with a % sign" if unit else "write the digits without a separator"
    return NumberError(
        f"«{written}» can be read as {first:.15g}{unit} or as {second:.15g}{unit}; {remedy_en}",
        f"«{written}» có thể hiểu là {one} hoặc {other}; đề nghị {remedy_vi}",
        (first, second),
    )


def _unreadable(cell: object) -> NumberError:
    written = str(cell).strip()[:60]
    return NumberError(
        f"«{written}» is not a figure; write one number, for example 1.595 or 72,63",
        f"«{written}» không phải là một con số; đề nghị ghi một số, ví dụ 1.595 hoặc 72,63",
    )

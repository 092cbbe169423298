"""What a figure is once read, what its column says about it, and how a refusal is worded.

How cells and texts are read is ``cells``' and ``texts``' business; whether a value can be true is the checks'.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal

from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.failures import PermanentError

READABLE_VALUE = "readable_value"
AMBIGUOUS_VALUE = "ambiguous_value"

# float holds every whole number of up to 15 digits exactly; no figure of 34 provinces is longer
TOO_LARGE = 1e15


@dataclass(frozen=True, slots=True)
class Reading:
    """A cell's figure in its unit, and how exactly it was stated.

    Attributes:
        value: The figure; None where the cell is blank.
        qualifier: ``exact``, ``more_than``, ``less_than`` or ``approx``.
        is_blank: The cell holds no figure, which is not an error.
        numerator: Of a rate written as its counts (``21/84``), the first of them.
        denominator: The second; also the total of a count written so.
        out_of: What a rank, score or count was said to be out of (``8/34``, ``17,6/22``).
        is_nothing_arose: The cell says that nothing happened (``KPS``): 0 of a count, no value of a rate.
    """

    value: float | None
    qualifier: str = "exact"
    is_blank: bool = False
    numerator: float | None = None
    denominator: float | None = None
    out_of: float | None = None
    is_nothing_arose: bool = False


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
class Expected:
    """What a column's indicator says about its figures.

    Attributes:
        is_percent: The unit is percent; figures are given and returned as 0-100.
        is_whole: Only whole numbers can be true.
        minimum: The least plausible value.
        maximum: The greatest plausible value.
        unit_words: Words that may stand beside the figure, without accents and in lower case.
    """

    is_percent: bool
    is_whole: bool
    minimum: float
    maximum: float
    unit_words: tuple[str, ...] = ()

    def is_plausible(self, value: Decimal) -> bool:
        """Whether ``value`` can be meant; the checks decide whether it is true."""
        if self.is_whole and value != value.to_integral_value():
            return False
        return self.minimum <= value <= self.maximum


def expected_of(
    *,
    is_percent: bool,
    is_whole: bool,
    minimum: float | None,
    maximum: float | None,
    unit_words: tuple[str, ...] = (),
) -> Expected:
    """The expectation that the arguments of ``read_number`` describe; a percentage lies in 0-100 by default."""
    return Expected(
        is_percent,
        is_whole,
        (0.0 if is_percent else -math.inf) if minimum is None else minimum,
        (100.0 if is_percent else math.inf) if maximum is None else maximum,
        tuple(sorted({strip_accents(fold(word)) for word in unit_words}, key=len, reverse=True)),
    )


def words_of_unit(name_vi: str) -> tuple[str, ...]:
    """The words of a unit's name in ``units.yaml`` that may stand beside a figure; none of explanations in brackets."""
    plain = re.sub(r"\(.*?\)", "", name_vi)
    return tuple(word.strip() for word in plain.split(",") if word.strip())


def vietnamese_figure(value: float) -> str:
    """The figure with Vietnamese separators: ``1.595,5``."""
    text = f"{Decimal(repr(float(value))):,f}".removesuffix(".0")
    return text.translate(str.maketrans(",.", ".,"))


def plausible(value: float, cell: object) -> float:
    """``value``, unless no figure can be that large.

    Raises:
        NumberError: It is infinite, not a number, or 10^15 and more.
    """
    if not math.isfinite(value) or abs(value) >= TOO_LARGE:
        raise unreadable(cell)
    return value


def shown(cell: object) -> str:
    """The cell as messages show it."""
    return (
        vietnamese_figure(cell) if isinstance(cell, float) and math.isfinite(cell) else str(cell).strip()[:60]
    )


def ambiguous(written: str, first: float, second: float, *, is_percent: bool) -> NumberError:
    """The refusal of a cell with two readings, both shown."""
    unit = "%" if is_percent else ""
    one, other = (f"{vietnamese_figure(reading)}{unit}" for reading in (first, second))
    remedy_vi = "ghi kèm dấu %, ví dụ «0,5%»" if unit else "ghi liền các chữ số, không dùng dấu phân cách"
    remedy_en = "write it with a % sign" if unit else "write the digits without a separator"
    return NumberError(
        f"«{written}» can be read as {first:.15g}{unit} or as {second:.15g}{unit}; {remedy_en}",
        f"«{written}» có thể hiểu là {one} hoặc {other}; đề nghị {remedy_vi}",
        (first, second),
    )


def unreadable(cell: object, reason_en: str = "is not a figure", reason_vi: str = "") -> NumberError:
    """The refusal of a cell that is no figure, with what it is instead where that is known."""
    written = shown(cell)
    return NumberError(
        f"«{written}» {reason_en}; write one number, for example 1.595 or 72,63",
        f"«{written}» {reason_vi or 'không phải là một con số'}; đề nghị ghi một số, ví dụ 1.595 hoặc 72,63",
    )

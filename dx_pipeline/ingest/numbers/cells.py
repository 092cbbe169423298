"""One cell as a figure, whatever type the file gave it."""

from __future__ import annotations

import math
from datetime import date, time, timedelta
from decimal import Decimal

from dx_pipeline.ingest.formats.sheet import Percentage
from dx_pipeline.ingest.numbers.reading import (
    BLANK,
    Expected,
    NumberError,
    Reading,
    expected_of,
    plausible,
    unreadable,
    vietnamese_figure,
)
from dx_pipeline.ingest.numbers.texts import read_text, refuse_lost_thousands, refuse_unless_one_scale

# what binary arithmetic adds to a whole number: 0.1 + 0.2 is off by 4e-17, long sums by far less than this
WHOLE_NUMBER_NOISE = 1e-6
PERCENT_DIGITS = 1e10  # ten decimals of a percentage are kept; the rest is noise of binary fractions


def read_number(  # noqa: PLR0913 - what the catalogue says of a figure, each by its name
    cell: object,
    *,
    is_percent: bool,
    is_whole: bool,
    minimum: float | None,
    maximum: float | None,
    unit_words: tuple[str, ...] = (),
) -> Reading:
    """Reads one cell as a figure.

    Args:
        cell: What the file holds: a number, a text, a percentage, nothing.
        is_percent: The unit is percent; the figure is given and returned as 0-100.
        is_whole: Only whole numbers can be true, so a lone dot before three digits groups thousands.
        minimum: The least plausible value; it decides between readings and never rejects one.
        maximum: The greatest plausible value, likewise.
        unit_words: Words of the unit that may stand beside the figure (``hồ sơ``).

    Returns:
        The figure, or a blank reading.

    Raises:
        NumberError: The cell is no figure, or has two plausible readings.
    """
    return read_cell(
        cell,
        expected_of(
            is_percent=is_percent,
            is_whole=is_whole,
            minimum=minimum,
            maximum=maximum,
            unit_words=unit_words,
        ),
    )


def read_cell(cell: object, expected: Expected) -> Reading:
    """``read_number`` for many cells of one column.

    Raises:
        NumberError: The cell is no figure, or has two plausible readings.
    """
    if cell is None:
        return BLANK
    if isinstance(cell, str):
        return read_text(cell, expected)
    if isinstance(cell, Percentage):
        return _read_percentage(cell, expected)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return read_float(_as_float(cell), expected)
    if isinstance(cell, date | time | timedelta):
        raise unreadable(
            cell,
            "is a date or time, not a figure (a spreadsheet turns 8/12 into a date)",
            "là ngày hoặc giờ, không phải con số (bảng tính tự đổi 8/12 thành ngày)",
        )
    raise unreadable(cell)


def _as_float(cell: float) -> float:
    try:
        return float(cell)
    except OverflowError as error:
        raise unreadable(cell) from error


def read_float(value: float, expected: Expected) -> Reading:
    """The figure of a cell that holds a number.

    Raises:
        NumberError: No figure can be that large, or the number has two plausible readings.
    """
    plausible(value, value)
    if expected.is_percent and 0 < value <= 1:  # a cell in Excel's percent format holds 1 for 100 %
        refuse_unless_one_scale(Decimal(repr(value)), vietnamese_figure(value), expected)
    if expected.is_whole:
        nearest = float(round(value))
        if abs(value - nearest) <= WHOLE_NUMBER_NOISE:
            return Reading(nearest)
        refuse_lost_thousands(value, expected)
    return Reading(value)


def _read_percentage(cell: Percentage, expected: Expected) -> Reading:
    if not math.isfinite(cell.fraction):
        raise unreadable(cell.fraction)
    value = plausible(cell.fraction, cell.fraction) * 100
    if not expected.is_percent:
        raise _percentage_elsewhere(value)
    return Reading(plausible(round(cell.fraction * 100 * PERCENT_DIGITS) / PERCENT_DIGITS, value))


def _percentage_elsewhere(value: float) -> NumberError:
    return unreadable(
        f"{vietnamese_figure(value)}%",
        "is shown as a percentage, and this column is not in percent",
        "có định dạng phần trăm, trong khi cột này không tính bằng phần trăm",
    )

"""Robust scores over whole tables of numbers: how far from the median, in scaled median absolute deviations.

The median and the median absolute deviation stay where they are whatever one value does, so one outlier cannot hide
another. Knows nothing of figures or of the catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np


class Spread(NamedTuple):
    """What is usual, for each row of a table: NaN where the row has too few values."""

    number: np.ndarray
    median: np.ndarray
    deviation: np.ndarray
    low: np.ndarray
    high: np.ndarray


def spread_of_rows(values: np.ndarray, minimum: int) -> Spread:
    """The usual values of each row; gaps (NaN) are passed over.

    Args:
        values: A row per series.
        minimum: Fewest values that say something.

    Returns:
        How many values each row has, their median, their median absolute deviation scaled to the standard deviation
        of a normal distribution (``scipy.stats.median_abs_deviation``), and the 10th and 90th percentile.
    """
    import numpy as np
    from scipy.stats import median_abs_deviation

    # Gaps sort to the end: rows with the same number of values are a table without gaps, and asked together.
    ordered = np.sort(values, axis=1)
    count = np.isfinite(ordered).sum(axis=1)
    median, deviation, low, high = np.full((4, len(values)), np.nan)
    for number in np.unique(count[count >= max(minimum, 1)]):
        rows = count == number
        table = ordered[rows, :number]
        median[rows] = np.median(table, axis=1)
        deviation[rows] = median_abs_deviation(table, axis=1, scale="normal")
        low[rows], high[rows] = np.quantile(table, (0.1, 0.9), axis=1)
    return Spread(count, median, deviation, low, high)


def middle_spread_of_rows(values: np.ndarray, tail_pct: float) -> np.ndarray:
    """How wide the middle of each row is, scaled to the standard deviation of a normal distribution.

    The median absolute deviation is 0 as soon as half of the values are the same (at a rate's natural end, say). This
    is 0 only where all but the tails are, and still does not move with what lies in a tail.

    Args:
        values: A row per group; gaps (NaN) are passed over.
        tail_pct: How many per cent at either end are no part of the middle.
    """
    import numpy as np
    from scipy.stats import iqr, norm

    ordered = np.sort(values, axis=1)
    count = np.isfinite(ordered).sum(axis=1)
    spread = np.full(len(values), np.nan)
    scale = 2 * norm.ppf(1 - tail_pct / 100)
    for number in np.unique(count[count > 0]):
        rows = count == number
        spread[rows] = iqr(ordered[rows, :number], axis=1, rng=(tail_pct, 100 - tail_pct), scale=scale)
    return spread


def scores(
    departure: np.ndarray, deviation: np.ndarray, smallest: np.ndarray, limit: np.ndarray
) -> np.ndarray:
    """Departures in deviations; one up to ``smallest`` is never beyond ``limit``, however small the deviation.

    Args:
        departure: How far from the median.
        deviation: What is usual.
        smallest: The smallest departure worth a look, above 0.
        limit: The score above which a figure is told of.
    """
    import numpy as np

    size = np.abs(departure)
    found = size / np.fmax(deviation, smallest / limit)
    # A departure of exactly the smallest must not be told of for a rounding error.
    return np.where(size <= smallest, np.fmin(found, limit), found)

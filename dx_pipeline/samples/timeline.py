"""How a sample series runs over the months: through its published figure where there is one.

A series is a level at an anchor month and a steady step from month to month, so that neighbours of a
published figure lead up to it and nothing jumps.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dx_pipeline.periods import MERGER_DATE
from dx_pipeline.samples.chance import Chance
from dx_pipeline.samples.published import PublishedFigures

ANCHOR_MONTH = MERGER_DATE  # where a series without a published figure has its drawn level

Series = tuple[str, str, str]  # indicator, province, scope
Range = tuple[float, float]


def months_apart(first: date, second: date) -> int:
    """How many months ``second`` is after ``first`` (negative: before)."""
    return (second.year - first.year) * 12 + second.month - first.month


@dataclass(frozen=True, slots=True)
class Timeline:
    """Makes the series of one world: what was published, and seeded draws for the rest."""

    published: PublishedFigures
    chance: Chance

    def count(self, series: Series, month: date, level: Range, growth_pct: float) -> int:
        """A count that grows by ``growth_pct`` per cent a month from a first level within ``level``."""
        start, value = self._anchor(series, level)
        return round(value * (1 + growth_pct / 100) ** months_apart(start, month))

    def rate(self, series: Series, month: date, level: Range, step: float) -> float:
        """A rate in percent that moves by ``step`` points a month, kept within 0 to 100."""
        start, value = self._anchor(series, level)
        return min(max(value + step * months_apart(start, month), 0.0), 100.0)

    def _anchor(self, series: Series, level: Range) -> tuple[date, float]:
        code, province, scope = series
        figure = self.published.first(code, province, scope)
        if figure and figure.value is not None:
            return figure.month, figure.value
        return ANCHOR_MONTH, self.chance.between(*level, *series)

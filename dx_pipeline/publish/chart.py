"""The geometry of the page's line chart: months and percentages become points of an SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

WIDTH, HEIGHT = 720, 240
_LABELS = 7  # as many figures with «mẫu» fit side by side
_LEFT, _RIGHT, _TOP, _BOTTOM = 96, 56, 28, 36  # room for the axis and for the first and last label


@dataclass(frozen=True, slots=True)
class Point:
    """One month in the chart."""

    x: float
    y: float
    month: date
    value: float
    is_sample: bool
    is_labelled: bool = True


@dataclass(frozen=True, slots=True)
class Chart:
    """A line chart: points, the line through them and the horizontal grid."""

    points: tuple[Point, ...]
    grid: tuple[tuple[float, float], ...]
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def line(self) -> str:
        """The ``points`` attribute of the SVG's polyline."""
        return " ".join(f"{point.x:.1f},{point.y:.1f}" for point in self.points)


def line_chart(series: Sequence[tuple[date, float, bool]]) -> Chart:
    """The chart of ``(month, percentage, is_sample)``; months without a figure leave their gap on the axis.

    Of many months, every second, third ... counted from the last one is labelled, so that labels stay apart.
    """
    if not series:
        return Chart((), ())
    values = [value for _, value, _ in series]
    low, high = _range(min(values), max(values))
    months = [day.year * 12 + day.month for day, _, _ in series]
    span = max(months[-1] - months[0], 1)
    step = -(-(months[-1] - months[0] + 1) // _LABELS)

    def y_of(value: float) -> float:
        return _TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    points = tuple(
        Point(
            _LEFT + (index - months[0]) / span * (WIDTH - _LEFT - _RIGHT),
            y_of(value),
            day,
            value,
            is_sample,
            (months[-1] - index) % step == 0,
        )
        for index, (day, value, is_sample) in zip(months, series, strict=True)
    )
    levels = [low + (high - low) * number / 4 for number in range(5)]
    return Chart(points, tuple((level, y_of(level)) for level in levels))


def _range(low: float, high: float) -> tuple[float, float]:
    """Whole percentages around the values, at least four points apart, within 0-100."""
    bottom, top = max(0, int(low) - 1), min(100, int(high) + 2)
    spread = -(-max(top - bottom, 4) // 4) * 4
    bottom = max(0, min(bottom, 100 - spread))
    return float(bottom), float(bottom + spread)

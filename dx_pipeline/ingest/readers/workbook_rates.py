"""What one row says of a rate: the stated value, its counts, and what follows where one of them is missing.

Nothing here reports anything: that is ``workbook_rows``'s.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.ingest.numbers import NumberError, Reading

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator, Part

# Stated and computed rates are the same within this many points: the rounding that the checks allow too.
_SAME_RATE = 0.05
_FACTORS = {Kind.RATE: 100.0, Kind.MEASURE: 1.0}


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell that holds a figure."""

    reading: Reading
    locator: str
    raw_text: str

    @property
    def value(self) -> float:
        """The figure, for sums; nothing counts as 0."""
        return self.reading.value or 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that holds something else."""

    error: NumberError
    locator: str
    raw_text: str


@dataclass(frozen=True, slots=True)
class Row:
    """What the cells of one row share, and what they hold, by (indicator, role)."""

    number: int
    scope: str
    note: str
    figures: dict[tuple[str, str], Figure] = field(default_factory=dict)
    failures: dict[tuple[str, str], Failure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rate:
    """What a row says of one indicator; counts and rates alike."""

    indicator: Indicator
    stated: Figure | None
    numerator: Figure | None
    denominator: Figure | None

    @property
    def computed(self) -> float | None:
        """The value its counts give."""
        factor = _FACTORS.get(self.indicator.kind)
        if (
            factor is None
            or self.numerator is None
            or self.denominator is None
            or self.denominator.value <= 0
        ):
            return None
        return factor * self.numerator.value / self.denominator.value

    @property
    def is_nothing_of_nothing(self) -> bool:
        """0 of 0: there is no rate, and both counts are known."""
        return all(part is not None and part.value == 0 for part in (self.numerator, self.denominator))


def rate_of(indicator: Indicator, row: Row) -> Rate:
    """The indicator's cells of one row: its value, and its counts from wherever they stand."""
    stated = row.figures.get((indicator.code, "value"))
    numerator = _count(indicator, "numerator", indicator.numerator, row)
    denominator = _count(indicator, "denominator", indicator.denominator, row)
    if stated and stated.reading.numerator is not None and numerator is None and denominator is None:
        numerator = Figure(Reading(stated.reading.numerator), stated.locator, stated.raw_text)  # 21/84
        denominator = Figure(Reading(stated.reading.denominator), stated.locator, stated.raw_text)
    return Rate(indicator, stated, numerator, denominator)


def _count(indicator: Indicator, role: str, part: Part | None, row: Row) -> Figure | None:
    """A rate's count: from its own column, else from the count's own column in the same row."""
    own = row.figures.get((indicator.code, role))
    if own is not None or part is None or part.indicator is None:
        return own
    return row.figures.get((part.indicator, "value"))


def unreadable_counts(rate: Rate, row: Row) -> list[Failure]:
    """The cells that keep a rate from being computed, where both its counts were filled in."""
    failures = []
    for role, part, figure in (
        ("numerator", rate.indicator.numerator, rate.numerator),
        ("denominator", rate.indicator.denominator, rate.denominator),
    ):
        if figure is not None:
            continue
        failure = row.failures.get((rate.indicator.code, role))
        if failure is None and part is not None and part.indicator is not None:
            failure = row.failures.get((part.indicator, "value"))
        if failure is None:
            return []
        failures.append(failure)
    return failures


def settled_by_counts(rate: Rate, row: Row) -> Figure | None:
    """An ambiguous rate (0.7263) of which one reading only is what its own counts give."""
    failure = row.failures.get((rate.indicator.code, "value"))
    if failure is None or (computed := rate.computed) is None:
        return None
    fitting = [reading for reading in failure.error.readings if abs(reading - computed) <= _SAME_RATE]
    if len(fitting) != 1:
        return None
    return Figure(Reading(fitting[0]), failure.locator, failure.raw_text)


def qualifier_of(rate: Rate, shown: Figure) -> str:
    """The stated qualifier; a rate computed from counts that are not exact is approximate."""
    if shown is not rate.numerator:
        return shown.reading.qualifier
    parts = [part for part in (rate.numerator, rate.denominator) if part is not None]
    return "exact" if all(part.reading.qualifier == "exact" for part in parts) else "approx"

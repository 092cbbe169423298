"""What a table says twice, compared: its equations, its totals, the shares printed beside their counts.

A row that breaks an equation gives no figure from the columns concerned; totals and shares are warnings.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.expressions import Equation, Ratio, parse_equation, parse_ratio
from dx_pipeline.ingest.numbers import vietnamese_figure
from dx_pipeline.ingest.tables.labels import is_page_total
from dx_pipeline.ingest.tables.reports import (
    FORM_EQUATION,
    RATE_MATCHES_COUNTS,
    TOTAL_MATCHES_PARTS,
    Report,
)
from dx_pipeline.ingest.tables.rows import Body, Layout, label_of
from dx_pipeline.ingest.tables.values import Values

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import ReportTable

RATE_TOLERANCE = 0.05
_NOISE = 1e-6


def broken_equations(spec: ReportTable, values: Values, report: Report) -> dict[int, set[str]]:
    """Reports every row that breaks an equation of the form.

    Returns:
        Row -> the fields of the equations it breaks.
    """
    import numpy as np

    broken: dict[int, set[str]] = {}
    for equation in map(parse_equation, spec.equations):
        if not values.has(equation.fields) or not values.rows:
            continue
        difference = values.sums(equation.left) - values.sums(equation.right)
        with np.errstate(invalid="ignore"):
            wrong = np.abs(difference) > values.tolerance * len(equation.fields)
        for at in np.flatnonzero(wrong).tolist():
            row = values.rows[at]
            broken.setdefault(row, set()).update(equation.fields)
            _report_equation(equation, row, values, report)
    return broken


def _report_equation(equation: Equation, row: int, values: Values, report: Report) -> None:
    left, right = (_side(side, row, values) for side in (equation.left, equation.right))
    sums = [values.value(side, row) for side in (equation.left, equation.right)]
    report.add(
        FORM_EQUATION,
        (row, values.table.columns[equation.left[0]]),
        f"{left} = {sums[0]:.15g} differs from {right} = {sums[1]:.15g}; the form asks for {equation}; correct the "
        "cells of this row",
        f"{left} = {vietnamese_figure(sums[0])} khác {right} = {vietnamese_figure(sums[1])}; theo đẳng thức của biểu "
        "hai vế phải bằng nhau. Đề nghị kiểm tra các ô của dòng này.",
    )


def _side(fields: Sequence[str], row: int, values: Values) -> str:
    return " + ".join(
        f"{values.locator(name, row).rpartition('!')[2]} «{values.text(name, row)}»" for name in fields
    )


class Totals:
    """Compares total and section rows with the rows they add up."""

    def __init__(self, spec: ReportTable, body: Body, layout: Layout, values: Values, report: Report) -> None:
        self.body = body
        self.layout = layout
        self.values = values
        self.report = report
        self.shares = dict(shares_of(spec, values))
        self.counts = [name for name in values.limits if self._is_count(name)]

    def _is_count(self, name: str) -> bool:
        limits = self.values.limits[name]
        return limits["is_whole"] and not limits["is_percent"]

    def check(self) -> None:
        """Reports every total that is not the sum of its parts, once where it is repeated unchanged."""
        seen: set[tuple[str, ...]] = set()
        for row in self.body.totals:
            texts = tuple(self.values.text(name, row) for name in self.values.limits)
            if texts not in seen:
                self._compare(row, self._candidates(row))
            seen.add(texts)
        for subtotal in self.body.subtotals:
            self._compare(subtotal.row, [subtotal.parts])

    def _candidates(self, row: int) -> list[Sequence[int]]:
        """The rows a total may add up: all of them, those of a section that it closes, those of its page."""
        found: list[Sequence[int]] = [self.body.data]
        for section in self.body.sections:
            before = [part for part in section.rows if part < row]
            if before and not any(before[-1] < other < row for other in self.body.data):
                found.append(before)
        label = label_of(self.values.table.sheet.rows[row], self.layout)
        if is_page_total(label):
            found.append([part for part in self.body.data if part < row])
            previous = max((total for total in self.body.totals if total < row), default=-1)
            found.append([part for part in self.body.data if previous < part < row])
        return [parts for parts in found if parts]

    def _compare(self, row: int, candidates: Sequence[Sequence[int]]) -> None:
        if not candidates:
            return
        parts = max(candidates, key=lambda rows: (self._agreement(row, rows), -candidates.index(rows)))
        for name in self.counts:
            stated, sum_of_parts = self.values.value((name,), row), self._sum((name,), parts)
            if abs(stated - sum_of_parts) > self.values.tolerance * (len(parts) + 1):
                self._report(row, name, stated, sum_of_parts, len(parts))
        for name, ratio in self.shares.items():
            numerator, denominator = self._sum(ratio.numerator, parts), self._sum(ratio.denominator, parts)
            stated = self.values.value((name,), row)
            if denominator > 0 and abs(stated - 100 * numerator / denominator) > RATE_TOLERANCE + _NOISE:
                self._report(row, name, stated, 100 * numerator / denominator, len(parts))

    def _agreement(self, row: int, parts: Sequence[int]) -> int:
        return sum(
            abs(self.values.value((name,), row) - self._sum((name,), parts))
            <= self.values.tolerance * (len(parts) + 1)
            for name in self.counts
        )

    def _sum(self, fields: Sequence[str], rows: Sequence[int]) -> float:
        """Over the rows that say anything; not a number where one of them has no figure here."""
        at = [position for position in self.values.positions(rows) if not self.values.is_empty[position]]
        return float(self.values.sums(fields)[at].sum()) if at else math.nan

    def _report(self, row: int, name: str, stated: float, computed: float, count: int) -> None:
        self.report.add(
            TOTAL_MATCHES_PARTS,
            (row, self.values.table.columns[name]),
            f"the total says {stated:.15g}, its {count} rows give {computed:.10g}; the rows count, the total does not; "
            "check both",
            f"dòng tổng ghi {vietnamese_figure(stated)}, cộng {count} dòng được "
            f"{vietnamese_figure(round(computed, 4))}. Hệ thống lấy theo các dòng; đề nghị kiểm tra lại.",
            severity="WARN",
        )


def shares_of(spec: ReportTable, values: Values) -> Iterator[tuple[str, Ratio]]:
    """The columns that hold a share, with the counts they can be recomputed from."""
    for name, expression in spec.rates.items():
        ratio = parse_ratio(expression)
        if values.has((name, *ratio.numerator, *ratio.denominator)):
            yield name, ratio
    for roles in spec.figures.values():
        if {"value", "numerator", "denominator"} <= set(roles) and "+" not in roles["value"]:
            ratio = parse_ratio(f"{roles['numerator']} / ({roles['denominator']})")
            if values.has((roles["value"], *ratio.numerator, *ratio.denominator)):
                yield roles["value"], ratio


def check_rates(spec: ReportTable, values: Values, report: Report, *, only_checked: bool) -> None:
    """Warns of a share off its own row's counts by more than 0.05 points.

    Args:
        spec: The source's table.
        values: Its figures.
        report: Where to say it.
        only_checked: Leave out shares that become figures row by row: the quality rule compares those.
    """
    import numpy as np

    _report_unreadable(spec, values, report)
    for name, ratio in shares_of(spec, values):
        if only_checked and name not in spec.rates:
            continue
        stated = values.column(name).values
        with np.errstate(invalid="ignore", divide="ignore"):
            computed = 100 * values.sums(ratio.numerator) / values.sums(ratio.denominator)
            wrong = np.abs(stated - computed) > RATE_TOLERANCE + _NOISE
        for at in np.flatnonzero(wrong & np.isfinite(computed)).tolist():
            row = values.rows[at]
            report.add(
                RATE_MATCHES_COUNTS,
                (row, values.table.columns[name]),
                f"the rate says {stated[at]:.10g}, its counts give {computed[at]:.4f}; check both",
                f"tỷ lệ ghi {vietnamese_figure(float(stated[at]))}, tính từ các số của dòng được "
                f"{vietnamese_figure(round(float(computed[at]), 2))}. Đề nghị kiểm tra lại.",
                severity="WARN",
            )


def _report_unreadable(spec: ReportTable, values: Values, report: Report) -> None:
    """Warns of shares that are only compared and cannot be: no figure is lost by them, but nothing goes in silence.

    One with two readings, of which one is what its counts give, says no more and no less than they.
    """
    for name, expression in spec.rates.items():
        ratio = parse_ratio(expression)
        if not values.has((name,)):
            continue
        for at, problem in values.column(name).problems.items():
            row = values.rows[at]
            if values.has((*ratio.numerator, *ratio.denominator)):
                share = _share(ratio, row, values)
                if any(abs(reading - share) <= RATE_TOLERANCE + _NOISE for reading in problem.readings):
                    continue
            en = f"{problem.message}; it is only compared with its counts, which are taken"
            vi = f"{problem.message_vi}. Tỷ lệ chỉ dùng để đối chiếu; hệ thống lấy theo các số đếm."
            report.add(problem.rule, (row, values.table.columns[name]), en, vi, severity="WARN")


def _share(ratio: Ratio, row: int, values: Values) -> float:
    denominator = values.value(ratio.denominator, row)
    return 100 * values.value(ratio.numerator, row) / denominator if denominator else math.nan

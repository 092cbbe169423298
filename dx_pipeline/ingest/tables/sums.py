"""The rows of offices or lines of work added up to a province's figures, for all of them and by scope.

A sum with a part that is unreadable, missing or breaks an equation is no figure: the part's cell is reported
for every figure it stops. Rates are made of summed counts, never of rates.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Indicator, Kind
from dx_pipeline.ingest.observation import Observation
from dx_pipeline.ingest.tables.reports import FORM_EQUATION, READABLE_VALUE, Report, range_locator
from dx_pipeline.ingest.tables.rows import Body
from dx_pipeline.ingest.tables.values import Values, parts_of

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import ReportTable, Source

ALL = "all"


@dataclass(frozen=True, slots=True)
class Summing:
    """What is added up, and where what stops a sum is reported."""

    source: Source
    spec: ReportTable
    catalogue: Catalogue
    body: Body
    values: Values
    broken: Mapping[int, set[str]]
    report: Report

    def observations(self, area_code: str) -> Iterator[Observation]:
        """The province's figures, by scope."""
        for scope, rows in self.rows_by_scope().items():
            for code in self.spec.figures:
                figure = self._figure(self.catalogue.indicators[code], rows, scope)
                if figure is not None:
                    yield self._observation(code, area_code, scope, figure)

    def rows_by_scope(self) -> dict[str, list[int]]:
        """Scope -> the rows it covers that say anything."""
        saying = [row for row in self.body.data if not self._is_empty(row)]
        found = {ALL: saying}
        for section in self.body.sections:
            if section.scope and section.scope != ALL:
                rows = found.setdefault(section.scope, [])
                rows += [row for row in section.rows if not self._is_empty(row) and row not in rows]
        return {scope: sorted(rows) for scope, rows in found.items() if rows}

    def _is_empty(self, row: int) -> bool:
        return bool(self.values.is_empty[self.values.positions([row])[0]])

    def _figure(self, indicator: Indicator, rows: Sequence[int], scope: str) -> _Figure | None:
        roles = dict(parts_of(self.spec, indicator.code))
        is_rate = indicator.kind is Kind.RATE
        if is_rate:
            roles.pop("value", None)  # the share of each row is compared with its counts, never added
            if set(roles) != {"numerator", "denominator"} or not all(map(self.values.has, roles.values())):
                return None
        fields = tuple(name for part in roles.values() for name in part)
        if not self.values.has(fields) or self._is_stopped(indicator, fields, rows, scope):
            return None
        sums = {role: self._sum(part, rows) for role, part in roles.items()}
        if is_rate:
            if not sums["denominator"]:
                return None
            sums["value"] = 100 * sums["numerator"] / sums["denominator"]
        located = roles["numerator"] if is_rate else fields
        columns = [self.values.table.columns[name] for name in located]
        raw_text = " / ".join(f"{sums[role]:.15g}" for role in roles)
        return _Figure(sums, range_locator(self.report.sheet, rows, columns), f"Σ {len(rows)}: {raw_text}")

    def _sum(self, fields: Sequence[str], rows: Sequence[int]) -> float:
        return float(self.values.sums(fields)[self.values.positions(rows)].sum())

    def _is_stopped(
        self, indicator: Indicator, fields: Sequence[str], rows: Sequence[int], scope: str
    ) -> bool:
        """Reports the first part in each column that cannot be added."""
        stopped = False
        for name in dict.fromkeys(fields):
            for row in rows:
                reason = self._reason(name, row)
                if reason is None:
                    continue
                stopped = True
                rule, en, vi = reason
                self.report.add(
                    rule,
                    (row, self.values.table.columns[name]),
                    f"{en}; so the sum over {len(rows)} rows is not made",
                    f"{vi}. Vì vậy không cộng được {len(rows)} dòng thành số của tỉnh.",
                    indicator_code=indicator.code,
                    scope=scope,
                )
        return stopped

    def _reason(self, name: str, row: int) -> tuple[str, str, str] | None:
        """Why a cell cannot be part of a sum: rule, English, Vietnamese."""
        if problem := self.values.problem(name, row):
            return problem.rule, problem.message, problem.message_vi
        if name in self.broken.get(row, ()):
            return (
                FORM_EQUATION,
                "this row breaks an equation of the form",
                "dòng này không thỏa đẳng thức của biểu",
            )
        if math.isnan(self.values.value((name,), row)):
            return (
                READABLE_VALUE,
                "the cell is empty in a row that has other figures; write 0 where there is none",
                "ô trống trong khi dòng có số liệu khác; nếu không phát sinh đề nghị ghi 0",
            )
        return None

    def _observation(self, code: str, area_code: str, scope: str, figure: _Figure) -> Observation:
        period = self.report.front.period
        return Observation(
            indicator_code=code,
            area_code=area_code,
            area_level="province",
            scope=scope,
            period_start=period.period_start,
            period_end=period.period_end,
            period_basis=period.period_basis,
            as_of=period.as_of,
            accumulates_from=period.accumulates_from,
            value=figure.sums["value"],
            numerator=figure.sums.get("numerator"),
            denominator=figure.sums.get("denominator"),
            unit=self.catalogue.indicators[code].unit,
            qualifier=self._qualifier(code),
            method_version=self.source.method_version,
            is_sample=self.report.front.is_sample,
            locator=figure.locator,
            raw_text=figure.raw_text,
        )

    def _qualifier(self, code: str) -> str:
        """What the parts' qualifiers make of the sum: more than, less than, or about."""
        fields = [name for _, part in parts_of(self.spec, code) for name in part if self.values.has((name,))]
        at = set(self.values.positions(self.body.data))
        said = {
            word for name in fields for row, word in self.values.column(name).qualifiers.items() if row in at
        }
        if not said:
            return "exact"
        is_rate = self.catalogue.indicators[code].kind is Kind.RATE
        return said.pop() if len(said) == 1 and not is_rate else "approx"


@dataclass(frozen=True, slots=True)
class _Figure:
    sums: dict[str, float]
    locator: str
    raw_text: str

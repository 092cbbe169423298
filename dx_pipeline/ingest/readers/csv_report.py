"""Reports as plain tables: a line per province and month, a figure per column, columns named by the catalogue.

CSV of any kind, and the same table saved as a workbook or HTML. A code or a name says whose line it is; where
both stand there they must agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.numbers import NumberError, Reading, read_number, words_of_unit
from dx_pipeline.ingest.observation import NO_HINTS, Claim, Hints, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.header_row import proposed_entries
from dx_pipeline.ingest.readers.report_lines import ReportContext, claim_of, column_of, columns_of
from dx_pipeline.ingest.readers.tables import Line, PlainTable, is_sample_label, number_limits, read_table
from dx_pipeline.ingest.readers.total_lines import is_total_line, wrong_totals
from dx_pipeline.periods import month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Province
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.numbers import NumberLimits

_ROLES = ("value", "numerator", "denominator")
_NAMES = ("row_number", "period", "area_code", "area_name")  # where a total line says that it is one


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """The months the lines speak of, and the province where there is only one."""
    table = read_table(path, file_name, columns_of(source, hints))
    return claim_of(table.lines, file_name, ReportContext(source, catalogue, hints))


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """One observation per indicator and line; cells that cannot be read, and unknown provinces, are unread."""
    table = read_table(path, file_name, columns_of(source, hints))
    context = ReportContext(source, catalogue, hints)
    result = ReadResult(claim_of(table.lines, file_name, context))
    result.unread_cells.extend(table.left_out)
    named = [column_of(source, meaning) for meaning in _NAMES]
    totals = [line for line in table.lines if is_total_line(line, named)]
    parts = [line for line in table.lines if line not in totals]
    for line in parts:
        if line.is_ragged:
            result.unread_cells.append(line.ragged_cell(result.claim.period_start))
        else:
            _read_line(line, table, context, result)
    result.unread_cells += wrong_totals(totals, parts, _counts(context), result.claim.period_start)
    return result


def _counts(context: ReportContext) -> dict[str, NumberLimits]:
    """The columns whose figures may be added."""
    indicators = context.catalogue.indicators
    return {
        column: limits
        for code, columns in _indicator_columns(context.source).items()
        for role, column in columns.items()
        if (limits := number_limits(indicators[code], role))["is_whole"]
    }


def _read_line(line: Line, table: PlainTable, context: ReportContext, result: ReadResult) -> None:
    month = context.month(line)
    if month is None:
        column = column_of(context.source, "period")
        said = line.text_of(column)
        result.unread_cells.append(
            UnreadCell(
                rule="readable_value",
                locator=line.locator(column),
                raw_text=said,
                area_code=line.text_of(column_of(context.source, "area_code")) or None,
                message_en=f"{line.place(column)}: {said!r} is not a month such as 2025-10",
                message_vi=f"{line.place_vi(column)}: «{said}» không phải tháng dạng 2025-10.",
            )
        )
        return
    _LineReader(line, month, table, context, result).read()


def _indicator_columns(source: Source) -> dict[str, dict[str, str]]:
    """Indicator -> role -> column."""
    found: dict[str, dict[str, str]] = {}
    for column, meaning in source.fields.items():
        code, _, role = meaning.partition(":")
        if role in _ROLES:
            found.setdefault(code, {})[role] = column
    return found


@dataclass(frozen=True, slots=True)
class _LineReader:
    """Reads the figures of one line whose month is known."""

    line: Line
    month: date
    table: PlainTable
    context: ReportContext
    result: ReadResult

    def read(self) -> None:
        self._report_unknown_columns()
        figures = _indicator_columns(self.context.source)
        try:
            province = self.context.province(self.line, self.month)
        except PermanentError as error:
            said = self._said_area()
            for code, columns in figures.items():
                self._unread("known_area", _first(columns), error, code=code, area=said)
            return
        for code, columns in figures.items():
            self._read_indicator(self.context.catalogue.indicators[code], columns, province)

    def _cell(self, meaning: str) -> str:
        return self.line.text_of(column_of(self.context.source, meaning))

    def _said_area(self) -> str:
        return self._cell("area_name") or self._cell("area_code")

    def _read_indicator(self, indicator: Indicator, columns: dict[str, str], province: Province) -> None:
        parts: dict[str, Reading] = {}
        unit = words_of_unit(self.context.catalogue.units[indicator.unit].name_vi)
        for role, column in columns.items():
            limits = number_limits(indicator, role)
            if role == "value":
                limits["unit_words"] = unit
            try:
                parts[role] = read_number(self.line.cells.get(column), **limits)
            except NumberError as error:
                self._unread(error.rule, column, error, code=indicator.code, area=province.code)
                return
        if all(part.is_blank for part in parts.values()):
            return
        numerator, denominator = _part(parts, "numerator"), _part(parts, "denominator")
        value = parts["value"].value if "value" in parts else None
        if value is None and indicator.kind is Kind.RATE and numerator is not None and denominator:
            value = 100 * numerator / denominator
        self.result.observations.append(
            Observation(
                indicator_code=indicator.code,
                area_code=province.code,
                area_level="province",
                scope="all",
                period_start=self.month,
                period_end=month_end(self.month),
                period_basis=self.context.source.period_basis,
                as_of=month_end(self.month),
                value=value,
                numerator=numerator,
                denominator=denominator,
                unit=indicator.unit,
                qualifier=_qualifier(parts),
                method_version=self.context.source.method_version,
                is_sample=is_sample_label(self._cell("data_status")),
                locator=self.line.locator(_first(columns)),
                raw_text=" / ".join(self.line.text_of(column) for column in columns.values()),
                note=self._cell("note") or None,
            )
        )

    def _unread(self, rule: str, column: str, error: PermanentError, *, code: str, area: str) -> None:
        self.result.unread_cells.append(
            UnreadCell(
                rule=rule,
                locator=self.line.locator(column),
                raw_text=self.line.text_of(column),
                period_start=self.month,
                indicator_code=code,
                area_code=area,
                scope="all",
                is_sample=is_sample_label(self._cell("data_status")),
                message_en=f"{self.line.place(column)}: {error.message}",
                message_vi=f"{self.line.place_vi(column)}: {error.message_vi}",
            )
        )

    def _report_unknown_columns(self) -> None:
        source = self.context.source
        for column in self.line.cells:
            if column in source.fields or not self.line.text_of(column):
                continue
            wanted = sorted(set(source.fields) - self.table.columns)
            entries = proposed_entries([column], wanted, columns_of(source, self.context.hints))
            proposal = f" (header_map: {{{entries[0]}}})" if entries else ""
            error = PermanentError(
                f"column {column!r} is not known for {source.code}; known are {', '.join(source.fields)}. Add it "
                f"to the source's fields or header_map{proposal}",
                f"Cột «{column}» chưa có trong danh mục nguồn {source.code}; các cột đã biết: "
                f"{', '.join(source.fields)}. Đề nghị bổ sung vào fields hoặc header_map của nguồn{proposal}.",
            )
            self._unread("known_indicator", column, error, code=column, area=self._said_area())


def _part(parts: dict[str, Reading], role: str) -> float | None:
    """A count from its own column, else from a rate written as its counts (21/84)."""
    if role in parts and parts[role].value is not None:
        return parts[role].value
    value = parts.get("value")
    return getattr(value, role) if value else None


def _qualifier(parts: dict[str, Reading]) -> str:
    """That of the value; a rate from counts that are not exact is approximate."""
    if "value" in parts and not parts["value"].is_blank:
        return parts["value"].qualifier
    return "exact" if all(part.qualifier == "exact" for part in parts.values()) else "approx"


def _first(columns: dict[str, str]) -> str:
    """The column a figure is located by: the value's, else the numerator's."""
    return columns.get("value") or next(iter(columns.values()))

"""Reports as CSV: a line per province and month, a figure per column, columns named by the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.numbers import read_number
from dx_pipeline.ingest.observation import Claim, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.period_text import parse_period
from dx_pipeline.ingest.readers.tables import (
    Line,
    check_data_status,
    is_sample_label,
    number_limits,
    read_lines,
)
from dx_pipeline.periods import month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Province
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import Source

_ROLES = ("value", "numerator", "denominator")


def read_claim(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> Claim:
    """The months the lines speak of, and the province where there is only one."""
    lines = list(read_lines(path, file_name, _required(source)))
    return _claim(lines, file_name, source, catalogue)


def read(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> ReadResult:
    """One observation per indicator and line; cells that cannot be read, and unknown provinces, are unread."""
    lines = list(read_lines(path, file_name, _required(source)))
    result = ReadResult(_claim(lines, file_name, source, catalogue))
    for line in lines:
        if line.is_ragged:
            result.unread_cells.append(line.ragged_cell(result.claim.period_start))
        else:
            _read_line(line, source, catalogue, result)
    return result


def _required(source: Source) -> set[str]:
    """Every column of the source but the data status: a missing one may be a renamed one."""
    return {column for column, meaning in source.fields.items() if meaning != "data_status"}


def _column(source: Source, meaning: str) -> str:
    return next((column for column, named in source.fields.items() if named == meaning), "")


def _month(line: Line, source: Source) -> date | None:
    return parse_period(line.cells.get(_column(source, "period"), ""))


def _claim(lines: list[Line], file_name: str, source: Source, catalogue: Catalogue) -> Claim:
    months = sorted(month for month in (_month(line, source) for line in lines) if month)
    if not months:
        column = _column(source, "period")
        raise UnreadableFileError(
            f"{file_name}: no line has a month such as 2025-10 in column {column}",
            f"Tệp {file_name}: không dòng nào có tháng dạng 2025-10 ở cột {column}.",
        )
    status_column = _column(source, "data_status")
    check_data_status(lines, status_column, file_name)
    codes = {line.cells.get(_column(source, "area_code"), "") for line in lines}
    province = catalogue.geography.province(codes.pop(), months[0]) if len(codes) == 1 else None
    return Claim(
        period_start=months[0],
        period_end=month_end(months[-1]),
        area_code=province.code if province else None,
        is_sample=any(is_sample_label(line.cells.get(status_column)) for line in lines),
    )


def _read_line(line: Line, source: Source, catalogue: Catalogue, result: ReadResult) -> None:
    month = _month(line, source)
    if month is None:
        column = _column(source, "period")
        result.unread_cells.append(
            UnreadCell(
                rule="readable_value",
                locator=line.locator(column),
                raw_text=line.cells[column],
                area_code=line.cells.get(_column(source, "area_code")),
                message_en=f"line {line.number}: {line.cells[column]!r} is not a month such as 2025-10",
                message_vi=f"Dòng {line.number}: «{line.cells[column]}» không phải tháng dạng 2025-10.",
            )
        )
        return
    _LineReader(line, month, source, catalogue, result).read()


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
    source: Source
    catalogue: Catalogue
    result: ReadResult

    def read(self) -> None:
        self._report_unknown_columns()
        try:
            province = self._province()
        except PermanentError as error:
            for code, columns in _indicator_columns(self.source).items():
                self._unread("known_area", _first(columns), error, code=code, area=self._cell("area_name"))
            return
        for code, columns in _indicator_columns(self.source).items():
            self._read_indicator(self.catalogue.indicators[code], columns, province)

    def _cell(self, meaning: str) -> str:
        return self.line.cells.get(_column(self.source, meaning), "")

    def _province(self) -> Province:
        """The line's province; an error where code and name do not give one."""
        code, name = self._cell("area_code"), self._cell("area_name")
        named = self.catalogue.geography.resolve(name, self.month)
        coded = self.catalogue.geography.province(code, self.month)
        if coded is None or coded.code != named.code:
            raise PermanentError(
                f"code {code!r} and name {name!r} do not belong together in {self.month:%Y-%m}; "
                f"{name} is {named.code}",
                f"Mã «{code}» và tên «{name}» không khớp tại tháng {self.month.month}/{self.month.year}; "
                f"mã đúng của {name} là {named.code}.",
            )
        return coded

    def _read_indicator(self, indicator: Indicator, columns: dict[str, str], province: Province) -> None:
        parts: dict[str, float | None] = {}
        for role, column in columns.items():
            try:
                parts[role] = read_number(self.line.cells[column], **number_limits(indicator, role)).value
            except PermanentError as error:
                self._unread("readable_value", column, error, code=indicator.code, area=province.code)
                return
        if all(value is None for value in parts.values()):
            return
        numerator, denominator = parts.get("numerator"), parts.get("denominator")
        value = parts.get("value")
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
                period_basis=self.source.period_basis,
                as_of=month_end(self.month),
                value=value,
                numerator=numerator,
                denominator=denominator,
                unit=indicator.unit,
                method_version=self.source.method_version,
                is_sample=is_sample_label(self._cell("data_status")),
                locator=self.line.locator(_first(columns)),
                raw_text=" / ".join(self.line.cells[column] for column in columns.values()),
            )
        )

    def _unread(self, rule: str, column: str, error: PermanentError, *, code: str, area: str) -> None:
        self.result.unread_cells.append(
            UnreadCell(
                rule=rule,
                locator=self.line.locator(column),
                raw_text=self.line.cells.get(column, ""),
                period_start=self.month,
                indicator_code=code,
                area_code=area,
                scope="all",
                is_sample=is_sample_label(self._cell("data_status")),
                message_en=error.message,
                message_vi=error.message_vi,
            )
        )

    def _report_unknown_columns(self) -> None:
        known = {fold(name) for name in self.source.fields}
        for column, text in self.line.cells.items():
            if text and fold(column) not in known:
                error = PermanentError(
                    f"column {column!r} is not known for {self.source.code}; add it to the source's fields",
                    f"Cột «{column}» chưa có trong danh mục nguồn {self.source.code}.",
                )
                self._unread("known_indicator", column, error, code=column, area=self._cell("area_name"))


def _first(columns: dict[str, str]) -> str:
    """The column a figure is located by: the value's, else the numerator's."""
    return columns.get("value") or next(iter(columns.values()))

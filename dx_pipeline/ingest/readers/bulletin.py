"""Published figures: a CSV file with one figure per line, its source and the day it speaks of."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.numbers import plausible, read_number
from dx_pipeline.ingest.observation import NATION, Claim, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.period_text import is_plausible_month
from dx_pipeline.ingest.readers.tables import (
    Line,
    check_data_status,
    is_sample_label,
    number_limits,
    read_lines,
)
from dx_pipeline.periods import first_of_month, month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import Source

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_QUALIFIERS = ("exact", "more_than", "less_than", "approx")
_STATUSES = ("green", "yellow", "red")
_REQUIRED = {"period_start", "area_code", "scope", "indicator_code", "value", "source_title", "source_url"}


class _LineError(Exception):
    """Why one line cannot become an observation."""

    def __init__(self, rule: str, column: str, message_en: str, message_vi: str) -> None:
        super().__init__(message_en)
        self.rule, self.column, self.message_en, self.message_vi = rule, column, message_en, message_vi


def read_claim(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> Claim:
    """The first and last month that the lines speak of."""
    del source, catalogue
    return _claim(list(read_lines(path, file_name, _REQUIRED)), file_name)


def read(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> ReadResult:
    """One observation per line; a line that cannot be one is an unread cell."""
    lines = list(read_lines(path, file_name, _REQUIRED))
    result = ReadResult(_claim(lines, file_name))
    for line in lines:
        if line.is_ragged:
            result.unread_cells.append(line.ragged_cell(result.claim.period_start))
            continue
        try:
            result.observations.append(_observation(line, source, catalogue))
        except _LineError as problem:
            result.unread_cells.append(_unread(line, problem, result.claim))
    return result


def _claim(lines: list[Line], file_name: str) -> Claim:
    months = sorted(month for month in (_month(line) for line in lines) if month)
    if not months:
        raise UnreadableFileError(
            f"{file_name}: no line has a period_start such as 2025-08-01",
            f"Tệp {file_name}: không dòng nào có period_start dạng 2025-08-01.",
        )
    check_data_status(lines, "data_status", file_name)
    is_sample = any(is_sample_label(line.cells.get("data_status")) for line in lines)
    return Claim(period_start=months[0], period_end=month_end(months[-1]), is_sample=is_sample)


def _month(line: Line) -> date | None:
    try:
        day = date.fromisoformat(line.cells.get("period_start", ""))
    except ValueError:
        return None
    return first_of_month(day) if is_plausible_month(day.year, day.month) else None


def _observation(line: Line, source: Source, catalogue: Catalogue) -> Observation:
    indicator = catalogue.indicators.get(line.cells["indicator_code"])
    if indicator is None:
        raise _problem(
            "known_indicator", "indicator_code", line, "is not an indicator of the catalogue", "không có"
        )
    scope = line.cells["scope"]
    if scope not in catalogue.scopes:
        raise _problem("known_scope", "scope", line, "is not a scope of the catalogue", "không có")
    month = _month(line)
    if month is None:
        raise _problem(
            "readable_value", "period_start", line, "is not a date such as 2025-08-01", "không phải ngày"
        )
    qualifier = line.cells.get("qualifier") or "exact"
    if qualifier not in _QUALIFIERS:
        raise _problem(
            "readable_value", "qualifier", line, f"is not one of {', '.join(_QUALIFIERS)}", "không hợp lệ"
        )
    value, status = _value(line, indicator)
    area_code = _area(line, catalogue, month)
    return Observation(
        indicator_code=indicator.code,
        area_code=area_code,
        area_level="national" if area_code == NATION else "province",
        scope=scope,
        period_start=month,
        period_end=month_end(month),
        period_basis=source.period_basis,
        as_of=_day(line, "as_of") or month_end(month),
        accumulates_from=_day(line, "accumulates_from"),
        value=value,
        status=status,
        numerator=_part(line, indicator, "numerator"),
        denominator=_part(line, indicator, "denominator"),
        unit=indicator.unit,
        qualifier=qualifier,
        method_version=line.cells.get("method_version") or source.method_version,
        source_title=line.cells["source_title"],
        source_url=line.cells["source_url"],
        is_sample=is_sample_label(line.cells.get("data_status")),
        locator=line.locator(),
        raw_text=line.cells["value"],
        note=line.cells.get("note") or None,
    )


def _area(line: Line, catalogue: Catalogue, month: date) -> str:
    text = line.cells["area_code"]
    if text == NATION:
        return NATION
    province = catalogue.geography.province(text, month)
    if province is None:
        raise _problem(
            "known_area", "area_code", line, f"is not a province of {month:%Y-%m}", "không phải mã tỉnh"
        )
    return province.code


def _value(line: Line, indicator: Indicator) -> tuple[float | None, str | None]:
    text = line.cells["value"]
    if indicator.kind is Kind.STATUS:
        if text not in _STATUSES:
            raise _problem(
                "known_status", "value", line, f"is not one of {', '.join(_STATUSES)}", "không hợp lệ"
            )
        return None, text
    return _number(line, "value", indicator), None


def _part(line: Line, indicator: Indicator, column: str) -> float | None:
    return _number(line, column, indicator) if line.cells.get(column) else None


def _number(line: Line, column: str, indicator: Indicator) -> float | None:
    """Plain numbers with a decimal point, as the transcriber wrote them; Vietnamese spellings otherwise."""
    text = line.cells[column]
    try:
        if _PLAIN_NUMBER.fullmatch(text):
            return plausible(float(text), text)
        return read_number(text, **number_limits(indicator, column)).value
    except PermanentError as error:
        raise _LineError("readable_value", column, error.message, error.message_vi) from error


def _day(line: Line, column: str) -> date | None:
    text = line.cells.get(column)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise _problem(
            "readable_value", column, line, "is not a date such as 2025-08-31", "không phải ngày"
        ) from error


def _problem(rule: str, column: str, line: Line, says_en: str, says_vi: str) -> _LineError:
    text = line.cells[column]
    return _LineError(
        rule,
        column,
        f"line {line.number}, column {column}: {text!r} {says_en}",
        f"Dòng {line.number}, cột {column}: «{text}» {says_vi} trong danh mục hoặc sai định dạng.",
    )


def _unread(line: Line, problem: _LineError, claim: Claim) -> UnreadCell:
    cells = line.cells
    return UnreadCell(
        rule=problem.rule,
        locator=line.locator(problem.column),
        raw_text=cells.get(problem.column, ""),
        message_en=problem.message_en,
        message_vi=problem.message_vi,
        period_start=_month(line) or claim.period_start,
        indicator_code=cells.get("indicator_code"),
        area_code=cells.get("area_code"),
        scope=cells.get("scope"),
        is_sample=claim.is_sample,
    )

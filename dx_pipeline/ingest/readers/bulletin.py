"""Published figures: a plain table with one figure per line, its source and the day it speaks of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.text import heading_key
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.numbers import plausible, read_number
from dx_pipeline.ingest.observation import NATION, NO_HINTS, Claim, Hints, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.period_text import is_plausible_month
from dx_pipeline.ingest.readers.header_row import Columns
from dx_pipeline.ingest.readers.tables import (
    Line,
    check_data_status,
    is_sample_label,
    number_limits,
    read_table,
)
from dx_pipeline.periods import first_of_month, month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import Source

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_QUALIFIERS = ("exact", "more_than", "less_than", "approx")
_LEVELS_VI = {"national": "cả nước", "province": "tỉnh", "commune": "xã"}
_STATUSES = ("green", "yellow", "red")
_REQUIRED = frozenset(
    {"period_start", "area_code", "scope", "indicator_code", "value", "source_title", "source_url"}
)


class _LineError(Exception):
    """Why one line cannot become an observation."""

    def __init__(self, rule: str, column: str, message_en: str, message_vi: str) -> None:
        super().__init__(message_en)
        self.rule, self.column, self.message_en, self.message_vi = rule, column, message_en, message_vi


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """The first and last month that the lines speak of. What is known of the file says nothing here."""
    del catalogue, hints
    return _claim(read_table(path, file_name, _columns(source)).lines, file_name)


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """One observation per line; a line that cannot be one is an unread cell."""
    del hints
    table = read_table(path, file_name, _columns(source))
    result = ReadResult(_claim(table.lines, file_name), unread_cells=table.left_out)
    for line in table.lines:
        if line.is_ragged:
            result.unread_cells.append(line.ragged_cell(result.claim.period_start))
            continue
        result.unread_cells.extend(_unknown_columns(line, source, result.claim))
        try:
            result.observations.append(_observation(line, source, catalogue))
        except _LineError as problem:
            result.unread_cells.append(_unread(line, problem, result.claim))
    return result


def _columns(source: Source) -> Columns:
    return Columns(
        required=_REQUIRED,
        optional=frozenset({*source.fields, "data_status"} - _REQUIRED),
        aliases={heading_key(heading): column for heading, column in source.header_map.items()},
    )


def _claim(lines: list[Line], file_name: str) -> Claim:
    months = sorted(month for month in (_month(line) for line in lines) if month)
    if not months:
        raise UnreadableFileError(
            f"{file_name}: no line has a period_start such as 2025-08-01",
            f"Tệp {file_name}: không dòng nào có period_start dạng 2025-08-01.",
        )
    check_data_status(lines, "data_status", file_name)
    is_sample = any(is_sample_label(line.text_of("data_status")) for line in lines)
    return Claim(period_start=months[0], period_end=month_end(months[-1]), is_sample=is_sample)


def _date(cell: object) -> date:
    """An ISO date, or a workbook's date cell."""
    if isinstance(cell, datetime):
        return cell.date()
    return cell if isinstance(cell, date) else date.fromisoformat(str(cell or ""))


def _month(line: Line) -> date | None:
    try:
        day = _date(line.cells.get("period_start"))
    except ValueError:
        return None
    return first_of_month(day) if is_plausible_month(day.year, day.month) else None


def _observation(line: Line, source: Source, catalogue: Catalogue) -> Observation:
    indicator = catalogue.indicators.get(line.text_of("indicator_code"))
    if indicator is None:
        raise _problem(
            "known_indicator", "indicator_code", line, "is not an indicator of the catalogue", "không có"
        )
    scope = line.text_of("scope")
    if scope not in catalogue.scopes:
        raise _problem("known_scope", "scope", line, "is not a scope of the catalogue", "không có")
    month = _month(line)
    if month is None:
        raise _problem(
            "readable_value", "period_start", line, "is not a date such as 2025-08-01", "không phải ngày"
        )
    qualifier = line.text_of("qualifier") or "exact"
    if qualifier not in _QUALIFIERS:
        raise _problem(
            "readable_value", "qualifier", line, f"is not one of {', '.join(_QUALIFIERS)}", "không hợp lệ"
        )
    value, status = _value(line, indicator)
    area_code = _area(line, catalogue, month)
    level = "national" if area_code == NATION else "province"
    if level not in indicator.levels:
        raise _level_problem(line, indicator, level)
    return Observation(
        indicator_code=indicator.code,
        area_code=area_code,
        area_level=level,
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
        method_version=line.text_of("method_version") or source.method_version,
        source_title=line.text_of("source_title"),
        source_url=line.text_of("source_url"),
        is_sample=is_sample_label(line.text_of("data_status")),
        locator=line.locator(),
        raw_text=line.text_of("value"),
        note=line.text_of("note") or None,
    )


def _area(line: Line, catalogue: Catalogue, month: date) -> str:
    text = line.text_of("area_code")
    if text == NATION:
        return NATION
    try:
        return catalogue.geography.resolve(text, month).code
    except AreaNotFoundError as error:
        raise _LineError(
            "known_area",
            "area_code",
            f"{line.place('area_code')}: {error.message}",
            f"{line.place_vi('area_code')}: {error.message_vi}",
        ) from error


def _level_problem(line: Line, indicator: Indicator, level: str) -> _LineError:
    said, known = line.text_of("area_code"), ", ".join(indicator.levels)
    return _LineError(
        "known_area",
        "area_code",
        f"{line.place('area_code')}: {said!r}: {indicator.code} has no {level} figures, only {known}",
        f"{line.place_vi('area_code')}: «{said}»: chỉ tiêu «{indicator.name_vi}» không có số liệu cấp "
        f"{_LEVELS_VI[level]}, chỉ có cấp {', '.join(_LEVELS_VI[item] for item in indicator.levels)}.",
    )


def _value(line: Line, indicator: Indicator) -> tuple[float | None, str | None]:
    text = line.text_of("value")
    if indicator.kind is Kind.STATUS:
        if text not in _STATUSES:
            raise _problem(
                "known_status", "value", line, f"is not one of {', '.join(_STATUSES)}", "không hợp lệ"
            )
        return None, text
    return _number(line, "value", indicator), None


def _part(line: Line, indicator: Indicator, column: str) -> float | None:
    return _number(line, column, indicator) if line.text_of(column) else None


def _number(line: Line, column: str, indicator: Indicator) -> float | None:
    """Plain numbers with a decimal point, as the transcriber wrote them; Vietnamese spellings otherwise."""
    cell, text = line.cells[column], line.text_of(column)
    try:
        if isinstance(cell, int | float):
            return plausible(float(cell), cell)
        if _PLAIN_NUMBER.fullmatch(text):
            return plausible(float(text), text)
        return read_number(cell, **number_limits(indicator, column)).value
    except PermanentError as error:
        raise _LineError("readable_value", column, error.message, error.message_vi) from error


def _day(line: Line, column: str) -> date | None:
    if not line.text_of(column):
        return None
    try:
        return _date(line.cells[column])
    except ValueError as error:
        raise _problem(
            "readable_value", column, line, "is not a date such as 2025-08-31", "không phải ngày"
        ) from error


def _problem(rule: str, column: str, line: Line, says_en: str, says_vi: str) -> _LineError:
    text = line.text_of(column)
    return _LineError(
        rule,
        column,
        f"{line.place(column)}: {text!r} {says_en}",
        f"{line.place_vi(column)}: «{text}» {says_vi} trong danh mục hoặc sai định dạng.",
    )


def _unknown_columns(line: Line, source: Source, claim: Claim) -> Iterator[UnreadCell]:
    """Cells under headings that the source does not know: they change no figure, but are not lost."""
    known = _columns(source).known
    for column in line.cells:
        if column in known or not line.text_of(column):
            continue
        yield UnreadCell(
            rule="readable_value",
            severity="WARN",
            locator=line.locator(column),
            raw_text=line.text_of(column),
            message_en=f"{line.place(column)}: column {column!r} is not known for {source.code}; it was not read",
            message_vi=f"{line.place_vi(column)}: cột «{column}» chưa có trong danh mục nguồn {source.code} nên "
            "không được đọc.",
            period_start=_month(line) or claim.period_start,
            is_sample=claim.is_sample,
        )


def _unread(line: Line, problem: _LineError, claim: Claim) -> UnreadCell:
    return UnreadCell(
        rule=problem.rule,
        locator=line.locator(problem.column),
        raw_text=line.text_of(problem.column),
        message_en=problem.message_en,
        message_vi=problem.message_vi,
        period_start=_month(line) or claim.period_start,
        indicator_code=line.text_of("indicator_code") or None,
        area_code=line.text_of("area_code") or None,
        scope=line.text_of("scope") or None,
        is_sample=claim.is_sample,
    )

"""The cells of a published figure's line: its period and days, area, scope, indicator, value and what limits it.

What a person certainly means is read (``Quý III/2025``, ``Cả nước``, «hơn 8.130», ``xanh``); what can be meant in two
ways is refused with the cell.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.day_text import parse_day
from dx_pipeline.ingest.numbers import Reading, plausible, read_number, words_of_unit
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.ingest.period_text import (
    CALENDAR,
    GOVERNMENT_REPORT,
    ReportedPeriod,
    filed,
    is_plausible_month,
    parse_reported_period,
)
from dx_pipeline.ingest.readers.tables import Line, number_limits
from dx_pipeline.periods import first_of_month, month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import Source

_PLAIN_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_MONTH_OF_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].*)?")
_NATION = frozenset(map(fold, (NATION, "Cả nước", "Toàn quốc", "Việt Nam", "Quốc gia", "national")))
_QUALIFIERS = {
    **{fold(word): "exact" for word in ("exact", "chính xác", "đúng")},
    **{fold(word): "more_than" for word in ("more_than", "gt", "hơn", "trên", ">", ">=", "≥", "ít nhất")},
    **{fold(word): "less_than" for word in ("less_than", "lt", "gần", "dưới", "<", "<=", "≤")},
    **{fold(word): "approx" for word in ("approx", "khoảng", "xấp xỉ", "~", "≈")},
}
_STATUSES = {
    **{word: word for word in ("green", "yellow", "red")},
    fold("xanh"): "green",
    fold("vàng"): "yellow",
    fold("đỏ"): "red",
}
_BASES = (CALENDAR, GOVERNMENT_REPORT)
_LEVELS_VI = {"national": "cả nước", "province": "tỉnh", "commune": "xã"}


class LineError(Exception):
    """Why one line cannot become an observation."""

    def __init__(self, rule: str, column: str, message_en: str, message_vi: str) -> None:
        super().__init__(message_en)
        self.rule, self.column, self.message_en, self.message_vi = rule, column, message_en, message_vi


@dataclass(frozen=True, slots=True)
class Stated:
    """What a line says of its indicator: a figure with its parts, or a colour."""

    value: float | None
    status: str | None = None
    qualifier: str = "exact"
    numerator: float | None = None
    denominator: float | None = None


def period_of(line: Line, source: Source) -> ReportedPeriod:
    """The month or quarter a line is filed under, with its day and the day it counts from.

    Raises:
        LineError: A cell is no period or day, or two of them contradict each other.
    """
    period = _with_basis(line, _filed(line, source))
    as_of, since = day_of(line, "as_of"), day_of(line, "accumulates_from")
    return replace(
        period,
        as_of=as_of or period.as_of,
        accumulates_from=since or period.accumulates_from,
    )


def _filed(line: Line, source: Source) -> ReportedPeriod:
    cell, text = line.cells.get("period_start"), line.text_of("period_start")
    start = _day(cell)
    if start is not None and not is_plausible_month(start.year, start.month):
        raise problem(
            "readable_value", "period_start", line, "is not a month of this century", "không phải kỳ số liệu"
        )
    try:
        if start is not None and line.text_of("period_end"):
            return filed(start, _required_day(line, "period_end"), basis=source.period_basis)
        if start is not None and (not isinstance(cell, str) or _MONTH_OF_DAY.fullmatch(text)):
            month = first_of_month(start)
            return ReportedPeriod(period_start=month, period_end=month_end(month), as_of=month_end(month))
        found = parse_reported_period(cell, basis=source.period_basis)
    except PermanentError as error:
        raise _placed("readable_value", "period_start", line, error) from error
    if found is None:
        raise problem(
            "readable_value",
            "period_start",
            line,
            "is no period such as 2025-08-01 or Quý III/2025",
            "không phải kỳ số liệu (ví dụ 2025-08-01, Quý III/2025)",
        )
    return found


def _with_basis(line: Line, period: ReportedPeriod) -> ReportedPeriod:
    """The period with the basis that the line names; a report month closes on the 14th."""
    said = line.text_of("period_basis")
    if not said or said == period.period_basis:
        return period
    if said not in _BASES or period.period_basis == GOVERNMENT_REPORT:
        raise problem(
            "readable_value",
            "period_basis",
            line,
            f"is not one of {', '.join(_BASES)}, or not that of the days",
            "không hợp lệ",
        )
    closes = period.period_end.replace(day=14) if period.as_of == period.period_end else period.as_of
    return replace(period, period_basis=said, as_of=closes)


def _day(cell: object) -> date | None:
    """A day as a cell, an ISO date with or without a time, or 31/10/2025."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return datetime.fromisoformat(str(cell or "").strip()).date()
    except ValueError:
        return parse_day(cell) if isinstance(cell, str) and not str(cell).strip().isdecimal() else None


def day_of(line: Line, column: str) -> date | None:
    """The day in a column; None where the cell is empty.

    Raises:
        LineError: The cell holds no day.
    """
    return _required_day(line, column) if line.text_of(column) else None


def _required_day(line: Line, column: str) -> date:
    day = _day(line.cells.get(column))
    if day is None:
        raise problem("readable_value", column, line, "is not a date such as 2025-08-31", "không phải ngày")
    return day


def indicator_of(line: Line, catalogue: Catalogue) -> Indicator:
    """The indicator by its code, or by its full name.

    Raises:
        LineError: The catalogue has none such; the closest codes are named.
    """
    text, place = line.text_of("indicator_code"), line.place("indicator_code")
    indicator = catalogue.indicators.get(text) or catalogue.indicators.get(text.upper())
    if indicator is not None:
        return indicator
    named = [
        item
        for item in catalogue.indicators.values()
        if text and fold(text) in (fold(item.name_vi), fold(item.name_en))
    ]
    if len(named) == 1:
        return named[0]
    near = difflib.get_close_matches(text.upper()[:60], catalogue.indicators, n=3, cutoff=0.6)
    closest = f"; closest: {', '.join(near)}" if near else ""
    closest_vi = f" (gần nhất: {', '.join(near)})" if near else ""
    raise LineError(
        "known_indicator",
        "indicator_code",
        f"{place}: {text!r} is not an indicator of the catalogue{closest}; "
        "correct the code, or add the indicator to the catalogue",
        f"{line.place_vi('indicator_code')}: «{text}» không có trong danh mục chỉ tiêu{closest_vi}. Đề nghị sửa mã "
        "hoặc bổ sung chỉ tiêu vào danh mục.",
    )


def scope_of(line: Line, catalogue: Catalogue) -> str:
    """The scope by its code or name; all offices where none is named.

    Raises:
        LineError: The catalogue has none such.
    """
    text = line.text_of("scope") or "all"
    if text in catalogue.scopes:
        return text
    for scope in catalogue.scopes.values():
        if fold(text) in (fold(scope.name_vi), fold(scope.name_en)):
            return scope.code
    raise problem("known_scope", "scope", line, "is not a scope of the catalogue", "không có")


def area_of(line: Line, catalogue: Catalogue, indicator: Indicator, day: date) -> tuple[str, str]:
    """The area's code and level, as of ``day``: 63 provinces before 2025-07-01, 34 from then.

    Raises:
        LineError: It is no area on that day, or the indicator has no figures of its level.
    """
    text = line.text_of("area_code")
    if fold(text) in _NATION:
        area_code, level = NATION, "national"
    else:
        try:
            area_code, level = catalogue.geography.resolve(text, day).code, "province"
        except AreaNotFoundError as error:
            raise _placed("known_area", "area_code", line, error) from error
    if level not in indicator.levels:
        raise _level_problem(line, indicator, level)
    return area_code, level


def _level_problem(line: Line, indicator: Indicator, level: str) -> LineError:
    said, known = line.text_of("area_code"), ", ".join(indicator.levels)
    return LineError(
        "known_area",
        "area_code",
        f"{line.place('area_code')}: {said!r}: {indicator.code} has no {level} figures, only {known}",
        f"{line.place_vi('area_code')}: «{said}»: chỉ tiêu «{indicator.name_vi}» không có số liệu cấp "
        f"{_LEVELS_VI[level]}, chỉ có cấp {', '.join(_LEVELS_VI[item] for item in indicator.levels)}.",
    )


def stated(line: Line, indicator: Indicator, catalogue: Catalogue) -> Stated:
    """The figure with its qualifier and parts, from the cell and from the columns beside it.

    Raises:
        LineError: A cell cannot be read, or says something else than the cell beside it.
    """
    if indicator.kind is Kind.STATUS:
        status = _STATUSES.get(fold(line.text_of("value")))
        if status is None:
            names = ", ".join(sorted(set(_STATUSES.values())))
            raise problem("known_status", "value", line, f"is not one of {names}", "không hợp lệ")
        return Stated(None, status)
    reading = _number(line, "value", indicator, catalogue)
    return Stated(
        reading.value,
        qualifier=_qualifier(line, reading),
        numerator=_part(line, "numerator", reading.numerator, indicator, catalogue),
        denominator=_part(line, "denominator", reading.denominator, indicator, catalogue),
    )


def _qualifier(line: Line, reading: Reading) -> str:
    text = line.text_of("qualifier")
    said = _QUALIFIERS.get(fold(text)) if text else reading.qualifier
    if said is None:
        known = ", ".join(dict.fromkeys(_QUALIFIERS.values()))
        raise problem("readable_value", "qualifier", line, f"is not one of {known}", "không hợp lệ")
    if reading.qualifier not in ("exact", said):
        raise problem(
            "readable_value",
            "qualifier",
            line,
            f"contradicts the value, which says {reading.qualifier}",
            "mâu thuẫn với ô giá trị,",
        )
    return said


def _part(
    line: Line, column: str, read: float | None, indicator: Indicator, catalogue: Catalogue
) -> float | None:
    """The part as its column says it, else as the value's cell does («21/84»)."""
    if not line.text_of(column):
        return read
    said = _number(line, column, indicator, catalogue).value
    if read is not None and said != read:
        raise problem(
            "readable_value",
            column,
            line,
            f"contradicts the value, which says {read:g}",
            "mâu thuẫn với ô giá trị,",
        )
    return said


def _number(line: Line, column: str, indicator: Indicator, catalogue: Catalogue) -> Reading:
    """Numbers with a decimal point, as the transcriber wrote them; Vietnamese spellings otherwise.

    Of a count «1.595» is 1595 in either way: it has no decimals.
    """
    cell, text = line.cells[column], line.text_of(column)
    limits = number_limits(indicator, column)
    try:
        if isinstance(cell, int | float):
            return Reading(plausible(float(cell), cell))
        if _PLAIN_NUMBER.fullmatch(text) and not (limits["is_whole"] and "." in text):
            return Reading(plausible(float(text), text))
        if unit := catalogue.units.get(indicator.unit if column == "value" else ""):
            limits["unit_words"] = words_of_unit(unit.name_vi)
        return read_number(cell, **limits)
    except PermanentError as error:
        raise LineError("readable_value", column, error.message, error.message_vi) from error


def problem(rule: str, column: str, line: Line, says_en: str, says_vi: str) -> LineError:
    """The refusal of one cell."""
    text = line.text_of(column)
    return LineError(
        rule,
        column,
        f"{line.place(column)}: {text!r} {says_en}",
        f"{line.place_vi(column)}: «{text}» {says_vi} trong danh mục hoặc sai định dạng.",
    )


def _placed(rule: str, column: str, line: Line, error: PermanentError) -> LineError:
    return LineError(
        rule, column, f"{line.place(column)}: {error.message}", f"{line.place_vi(column)}: {error.message_vi}"
    )

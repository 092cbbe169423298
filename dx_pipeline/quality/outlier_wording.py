"""The words of a warning about an outlier: what changed by how much, what is usual, whom it was compared with.

They become columns of the figures that break a rule, and ``messages.py`` puts them into its sentences.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from dx_pipeline.periods import PeriodLabel, add_months, month_label, quarter_label
from dx_pipeline.quality.judgement import records
from dx_pipeline.quality.messages import area_name, number_en, number_vi

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue

_COUNTED = ["usual_count", "province_count", "same_count", "value_count"]
_QUARTER = 3
Texts = dict[str, object]


def with_words(failed: pd.DataFrame, found: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """The texts that the messages of the three rules need, a row for each figure that broke one.

    Args:
        failed: The rows of ``found`` that broke a rule.
        found: What ``outliers.look_at`` gave.
        catalogue: For the names of units and provinces.
    """
    import pandas as pd

    groups = found[found["group"].isin(failed["group"].dropna())].groupby("group")
    rows = [
        {
            **{column: f"{row[column]:.0f}" for column in _COUNTED},
            **_ask(row),
            **_of_history(row, catalogue),
            **_of_provinces(row, groups, catalogue),
        }
        for row in records(failed.rename_axis("figure_row").reset_index())
    ]
    return pd.DataFrame(rows, index=failed.index)


def _ask(row: dict[str, Any]) -> Texts:
    """What to do; where a reason or a note came with the figure, that instead: it is for the reader to judge."""
    if not row["is_explained"]:
        return {
            "ask_vi": "Đề nghị kiểm tra lại; nếu đúng, đề nghị ghi rõ lý do.",
            "ask": "Check it; if it is right, give the reason.",
        }
    if _is_text(row["revision_reason"]):
        reason = row["revision_reason"].strip()
        return {"ask_vi": f"Lý do đã nêu: «{reason}».", "ask": f"The reason given: {reason!r}."}
    note = row["note"].strip()
    return {"ask_vi": f"Ghi chú kèm theo số liệu: «{note}».", "ask": f"The note that came with it: {note!r}."}


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _of_history(row: dict[str, Any], catalogue: Catalogue) -> Texts:
    before = add_months(row["period_start"].date(), -row["period_months"])
    label = _label(before, row["period_months"])
    texts: Texts = {"period_before_vi": label.vi, "period_before": label.en}
    if row["adds_up"]:
        texts |= {"subject_vi": "Số phát sinh trong kỳ", "subject": "What was added in the period"}
    else:
        texts |= {"subject_vi": "Số này", "subject": "It"}
    texts |= _both("change", partial(_change, row, catalogue))
    for name in ("usual_low", "usual_high", "usual_median"):
        texts |= _both(name, partial(_signed, row[name], row, catalogue))
    return texts


def _of_provinces(row: dict[str, Any], groups: Any, catalogue: Catalogue) -> Texts:
    if math.isnan(row["group"]):
        return {}
    shown = _signed if row["is_count"] else _stated
    texts = _both("compared", partial(_compared, row, catalogue))
    for name in ("province_low", "province_high", "province_median"):
        texts |= _both(name, partial(shown, row[name], row, catalogue))
    others = groups.get_group(row["group"]).drop(index=row["figure_row"])["compared"].dropna()
    if others.empty:
        return texts
    areas = groups.get_group(row["group"])["area_code"]
    for name, place in (("lowest", others.idxmin()), ("highest", others.idxmax())):
        area = area_name(areas[place], row["period_start"].date(), catalogue)
        texts[f"{name}_vi"] = f"{area.vi} {shown(others[place], row, catalogue, True)}"
        texts[name] = f"{area.en} {shown(others[place], row, catalogue, False)}"
    return texts


def _compared(row: dict[str, Any], catalogue: Catalogue, vietnamese: bool) -> str:
    """What is compared among provinces: a change on the period before where counts are, else the value."""
    if not row["is_count"]:
        return "Số này khác xa các tỉnh khác" if vietnamese else "It is far from the other provinces"
    history = _of_history(row, catalogue)
    if vietnamese:
        return f"{history['subject_vi']} {history['change_vi']} so với {history['period_before_vi']}"
    return f"{history['subject']} {history['change']} on {history['period_before']}"


def _change(row: dict[str, Any], catalogue: Catalogue, vietnamese: bool) -> str:
    """``tăng 48,2 điểm phần trăm (từ 36,1 lên 84,3)``."""
    number = number_vi if vietnamese else number_en
    values = [math.expm1(row[name]) if row["is_count"] else row[name] for name in ("before", "level")]
    first, last = (number(round(value, 2)) for value in values)
    if not row["change"]:
        return f"không thay đổi (vẫn là {first})" if vietnamese else f"did not change (still {first})"
    size = _amount(
        abs(values[1] / values[0] - 1) * 100 if row["is_count"] and values[0] else None, row, values
    )
    by = _with_unit(number(size), row, catalogue, vietnamese) if size is not None else ""
    if vietnamese:
        verb, towards = ("tăng", "lên") if row["change"] > 0 else ("giảm", "xuống")
        return f"{verb} {by} (từ {first} {towards} {last})" if by else f"{verb} từ {first} {towards} {last}"
    verb = "rose" if row["change"] > 0 else "fell"
    return f"{verb} by {by} (from {first} to {last})" if by else f"{verb} from {first} to {last}"


def _amount(relative: float | None, row: dict[str, Any], values: list[float]) -> float | None:
    """The size of a change: per cent of a count (none of a count of 0), else in the unit."""
    if row["is_count"]:
        return None if relative is None else round(relative, 1)
    return round(abs(values[1] - values[0]), 2)


def _signed(change: float, row: dict[str, Any], catalogue: Catalogue, vietnamese: bool) -> str:
    """``+1,4 điểm phần trăm``: a change as it is compared."""
    size = round(math.expm1(change) * 100, 1) if row["is_count"] else round(change, 2)
    text = (number_vi if vietnamese else number_en)(abs(size))
    sign = "+" if size > 0 else "−" if size < 0 else ""
    return _with_unit(f"{sign}{text}", row, catalogue, vietnamese)


def _with_unit(text: str, row: dict[str, Any], catalogue: Catalogue, vietnamese: bool) -> str:
    """An amount of change: counts change by per cent, per cents by points, the rest by its unit."""
    if row["is_count"]:
        return f"{text} %" if vietnamese else f"{text} per cent"
    code = catalogue.indicators[row["indicator_code"]].unit
    if code.startswith("percent"):
        return f"{text} điểm phần trăm" if vietnamese else f"{text} points"
    return f"{text} {_unit(code, catalogue, vietnamese)}"


def _stated(value: float, row: dict[str, Any], catalogue: Catalogue, vietnamese: bool) -> str:
    """A value with its unit."""
    text = (number_vi if vietnamese else number_en)(round(value, 2))
    return f"{text} {_unit(catalogue.indicators[row['indicator_code']].unit, catalogue, vietnamese)}"


def _unit(code: str, catalogue: Catalogue, vietnamese: bool) -> str:
    unit = catalogue.units.get(code)
    return code if unit is None else unit.name_vi if vietnamese else unit.name_en


def _label(start: date, months: int) -> PeriodLabel:
    return quarter_label(start) if months == _QUARTER else month_label(start)


def _both(name: str, text: Callable[[bool], str]) -> Texts:
    return {f"{name}_vi": text(True), name: text(False)}

"""One difference as people read it: the area, the period, and what the figure was and becomes."""

from __future__ import annotations

from dx_pipeline.periods import month_label, quarter_label
from dx_pipeline.publish.changes.wording import Text
from dx_pipeline.publish.numbers import number
from dx_pipeline.publish.queries import Row

_NATION = Text("Cả nước", "Nation")
_VIETNAMESE_TO_ENGLISH = str.maketrans(",.", ".,")


def area_of(row: Row) -> Text:
    """The area's name; its code where the name is not known."""
    name = row["area_vi"] or row["area_code"]
    return _NATION if row["area_code"] == "VN" else Text(name, name)


def period_of(row: Row) -> Text:
    """``tháng 10/2025``, ``quý IV/2025``."""
    label = (quarter_label if row["period_months"] == 3 else month_label)(row["period_start"])
    return Text(label.vi, label.en)


def figure_of(row: Row, side: str) -> Text:
    """The ``old`` or ``new`` figure: a number, or the status of a figure that has none."""
    status = row[f"{side}_status"]
    if row[f"{side}_value"] is None and status is not None:
        return Text(status, status)
    return _written(row[f"{side}_value"])


def difference_of(row: Row) -> Text:
    """``+1,20 điểm %`` for a rate, ``+50 (+6,0 %)`` otherwise; empty where a side is missing."""
    if row["difference"] is None:
        return Text("", "")
    sign = "−" if row["difference"] < 0 else "+" if row["difference"] > 0 else "±"
    amount = _written(abs(row["difference"]))
    if row["kind"] == "rate":
        return Text(f"{sign}{amount.vi} điểm %", f"{sign}{amount.en} points")
    if row["difference_pct"] is None:
        return Text(f"{sign}{amount.vi}", f"{sign}{amount.en}")
    share = _written(abs(row["difference_pct"]), 1)
    return Text(f"{sign}{amount.vi} ({sign}{share.vi} %)", f"{sign}{amount.en} ({sign}{share.en} %)")


def line_of(row: Row) -> Text:
    """The difference in one line, in both languages."""
    area, period, change = area_of(row), period_of(row), difference_of(row)
    old, new = figure_of(row, "old"), figure_of(row, "new")
    what = (
        row["indicator_code"]
        if row["scope"] in ("all", None)
        else f"{row['indicator_code']} ({row['scope']})"
    )
    return Text(
        f"{area.vi}, {period.vi}, {what}: {old.vi} → {new.vi}{_after(change.vi)}: {row['reason_vi']}",
        f"{area.en}, {period.en}, {what}: {old.en} → {new.en}{_after(change.en)}: {row['reason_en']}",
    )


def _after(text: str) -> str:
    return f", {text}" if text else ""


def _written(value: float | None, decimals: int | None = None) -> Text:
    vietnamese = number(value, decimals)
    return Text(vietnamese, vietnamese.translate(_VIETNAMESE_TO_ENGLISH))

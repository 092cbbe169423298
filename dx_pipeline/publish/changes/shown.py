"""One difference as people read it: the area, the period, and what the figure was and becomes."""

from __future__ import annotations

from dx_pipeline.periods import month_label, quarter_label
from dx_pipeline.publish.changes.wording import Text
from dx_pipeline.publish.numbers import number
from dx_pipeline.publish.queries import Row

NATION = Text("Cả nước", "Việt Nam")


def area_of(row: Row) -> str:
    """The area's name; its code where the name is not known."""
    return NATION.vi if row["area_code"] == "VN" else row["area_vi"] or row["area_code"]


def period_of(row: Row) -> Text:
    """``tháng 10/2025``, ``quý IV/2025``."""
    label = quarter_label if row["period_months"] == 3 else month_label
    return Text(label(row["period_start"]).vi, label(row["period_start"]).en)


def figure_of(row: Row, side: str) -> str:
    """The old or new figure: a status or a number, with its parts where they stand behind a rate."""
    if row[f"{side}_value"] is None and row[f"{side}_status"] is not None:
        return str(row[f"{side}_status"])
    return number(row[f"{side}_value"])


def difference_of(row: Row) -> str:
    """``+1,20 điểm %`` for a rate, ``+50 (+6,0 %)`` otherwise; empty where a side is missing."""
    if row["difference"] is None:
        return ""
    sign = "−" if row["difference"] < 0 else "+" if row["difference"] > 0 else "±"
    amount = f"{sign}{number(abs(row['difference']))}"
    if row["kind"] == "rate":
        return f"{amount} điểm %"
    return (
        amount
        if row["difference_pct"] is None
        else f"{amount} ({sign}{number(abs(row['difference_pct']), 1)} %)"
    )


def line_of(row: Row) -> Text:
    """The difference in one line, in both languages."""
    figures = f"{figure_of(row, 'old')} → {figure_of(row, 'new')}"
    change = difference_of(row)
    what = f"{row['indicator_code']} ({row['scope']})" if row["scope"] != "all" else row["indicator_code"]
    period = period_of(row)
    tail = f"{figures}{f', {change}' if change else ''}"
    english = tail.replace("điểm %", "points")
    area_en = NATION.en if row["area_code"] == "VN" else area_of(row)
    return Text(
        f"{area_of(row)}, {period.vi}, {what}: {tail}: {row['reason_vi']}",
        f"{area_en}, {period.en}, {what}: {english}: {row['reason_en']}",
    )

"""Numbers, months and marks as the page writes them for people: Vietnamese separators, honest signs."""

from __future__ import annotations

from datetime import date

from dx_pipeline.periods import month_label

_BOUNDS = {"more_than": "hơn ", "less_than": "dưới ", "approx": "khoảng "}
_TO_VIETNAMESE = str.maketrans(",.", ".,")


def number(value: float | None, decimals: int | None = None) -> str:
    """``1595`` as ``1.595``, ``72.63`` as ``72,63``; a dash where there is no figure.

    Args:
        value: The figure.
        decimals: How many to show; none for whole numbers and two otherwise where it is left out.
    """
    if value is None:
        return "–"
    if decimals is None:
        decimals = 0 if float(value).is_integer() else 2
    return f"{value:,.{decimals}f}".translate(_TO_VIETNAMESE)


def quantity(value: float | None, qualifier: str, kind: str) -> str:
    """A figure with what limits it: ``hơn 8.130``; rates and scores always with two decimals."""
    decimals = 2 if kind in ("rate", "score") else None
    return _BOUNDS.get(qualifier, "") + number(value, decimals)


def signed(value: float | None, unit: str) -> str:
    """``+1,20 điểm %``, ``−0,30 điểm %``; empty where there is no change to speak of."""
    if value is None:
        return ""
    sign = "−" if round(value, 2) < 0 else "+" if round(value, 2) > 0 else "±"
    return f"{sign}{number(abs(value), 2)} {unit}"


def month(day: date) -> str:
    """``tháng 10/2025``."""
    return month_label(day).vi

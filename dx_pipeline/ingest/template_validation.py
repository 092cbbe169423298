"""What Excel lets a person type into a cell of the template, and what it says when it does not.

A help for the person who fills in, no safeguard: pasted text passes it, and the pipeline's own checks
judge every figure again.
"""

from __future__ import annotations

from typing import Any

from dx_pipeline.catalogue.loading import Catalogue
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.workbook_layout import ColumnLayout

_LARGEST = 1e12  # above any figure; it makes Excel ask for a number where the catalogue has no bounds


def figure_validation(column: ColumnLayout, catalogue: Catalogue) -> dict[str, Any]:
    """The validation of a figure column, as xlsxwriter takes it.

    Counts are whole and not negative, rates lie between 0 and 100, everything else follows the
    indicator's bounds.
    """
    indicator = catalogue.indicators[column.indicator_code]
    if column.role != "value":
        return _number(0, None, is_whole=indicator.kind is Kind.RATE)
    low, high = indicator.bounds.minimum, indicator.bounds.maximum
    if low is None and (indicator.is_whole_number or indicator.kind is Kind.RATE):
        low = 0
    if high is None and indicator.kind is Kind.RATE:
        high = 100
    return _number(low, high, is_whole=indicator.is_whole_number)


def choice_validation(words: list[str]) -> dict[str, Any]:
    """A list to choose from."""
    return {"validate": "list", "source": words, **_refusal(f"Hãy chọn một trong: {', '.join(words)}.")}


def _number(low: float | None, high: float | None, *, is_whole: bool) -> dict[str, Any]:
    kind, what = ("integer", "số nguyên") if is_whole else ("decimal", "số")
    limits: dict[str, Any]
    if low is not None and high is not None:
        limits, words = {"criteria": "between", "minimum": low, "maximum": high}, f" từ {low:g} đến {high:g}"
    elif low is not None:
        limits, words = {"criteria": ">=", "value": low}, f" từ {low:g} trở lên"
    else:
        limits, words = {"criteria": "<=", "value": _LARGEST if high is None else high}, ""
    return {"validate": kind, **limits, **_refusal(f"Ô này phải là {what}{words}, không ghi đơn vị hay chữ.")}


def _refusal(text: str) -> dict[str, Any]:
    return {"error_title": "Số liệu không hợp lệ", "error_message": text}

"""The words of a feedback: verdicts, figures and periods as the sender reads them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.ingest.readers.workbook_words import cell_vi
from dx_pipeline.periods import month_end, month_label, quarter_end, quarter_label, quarter_of
from dx_pipeline.quality.feedback.content import Counts

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from dx_pipeline.catalogue.models import Indicator

SEVERITY_VI = {"ERROR": "Không nhận", "WARN": "Nghi vấn"}
VERDICT_OF_FIGURE_VI = {
    "accepted": "Được nhận",
    "doubtful": "Nhận, nghi vấn",
    "rejected": "Không nhận",
    "pending": "Chờ chốt kỳ",
}
_STATUS_VI = {"green": "xanh", "yellow": "vàng", "red": "đỏ"}
_BOUNDS = {"more_than": "hơn ", "less_than": "dưới ", "approx": "khoảng "}
_TO_VIETNAMESE = str.maketrans(",.", ".,")
NOT_COMPARED_NOTE = (
    "Chưa so sánh được với các tháng bên cạnh vì hệ thống đang chạy; đề nghị kiểm tra lại sau."
)
PREVIEW_NOTE = "Kết quả kiểm tra trước khi gửi: tệp này chưa được gửi, hệ thống chưa ghi nhận số liệu nào."


def number_vi(value: float | None, decimals: int | None = None) -> str:
    """``1595`` as ``1.595``, ``72.63`` as ``72,63``; empty where there is no value."""
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return ""
    text = f"{value:,.4f}".rstrip("0").rstrip(".") if decimals is None else f"{value:,.{decimals}f}"
    return ("0" if text == "-0" else text).translate(_TO_VIETNAMESE)


def value_vi(row: Mapping[str, Any], indicator: Indicator | None) -> str:
    """A figure with what limits it: ``hơn 8.130``; rates and scores always with two decimals."""
    if row.get("status"):
        return _STATUS_VI.get(row["status"], row["status"])
    is_share = indicator is not None and indicator.kind in (Kind.RATE, Kind.SCORE)
    text = number_vi(row.get("value"), 2 if is_share else None)
    return _BOUNDS.get(row.get("qualifier") or "", "") + text if text else ""


def parts_vi(row: Mapping[str, Any]) -> str:
    """``1.925 / 2.049``: numerator and denominator, where the figure has them."""
    numerator, denominator = number_vi(row.get("numerator")), number_vi(row.get("denominator"))
    return f"{numerator or '?'} / {denominator or '?'}" if numerator or denominator else ""


def period_vi(start: date | None, end: date | None) -> str:
    """``tháng 10/2025``, ``quý III/2025``, ``từ 15/09/2025 đến 14/10/2025``; empty where none is known."""
    if start is None or end is None:
        return ""
    if start.day == 1 and end == month_end(start):
        return month_label(start).vi
    if start == quarter_of(start) and end == quarter_end(start):
        return quarter_label(start).vi
    if start.day == 1 and end + timedelta(days=1) == (end + timedelta(days=1)).replace(day=1):
        return f"từ {month_label(start).vi} đến {month_label(end).vi}"
    return f"từ {start:%d/%m/%Y} đến {end:%d/%m/%Y}"


def verdict_of(counts: Counts) -> tuple[str, str]:
    """Code and words of what a file that could be read came to."""
    good, bad, doubt, waiting = counts.accepted, counts.rejected, counts.doubtful, counts.pending
    again = "Sửa trong tệp gốc của đơn vị rồi gửi lại cả tệp."
    if waiting:
        also = f" {bad} mục không được nhận: {again.lower()}" if bad else ""
        return "pending", (
            f"Tệp đã đọc được; {number_vi(waiting)} số liệu chờ chốt kỳ: số liệu chung của kỳ chưa đạt giới hạn "
            f"kiểm tra nên chưa được tổng hợp.{also}"
        )
    if bad and not good:
        return "all_rejected", f"Không có số liệu nào được nhận; {number_vi(bad)} mục phải sửa. {again}"
    if bad:
        text = f"Nhận {number_vi(good)} số liệu; {number_vi(bad)} mục không được nhận, phải sửa. {again}"
        return "partly_rejected", text
    if not good:
        return "no_figures", "Tệp đọc được nhưng không có số liệu nào. Đề nghị điền số liệu rồi gửi lại."
    if doubt:
        return "accepted_with_doubts", (
            f"Nhận toàn bộ {number_vi(good)} số liệu; {number_vi(doubt)} mục nghi vấn cần xem lại, chỉ gửi lại nếu sai."
        )
    return "accepted", f"Nhận toàn bộ {number_vi(good)} số liệu, không có lỗi. Không phải làm gì thêm."


def explanation_vi(row: Mapping[str, Any]) -> str:
    """The message without what stands in other columns: file, cell, figure and what was read."""
    message, read = row["message_vi"] or "", row.get("raw_text") or ""
    _, mark, rest = message.partition(f" ghi «{read}». ")
    if mark and rest:
        return rest
    locator = str(row.get("locator"))
    for opening in (f"Tệp {row.get('file_name')}: ", f"{cell_vi(locator)}: ", f"Ô {locator}: "):
        message = message.removeprefix(opening)
    return message[:1].upper() + message[1:]

"""The words about a file of a large register: its rows are counted, not shown, and the file is never opened again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from dx_pipeline.quality.feedback.content import Counts
from dx_pipeline.quality.feedback.wording import number_vi

Row = Mapping[str, Any]
_AGAIN = "Sửa trong dữ liệu gốc của đơn vị rồi gửi lại cả tệp của tháng."


def register_counts(load: Row, findings: Sequence[Row]) -> Counts:
    """How many rows were taken and rejected, and how many doubts there are about the month."""
    accepted, rejected = int(load["row_count"]), int(load["rejected_count"])
    return Counts(
        accepted=accepted if load["verdict"] == "accepted" else 0,
        rejected=rejected + (accepted if load["verdict"] == "rejected" else 0),
        doubtful=sum(row["severity"] == "WARN" for row in findings),
        pending=accepted if load["verdict"] is None else 0,
    )


def verdict_of_register(load: Row, counts: Counts) -> tuple[str, str]:
    """Code and words of what a register's month came to."""
    good, bad, doubt = number_vi(counts.accepted), number_vi(counts.rejected), number_vi(counts.doubtful)
    if load["verdict"] is None:
        return "pending", (
            f"Tệp đã đọc được; {number_vi(counts.pending)} dòng chờ chốt kỳ: số liệu chung của kỳ chưa đạt giới hạn "
            f"kiểm tra nên chưa được tổng hợp. {bad} dòng bị loại."
        )
    if load["verdict"] == "rejected":
        return "all_rejected", (
            f"Không nhận sổ của tháng này: quá nhiều dòng bị loại. Số đã nhận trước đó vẫn có hiệu lực. {_AGAIN}"
        )
    if counts.rejected:
        return "partly_rejected", f"Nhận {good} dòng; {bad} dòng không được nhận, phải sửa. {_AGAIN}"
    if counts.doubtful:
        return "accepted_with_doubts", (
            f"Nhận toàn bộ {good} dòng; {doubt} mục nghi vấn cần xem lại, chỉ gửi lại nếu sai."
        )
    return "accepted", f"Nhận toàn bộ {good} dòng, không có lỗi. Không phải làm gì thêm."


def register_notes(load: Row) -> list[str]:
    """How many rows the file has, and where the rejected ones are named."""
    notes = [
        f"Tệp có {number_vi(load['line_count'])} dòng, {number_vi(load['rejected_count'])} dòng bị loại. Các mục dưới "
        "đây tính theo tỉnh và quy tắc, kèm các dòng đầu tiên và một ví dụ."
    ]
    if load["rejected_count"] and load["rejects_file"]:
        name = PurePosixPath(load["rejects_file"]).name
        notes.append(f"Danh sách đầy đủ các dòng bị loại: tệp {name}, hỏi cơ quan tổng hợp.")
    if load["verdict"] == "accepted" and not load["is_latest"]:
        notes.append("Sổ của tháng này đã được thay bằng tệp gửi sau.")
    return notes

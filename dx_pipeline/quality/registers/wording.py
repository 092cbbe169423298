"""What people read about a register's rows: which province, how many rows, which lines, where all of them are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dx_pipeline.periods import month_label
from dx_pipeline.quality.messages import Message, area_name
from dx_pipeline.quality.register_rules import COUNTS_AGREE, REJECTS_WITHIN_LIMIT, VOLUME
from dx_pipeline.quality.registers.profile import UNREADABLE

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

REGISTERS_FOLDER = "warehouse/registers"

# What is wrong with the rows, and what to do.
ROWS: dict[str, Message] = {
    "register_types": Message(
        "có ô không đúng kiểu dữ liệu của cột hoặc thừa, thiếu ô. Đề nghị sửa định dạng ngày, số, cột Có/Không và gửi "
        "lại cả tệp của tháng.",
        "have a cell that is not of its column's type, or too few or too many cells; correct dates, numbers and "
        "yes/no cells and send the whole month again.",
    ),
    "register_codes": Message(
        "có mã không có trong danh mục, hoặc xã không thuộc tỉnh của dòng. Đề nghị sửa mã và gửi lại cả tệp của tháng.",
        "have a code that is not in the catalogue, or a commune of another province; correct the codes and send the "
        "whole month again.",
    ),
    "register_complete": Message(
        "bỏ trống ô bắt buộc. Đề nghị điền đủ và gửi lại cả tệp của tháng.",
        "leave a cell empty that must be filled; fill it in and send the whole month again.",
    ),
    "register_dates": Message(
        "có các mốc thời gian trái thứ tự hoặc không thuộc tháng của tệp. Đề nghị kiểm tra ngày tiếp nhận, hẹn trả, "
        "kết thúc và gửi lại cả tệp của tháng.",
        "have moments out of order or not of the file's month; check when rows were received, due and finished, and "
        "send the whole month again.",
    ),
    "register_agreement": Message(
        "có các ô mâu thuẫn nhau, ví dụ đã có kết quả mà không có ngày kết thúc. Đề nghị sửa và gửi lại cả tệp của "
        "tháng.",
        "contradict themselves, for example a result without the day it was finished; correct them and send the whole "
        "month again.",
    ),
    "register_unique": Message(
        "có mã đã xuất hiện trước đó, trong tệp này hoặc trong sổ của tháng khác. Đề nghị giữ một dòng và gửi lại cả "
        "tệp của tháng.",
        "have a key that stands before, in this file or in another month's register; keep one of them and send the "
        "whole month again.",
    ),
}
# What to do about a province's month, for the page of the rules.
REMEDIES = {
    COUNTS_AGREE: "The load contradicts itself and nothing is replaced: load the file again, and report it if it "
    "happens again.",
    VOLUME: "The rows are kept; check whether the file is complete, and send the month again if it is not.",
    REJECTS_WITHIN_LIMIT: "The province's figures of that file are not taken, those accepted before stay in force; "
    "correct the rows named in the rejects file and send the whole month again.",
}


def register_message(rule: str, row: Mapping[str, Any], catalogue: Catalogue) -> Message:
    """The message for a province's month that broke ``rule``.

    Args:
        rule: The rule's code.
        row: A row of the profile with its load's file names; of a row rule with its lines and example.
        catalogue: For names.
    """
    month = row["period_start"].date()
    label, area = month_label(month), _province(row, catalogue)
    what = _ABOUT_A_MONTH[rule](row) if rule in _ABOUT_A_MONTH else _rows(rule, row)
    return Message(
        f"Tệp {row['file_name']}, {area.vi}, {label.vi}: {what.vi}",
        f"{row['file_name']}, {area.en}, {label.en}: {what.en}",
    )


def _province(row: Mapping[str, Any], catalogue: Catalogue) -> Message:
    if row["province_code"] == UNREADABLE:
        return Message("các dòng không đọc được tỉnh", "rows whose province cannot be read")
    return area_name(row["province_code"], row["period_start"].date(), catalogue)


def _rows(rule: str, row: Mapping[str, Any]) -> Message:
    failed, lines = row["failed_count"], row["lines"]
    example_vi = f"; ví dụ «{row['example']}»" if row["example"] else ""
    example_en = f"; the first of them: {row['example']!r}" if row["example"] else ""
    where_vi = f" (các dòng đầu tiên: {row['first_lines']}{example_vi})" if row["first_lines"] else ""
    where_en = f" (first lines: {row['first_lines']}{example_en})" if row["first_lines"] else ""
    return Message(
        f"{_vi(failed)} trên {_vi(lines)} dòng không được nhận{where_vi}: {ROWS[rule].vi}{_all_vi(row)}",
        f"{_en(failed)} of {_en(lines)} rows are not accepted{where_en}: they {ROWS[rule].en}{_all_en(row)}",
    )


def _all_vi(row: Mapping[str, Any]) -> str:
    return f" Toàn bộ dòng bị loại ở tệp {_rejects(row)}." if row["rejects_file"] else ""


def _all_en(row: Mapping[str, Any]) -> str:
    return f" All rejected rows are in {_rejects(row)}." if row["rejects_file"] else ""


def _rejects(row: Mapping[str, Any]) -> str:
    return f"{REGISTERS_FOLDER}/{row['rejects_file']}"


def _limit(row: Mapping[str, Any]) -> Message:
    share, limit = row["rejected_share"], row["max_rejected_share"]
    if share != share or limit != limit:  # noqa: PLR0124 - NaN
        return Message(
            "không rõ số dòng bị loại nên số liệu không được nhận. Đề nghị nạp lại tệp.",
            "it is not known how many rows were rejected, so its figures are not taken; load the file again.",
        )
    is_all = row["province_code"] == UNREADABLE
    of = row["line_count"] if is_all else row["lines"]
    whose_vi = "cả tệp" if is_all else "tỉnh này và các xã của tỉnh lấy từ tệp"
    whose_en = "the whole file" if is_all else "this province and its communes in the file"
    return Message(
        f"{_vi(row['rejected'])} trên {_vi(of)} dòng bị loại ({_share_vi(share)}; cho phép tối đa "
        f"{_share_vi(limit)}) nên số liệu của {whose_vi} không được nhận; số đã nhận trước đó vẫn có hiệu lực. Đề nghị "
        f"sửa các dòng bị loại và gửi lại cả tệp của tháng.{_all_vi(row)}",
        f"{_en(row['rejected'])} of {_en(of)} rows were rejected ({_share_en(share)}; at most {_share_en(limit)} are "
        f"allowed), so the figures of {whose_en} are not taken and those accepted before stay in force. Correct the "
        f"rejected rows and send the whole month again.{_all_en(row)}",
    )


def _volume(row: Mapping[str, Any]) -> Message:
    rows, before, most = row["rows"], row["rows_before"], row["max_volume_change"]
    return Message(
        f"sổ có {_vi(rows)} dòng được nhận, tháng trước có {_vi(before)} ({_share_vi((rows - before) / before, '+')}; "
        f"bình thường không quá {_share_vi(most)}). Số liệu vẫn được nhận; đề nghị kiểm tra tệp đã đủ chưa và gửi lại "
        "cả tháng nếu thiếu.",
        f"the register has {_en(rows)} accepted rows, the month before had {_en(before)} "
        f"({_share_en((rows - before) / before, '+')}; up to {_share_en(most)} is usual). They are kept; check whether "
        "the file is complete, and send the month again if it is not.",
    )


def _counts(row: Mapping[str, Any]) -> Message:
    difference = row["counts_difference"]
    known = difference == difference  # noqa: PLR0124 - NaN
    by_vi, by_en = (f" (lệch {_vi(difference)} dòng)", f" (by {_en(difference)} rows)") if known else ("", "")
    return Message(
        f"các số đếm của lần nạp mâu thuẫn nhau{by_vi}. Không số liệu nào bị thay thế; đề nghị nạp lại tệp, nếu vẫn "
        "vậy thì báo bộ phận kỹ thuật.",
        f"the counts of the load contradict each other{by_en}. Nothing is replaced; load the file again, and report it "
        "if it happens again.",
    )


_ABOUT_A_MONTH = {REJECTS_WITHIN_LIMIT: _limit, VOLUME: _volume, COUNTS_AGREE: _counts}


def _en(value: float) -> str:
    return f"{value:,.0f}" if value == value else "?"  # noqa: PLR0124 - NaN


def _vi(value: float) -> str:
    return _en(value).replace(",", ".")


def _share_en(value: float, sign: str = "") -> str:
    return f"{value:{sign}.2%}"


def _share_vi(value: float, sign: str = "") -> str:
    return _share_en(value, sign).replace(".", ",")

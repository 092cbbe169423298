"""What people read when a figure is not accepted: where it stands, what was read, what is expected, what to do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.periods import PeriodLabel, month_label, quarter_end, quarter_label

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue


@dataclass(frozen=True, slots=True)
class Message:
    """One message in both languages."""

    vi: str
    en: str


# After "Tệp …, ô …: chỉ tiêu … của … tháng … ghi «…»." and "file, cell: indicator of area, month, reads '…'."
WHAT: dict[str, Message] = {
    "known_area": Message(
        "Mã địa bàn «{area_code}» không có trong danh mục ở thời điểm này. Đề nghị ghi đúng mã, tên tỉnh và gửi lại.",
        "Area {area_code!r} is not in the catalogue on that day; correct the code or name and send the file again.",
    ),
    "known_indicator": Message(
        "Mã chỉ tiêu «{indicator_code}» không có trong danh mục. Đề nghị dùng đúng biểu mẫu và gửi lại.",
        "Indicator {indicator_code!r} is not in the catalogue; use the template's headings and send the file again.",
    ),
    "known_scope": Message(
        "Phạm vi «{scope}» không có trong danh mục. Đề nghị dùng đúng phạm vi trong biểu mẫu và gửi lại.",
        "Scope {scope!r} is not in the catalogue; use a scope of the template and send the file again.",
    ),
    "readable_value": Message(
        "Số liệu không kèm nội dung gốc hoặc vị trí trong tệp nên không truy vết được. Đề nghị gửi lại tệp.",
        "The figure carries no original text or no place in its file, so it cannot be traced; send the file again.",
    ),
    "value_present": Message(
        "Không có giá trị. Đề nghị điền số liệu; nếu không phát sinh thì ghi 0 hoặc «KPS».",
        "There is no value; fill it in, or write 0 or 'KPS' where nothing arose.",
    ),
    "known_status": Message(
        "Trạng thái phải là xanh, vàng hoặc đỏ. Đề nghị chọn lại và gửi lại tệp.",
        "The status must be green, yellow or red; choose one of them and send the file again.",
    ),
    "unique_key": Message(
        "Số liệu này xuất hiện nhiều lần trong cùng một tệp, không rõ lần nào đúng. Đề nghị giữ một dòng và gửi lại.",
        "This figure stands more than once in the file and none is preferred; keep one and send the file again.",
    ),
    "rate_within_0_100": Message(
        "Tỷ lệ phải nằm trong khoảng 0–100 %. Đề nghị kiểm tra tử số, mẫu số, dấu thập phân và gửi lại.",
        "A rate must lie within 0-100 per cent; check its counts and the decimal mark, and send the file again.",
    ),
    "within_bounds": Message(
        "Giá trị phải nằm trong khoảng {minimum_vi} đến {maximum_vi}. Đề nghị kiểm tra đơn vị tính và gửi lại.",
        "The value must lie between {minimum} and {maximum}; check the unit and send the file again.",
    ),
    "count_whole": Message(
        "Số đếm phải là số nguyên. Đề nghị kiểm tra dấu chấm, dấu phẩy và gửi lại.",
        "A count must be a whole number; check the thousands and decimal marks and send the file again.",
    ),
    "count_not_negative": Message(
        "Số đếm không được âm. Đề nghị kiểm tra và gửi lại.",
        "A count cannot be negative; correct it and send the file again.",
    ),
    "numerator_not_above_denominator": Message(
        "Tử số {numerator_vi} lớn hơn mẫu số {denominator_vi}. Đề nghị kiểm tra cả hai số và gửi lại.",
        "The numerator {numerator} is above the denominator {denominator}; check both and send the file again.",
    ),
    "rate_matches_counts": Message(
        "Tỷ lệ lệch {rate_difference_vi} điểm so với {numerator_vi} / {denominator_vi}. Số liệu vẫn được nhận; "
        "đề nghị kiểm tra và gửi lại nếu sai.",
        "The rate is {rate_difference} points off {numerator} / {denominator}; it is kept, check it and send a "
        "correction if it is wrong.",
    ),
    "score_sum": Message(
        "Tổng điểm khác tổng các nhóm ({sum_of_groups_vi}). Số liệu vẫn được nhận; đề nghị kiểm tra.",
        "The total differs from the sum of its groups ({sum_of_groups}); it is kept, check both.",
    ),
    "form_equation": Message(
        "Số này khác {form_sum_vi}, là tổng các cột thành phần theo đẳng thức của biểu. Đề nghị kiểm tra các cột và "
        "gửi lại.",
        "It differs from {form_sum}, the sum of its columns by the form's own equation; check the columns and send "
        "the file again.",
    ),
    "carry_over": Message(
        "Số này khác {carry_vi} của {carry_month_vi} (tệp {carry_file}, {carry_place_vi}): số từ kỳ trước chuyển "
        "sang phải bằng số đang giải quyết cuối kỳ trước. Đề nghị kiểm tra cả hai số và gửi lại tệp sai.",
        "It differs from {carry} of {carry_month} (file {carry_file}, {carry_locator}): what is carried over must "
        "equal what was pending at the end of the period before; check both and send the wrong file again.",
    ),
    "not_below_previous_month": Message(
        "Số này thấp hơn {previous_vi} của {previous_month_vi} (tệp {previous_file}, {previous_place_vi}) trong khi "
        "số lũy kế không được giảm. Đề nghị kiểm tra cả hai số và gửi lại tệp sai; nếu {previous_month_vi} được "
        "sửa, số này sẽ tự động được kiểm tra lại.",
        "It is below {previous} of {previous_month} (file {previous_file}, {previous_locator}), but a cumulative "
        "figure cannot fall; check both and send the wrong file again. If {previous_month} is corrected, this "
        "figure is judged again by itself.",
    ),
    "not_above_next_month": Message(
        "Số này cao hơn {next_vi} của {next_month_vi} (tệp {next_file}, {next_place_vi}) trong khi số lũy kế "
        "không được giảm. Đề nghị kiểm tra cả hai số và gửi lại tệp sai; nếu {next_month_vi} được sửa, số này sẽ "
        "tự động được kiểm tra lại.",
        "It is above {next} of {next_month} (file {next_file}, {next_locator}), but a cumulative figure cannot "
        "fall; check both and send the wrong file again. If {next_month} is corrected, this figure is judged "
        "again by itself.",
    ),
    "stock_fall_without_reason": Message(
        "Số này thấp hơn {previous_vi} của {previous_month_vi} (tệp {previous_file}, {previous_place_vi}) mà "
        "không nêu lý do. Số liệu vẫn được nhận; đề nghị ghi lý do giảm hoặc gửi lại nếu sai.",
        "It is below {previous} of {previous_month} (file {previous_file}, {previous_locator}) and no reason is "
        "given; it is kept, give the reason or send a correction.",
    ),
    # The texts of the rules about outliers are made in outlier_wording.py.
    "unusual_for_its_history": Message(
        "{subject_vi} {change_vi} so với {period_before_vi}; {usual_count} lần thay đổi trước đó thường từ "
        "{usual_low_vi} đến {usual_high_vi} (trung vị {usual_median_vi}). Số liệu vẫn được nhận. {ask_vi}",
        "{subject} {change} on {period_before}; the {usual_count} changes before were mostly between {usual_low} "
        "and {usual_high} (median {usual_median}). It is kept. {ask}",
    ),
    "unusual_among_provinces": Message(
        "{compared_vi}; trong {province_count} tỉnh, thành phố được so sánh, phần lớn từ {province_low_vi} đến "
        "{province_high_vi} (trung vị {province_median_vi}; các tỉnh khác thấp nhất {lowest_vi}, cao nhất "
        "{highest_vi}). Số liệu vẫn được nhận. {ask_vi}",
        "{compared}; of the {province_count} provinces compared most are between {province_low} and "
        "{province_high} (median {province_median}; the others' lowest {lowest}, highest {highest}). It is kept. "
        "{ask}",
    ),
    "same_value_everywhere": Message(
        "{same_count} trong {value_count} tỉnh, thành phố cùng ghi đúng giá trị này. Số liệu vẫn được nhận. "
        "{ask_vi}",
        "{same_count} of {value_count} provinces state exactly this value. It is kept. {ask}",
    ),
}


def figure_message(rule: str, row: Mapping[str, Any], catalogue: Catalogue) -> Message:
    """The message for a figure that broke ``rule``.

    Args:
        rule: The rule's code.
        row: The prepared figure beside its neighbours.
        catalogue: For names.
    """
    month = _day(row["period_start"])
    label = _label(month, row)
    indicator = catalogue.indicators.get(row["indicator_code"])
    area = area_name(row["area_code"], month, catalogue)
    name_vi = indicator.name_vi if indicator else row["indicator_code"]
    name_en = indicator.name_en if indicator else row["indicator_code"]
    what = WHAT[rule]
    facts = _facts(row)
    read = row["raw_text"] if isinstance(row["raw_text"], str) else ""
    has_place = isinstance(row["locator"], str)
    place = place_vi(row["locator"]) if has_place else "không rõ vị trí"
    place_en = row["locator"] if has_place else "place unknown"
    return Message(
        f"Tệp {row['file_name']}, {place}: chỉ tiêu «{name_vi}» của {area.vi}, {label.vi}, ghi "
        f"«{read}». " + what.vi.format_map(facts),
        f"{row['file_name']}, {place_en}: {name_en} ({row['indicator_code']}) of {area.en}, {label.en}, "
        f"reads {read!r}. " + what.en.format_map(facts),
    )


def missing_province_message(month: date, source_code: str, area_code: str, catalogue: Catalogue) -> Message:
    """The message for a province that has sent nothing of a source for a month."""
    label, area = month_label(month), area_name(area_code, month, catalogue)
    source = catalogue.sources[source_code]
    return Message(
        f"{area.vi} chưa có tệp nào của nguồn «{source.name_vi}» cho {label.vi}. Đề nghị nhắc gửi; số liệu cả "
        "nước của kỳ này chưa có tỉnh này.",
        f"No file of {source.name_en} ({source_code}) for {label.en} from {area.en}; ask for it. National figures "
        "of the month do not include it yet.",
    )


def area_name(code: str, day: date, catalogue: Catalogue) -> Message:
    """The area's name; its code as read where the catalogue does not know it."""
    if code == NATION:
        return Message("cả nước", "the whole country")
    unit = catalogue.geography.province(code, day)
    if unit is None:  # the full name of what is no province would be searched for among all names like it
        return Message(str(code), str(code))
    try:
        name = catalogue.geography.full_name_on(code, day)
    except PermanentError:
        return Message(str(code), str(code))
    return Message(name, f"{unit.name_en} ({code})")


def _facts(row: Mapping[str, Any]) -> dict[str, object]:
    facts: dict[str, object] = dict(row)
    numbers = {
        "minimum": "bound_minimum",
        "maximum": "bound_maximum",
        "numerator": "numerator",
        "denominator": "denominator",
        "rate_difference": "rate_difference",
        "sum_of_groups": "sum_of_groups",
        "form_sum": "form_sum",
        "carry": "carry_value",
        "previous": "previous_value",
        "next": "next_value",
    }
    for name, column in numbers.items():
        facts[name] = number_en(row.get(column))
        facts[f"{name}_vi"] = number_vi(row.get(column))
    for name in ("previous_month", "next_month", "carry_month"):
        month = row.get(name)
        label = _label(_day(month), row) if _is_there(month) else None
        facts[name] = label.en if label else ""
        facts[f"{name}_vi"] = label.vi if label else ""
    for name in ("previous", "next", "carry"):
        locator = row.get(f"{name}_locator")
        facts[f"{name}_place_vi"] = place_vi(locator) if isinstance(locator, str) else ""
    return facts


def _label(start: date, row: Mapping[str, Any]) -> PeriodLabel:
    """The month that starts there, or the quarter where the row speaks of one: periods compared are of one length."""
    is_quarter = _day(row["period_end"]) == quarter_end(_day(row["period_start"]))
    return quarter_label(start) if is_quarter else month_label(start)


def _day(value: Any) -> date:
    return value.date() if hasattr(value, "date") else value


def _is_there(value: Any) -> bool:
    return value is not None and value == value  # noqa: PLR0124 - NaN and NaT differ from themselves


def number_en(value: Any) -> str:
    """A number as English writes it, with up to four decimals; ``any`` where there is none."""
    if not _is_there(value):
        return "any"
    text = f"{float(value):,.4f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def number_vi(value: Any) -> str:
    """The same as Vietnamese writes it."""
    if not _is_there(value):
        return "bất kỳ"
    return number_en(value).translate(str.maketrans(",.", ".,"))

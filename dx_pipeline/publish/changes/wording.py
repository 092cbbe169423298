"""Why a change waits or passes, and what kind of change it is, in both languages."""

from __future__ import annotations

from typing import NamedTuple


class Text(NamedTuple):
    """The same in Vietnamese and English."""

    vi: str
    en: str


HELD = ("gone", "status", "beyond_limit")
DECISION_OF = {"restated": "covered", "follows_provinces": "follows", "follows_months": "follows"}

REASONS: dict[str, Text] = {
    "gone": Text("đã công bố, nay không còn", "was published and is published no longer"),
    "status": Text("trạng thái đã công bố thay đổi", "a published status changes"),
    "beyond_limit": Text("thay đổi vượt ngưỡng", "moves beyond its limit"),
    "restated": Text("có điều chỉnh đã được phê duyệt", "an approved restatement covers it"),
    "within_limit": Text("trong ngưỡng", "within its limit"),
    "added": Text("số liệu mới", "a new figure"),
    "metadata": Text(
        "số liệu không đổi, chỉ đổi thông tin mô tả", "the figure is the same, what describes it is not"
    ),
    "follows_provinces": Text(
        "tính lại từ số liệu tỉnh hoặc tháng, đã xét ở đó",
        "compiled from provinces or months, which are judged themselves",
    ),
    "follows_months": Text(
        "tính lại từ số liệu tháng, đã xét ở đó", "compiled from months, which are judged themselves"
    ),
    "more_provinces": Text("thêm tỉnh có số liệu", "rests on more provinces now"),
    "sample_replaced": Text("số liệu thật thay số liệu mẫu", "a real figure in place of a sample"),
    "later_day": Text("số liệu của ngày muộn hơn trong kỳ", "speaks of a later day of the same period"),
}

CHANGES: dict[str, Text] = {
    "added": Text("mới", "added"),
    "gone": Text("không còn", "gone"),
    "changed": Text("thay đổi", "changed"),
    "metadata": Text("chỉ đổi mô tả", "described otherwise"),
}

DECISIONS: dict[str, Text] = {
    "held": Text("chờ chấp nhận", "held"),
    "covered": Text("đã điều chỉnh", "covered"),
    "accepted": Text("đã chấp nhận", "accepted"),
    "follows": Text("theo số liệu gốc", "follows"),
    "passes": Text("được công bố", "passes"),
}

TABLES: dict[str, Text] = {
    "mart.province_monthly": Text("Tỉnh, theo tháng", "Provinces per month"),
    "mart.national_monthly": Text("Cả nước, theo tháng", "Nation per month"),
    "mart.province_quarterly": Text("Tỉnh, theo quý", "Provinces per quarter"),
    "mart.national_quarterly": Text("Cả nước, theo quý", "Nation per quarter"),
    "mart.digital_signature_adoption": Text("Chữ ký số", "Digital signatures"),
}

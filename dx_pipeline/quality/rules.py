"""The rules as data: what each one says, which figures it looks at and which expectations make it up.

Nothing heavy is imported here: Dagster's check specs are made from ``all_rules()`` when definitions load.
The columns that rules speak of are made in ``columns.py``; Great Expectations comes in with ``suites.py``.
"""

from __future__ import annotations

from functools import cache

from dx_pipeline.quality.outlier_rules import OUTLIER_RULES
from dx_pipeline.quality.register_rules import REGISTER_RULES
from dx_pipeline.quality.rule import Expectation, Rule, Severity, Stage, between, not_above, one_of, present
from dx_pipeline.quality.set_rules import SET_RULES

__all__ = ["Rule", "all_rules", "rule_of_unread_cell", "rules_by_code", "rules_of"]

KEY = (
    "indicator_code",
    "area_code",
    "scope",
    "period_start",
    "period_end",
    "period_basis",
    "accumulates_from",
    "source_code",
    "source_url",
)
FILE = ("file_sha256", "vintage_at")  # the same bytes may come, or be loaded, again
RATE_TOLERANCE = 0.05
SUM_TOLERANCE = 0.01
FLOAT_NOISE = 1e-6
STATUSES = ("green", "yellow", "red")

_IDENTITY_RULES: tuple[Rule, ...] = (
    Rule(
        code="known_area",
        title_vi="Địa bàn có trong danh mục tại thời điểm số liệu",
        title_en="The area is in the catalogue on the day the figure speaks of",
        others=("known_area_code",),
        expectations=(present("known_area_code"),),
    ),
    Rule(
        code="known_indicator",
        title_vi="Chỉ tiêu có trong danh mục",
        title_en="The indicator is in the catalogue",
        others=("known_indicator_code",),
        expectations=(present("known_indicator_code"),),
    ),
    Rule(
        code="known_scope",
        title_vi="Phạm vi cơ quan có trong danh mục",
        title_en="The scope is in the catalogue",
        others=("known_scope_code",),
        expectations=(present("known_scope_code"),),
    ),
    Rule(
        code="readable_value",
        title_vi="Ô số liệu đọc được và hiểu được một cách duy nhất",
        title_en="The cell can be read, in one way only, and found again",
        others=("raw_text", "locator"),
        expectations=(present("raw_text"), present("locator")),
    ),
    Rule(
        code="value_present",
        title_vi="Có giá trị (hoặc màu, với chỉ tiêu trạng thái)",
        title_en="There is a value, or a colour for a status indicator",
        others=("stated_value",),
        expectations=(present("stated_value"),),
    ),
    Rule(
        code="known_status",
        title_vi="Trạng thái là xanh, vàng hoặc đỏ",
        title_en="The status is green, yellow or red",
        applies_to="has_status",
        others=("status",),
        expectations=(present("status"), one_of("status", *STATUSES)),
    ),
    Rule(
        code="unique_key",
        title_vi="Mỗi số liệu chỉ xuất hiện một lần trong một tệp",
        title_en="A figure stands only once in a file",
        others=(*KEY, *FILE),
        expectations=(
            Expectation(
                "expect_compound_columns_to_be_unique",
                {"column_list": [*KEY, *FILE], "ignore_row_if": "never"},
            ),
        ),
    ),
)


_VALUE_RULES: tuple[Rule, ...] = (
    Rule(
        code="rate_within_0_100",
        title_vi="Tỷ lệ nằm trong khoảng 0-100 %",
        title_en="A rate lies within 0-100 per cent",
        applies_to="has_rate_value",
        numbers=("value",),
        expectations=(present("value"), between("value", min_value=0, max_value=100)),
    ),
    Rule(
        code="within_bounds",
        title_vi="Giá trị nằm trong giới hạn của chỉ tiêu",
        title_en="The value lies within the indicator's bounds",
        applies_to="has_bounded_value",
        numbers=("value", "bound_minimum", "bound_maximum"),
        expectations=(
            present("value"),
            not_above("bound_minimum", "value"),
            not_above("value", "bound_maximum"),
        ),
    ),
    Rule(
        code="count_whole",
        title_vi="Số đếm là số nguyên",
        title_en="A count is a whole number",
        applies_to="has_whole_numbers",
        numbers=("largest_fraction",),
        expectations=(present("largest_fraction"), between("largest_fraction", max_value=FLOAT_NOISE)),
    ),
    Rule(
        code="count_not_negative",
        title_vi="Số đếm không âm",
        title_en="A count is not negative",
        applies_to="has_counts",
        numbers=("smallest_count",),
        expectations=(present("smallest_count"), between("smallest_count", min_value=0)),
    ),
    Rule(
        code="numerator_not_above_denominator",
        title_vi="Tử số không lớn hơn mẫu số",
        title_en="The numerator is not above the denominator",
        applies_to="has_both_parts",
        numbers=("numerator", "denominator"),
        expectations=(
            present("numerator"),
            present("denominator"),
            not_above("numerator", "denominator"),
        ),
    ),
    Rule(
        code="rate_matches_counts",
        severity="WARN",
        title_vi="Tỷ lệ khớp với tử số và mẫu số (sai số 0,05 điểm phần trăm)",
        title_en="The stated rate equals its own counts within 0.05 points",
        applies_to="has_rate_and_parts",
        numbers=("rate_difference",),
        expectations=(
            present("rate_difference"),
            between("rate_difference", max_value=RATE_TOLERANCE + FLOAT_NOISE),
        ),
    ),
    Rule(
        code="score_sum",
        severity="WARN",
        title_vi="Tổng điểm bằng tổng các nhóm (sai số 0,01)",
        title_en="A total equals the sum of its groups within 0.01",
        applies_to="has_all_groups",
        numbers=("sum_difference",),
        expectations=(
            present("sum_difference"),
            between("sum_difference", max_value=SUM_TOLERANCE + FLOAT_NOISE),
        ),
    ),
)


_FORM_RULES: tuple[Rule, ...] = (
    Rule(
        code="form_equation",
        title_vi="Các cột của biểu mẫu thỏa các đẳng thức in trên biểu",
        title_en="The form's columns satisfy the equations printed on it",
        applies_to="has_form_equation",
        numbers=("form_difference",),
        expectations=(present("form_difference"), between("form_difference", max_value=FLOAT_NOISE)),
    ),
    Rule(
        code="total_matches_parts",
        severity="WARN",
        title_vi="Dòng tổng cộng bằng tổng các dòng chi tiết",
        title_en="A total's row equals the sum of its rows",
        stage="reading",
    ),
    Rule(
        code="complete_form",
        severity="WARN",
        title_vi="Biểu mẫu đủ trang và đủ cột",
        title_en="No sheet and no heading of the form is missing",
        stage="reading",
    ),
)


_NEIGHBOUR_RULES: tuple[Rule, ...] = (
    Rule(
        code="carry_over",
        title_vi="Số từ kỳ trước chuyển sang bằng số đang giải quyết cuối kỳ trước",
        title_en="What is carried over equals what was pending at the end of the period before",
        stage="neighbour",
        applies_to="has_carry",
        numbers=("value", "carry_value"),
        expectations=(
            present("value"),
            present("carry_value"),
            not_above("value", "carry_value"),
            not_above("carry_value", "value"),
        ),
    ),
    Rule(
        code="not_below_previous_month",
        title_vi="Số lũy kế không thấp hơn kỳ trước",
        title_en="A cumulative figure is not below the month before",
        stage="neighbour",
        applies_to="has_previous",
        numbers=("value", "previous_value"),
        expectations=(
            present("value"),
            present("previous_value"),
            not_above("previous_value", "value"),
        ),
    ),
    Rule(
        code="not_above_next_month",
        title_vi="Số lũy kế không cao hơn kỳ sau",
        title_en="A cumulative figure is not above the month after",
        stage="neighbour",
        applies_to="has_next",
        numbers=("value", "next_value"),
        expectations=(present("value"), present("next_value"), not_above("value", "next_value")),
    ),
    Rule(
        code="stock_fall_without_reason",
        severity="WARN",
        title_vi="Số hiện có giảm so với kỳ trước thì cần nêu lý do",
        title_en="A stock that falls comes with a reason",
        stage="neighbour",
        applies_to="has_previous_stock",
        numbers=("unexplained_fall",),
        expectations=(present("unexplained_fall"), between("unexplained_fall", max_value=0)),
    ),
)


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, in the order in which people read them."""
    return (
        *_IDENTITY_RULES,
        *_VALUE_RULES,
        *_FORM_RULES,
        *_NEIGHBOUR_RULES,
        *OUTLIER_RULES,
        *REGISTER_RULES,
        *SET_RULES,
    )


@cache
def rules_by_code() -> dict[str, Rule]:
    """Every rule by its code."""
    return {rule.code: rule for rule in all_rules()}


def rules_of(*stages: Stage, severity: Severity | None = None) -> tuple[Rule, ...]:
    """The rules of some stages, of one severity or of both."""
    return tuple(rule for rule in all_rules() if rule.stage in stages and severity in (None, rule.severity))


def rule_of_unread_cell(code: str) -> str:
    """The rule a reader's code counts for: its own where there is one, else that a cell must be readable."""
    return code if code in rules_by_code() else "readable_value"

"""The rules of large registers as data: about their rows, counted by the load, and about a province's month.

The rows stay in Parquet: what is judged is a profile with a row per load and province, made in ``registers/``.
"""

from __future__ import annotations

from dx_pipeline.quality.rule import Rule, between, not_above, present

REJECTS_WITHIN_LIMIT = "register_rejects_within_limit"
COUNTS_AGREE = "register_counts_agree"
VOLUME = "register_volume"


def _row_rule(code: str, title_vi: str, title_en: str) -> Rule:
    """A rule about single rows: none of a province's rows breaks it."""
    failed = failed_column(code)
    return Rule(
        code=code,
        title_vi=title_vi,
        title_en=title_en,
        stage="register",
        applies_to="has_rows",
        numbers=(failed,),
        expectations=(present(failed), between(failed, min_value=0, max_value=0)),
    )


def failed_column(code: str) -> str:
    """The profile's column with the rows that broke a rule."""
    return f"{code}_failed"


def evaluated_column(code: str) -> str:
    """The profile's column with the rows a rule looked at."""
    return f"{code}_evaluated"


ROW_RULES: tuple[Rule, ...] = (
    _row_rule(
        "register_types",
        "Mỗi dòng của sổ đủ ô và mỗi ô đúng kiểu dữ liệu của cột",
        "A register's row has its cells, and each is of its column's type",
    ),
    _row_rule(
        "register_codes",
        "Mã trong sổ có trong danh mục và xã thuộc đúng tỉnh của dòng",
        "A register's codes are known, and a commune belongs to the row's province",
    ),
    _row_rule(
        "register_complete",
        "Các ô bắt buộc của sổ không bỏ trống",
        "No cell of a register that must be filled is empty",
    ),
    _row_rule(
        "register_dates",
        "Các mốc thời gian trong sổ đúng thứ tự và thuộc tháng của tệp",
        "A register's moments are in order and in the month of the file",
    ),
    _row_rule(
        "register_agreement",
        "Các ô trong một dòng của sổ không mâu thuẫn nhau",
        "The cells of a register's row do not contradict each other",
    ),
    _row_rule(
        "register_unique",
        "Mỗi mã chỉ xuất hiện một lần trong sổ của mọi tháng",
        "A register's key stands once in all months",
    ),
)

REGISTER_RULES: tuple[Rule, ...] = (
    *ROW_RULES,
    Rule(
        code=COUNTS_AGREE,
        title_vi="Các số đếm của lần nạp sổ khớp nhau",
        title_en="The counts of a register's load agree with each other",
        stage="register",
        numbers=("counts_difference",),
        expectations=(present("counts_difference"), between("counts_difference", min_value=0, max_value=0)),
    ),
    Rule(
        code=VOLUME,
        severity="WARN",
        title_vi="Số dòng của tỉnh trong sổ không thay đổi bất thường so với tháng trước",
        title_en="A province's rows of a register do not change unusually on the month before",
        stage="register",
        applies_to="has_rows_before",
        numbers=("volume_change", "max_volume_change"),
        expectations=(
            present("volume_change"),
            present("max_volume_change"),
            not_above("volume_change", "max_volume_change"),
        ),
    ),
    Rule(
        code=REJECTS_WITHIN_LIMIT,
        title_vi="Tỷ lệ dòng bị loại của tỉnh trong sổ nằm trong giới hạn",
        title_en="The share of a province's rejected rows of a register is within the limit",
        applies_to="has_register",
        numbers=("rejected_share", "max_rejected_share"),
        expectations=(
            present("rejected_share"),
            present("max_rejected_share"),
            not_above("rejected_share", "max_rejected_share"),
        ),
        is_told_by_figure=False,
    ),
)

"""The rules over a month and source as a whole, and over what the office itself approved."""

from __future__ import annotations

from dx_pipeline.quality.rule import Rule, between, not_above, one_of, present

SET_RULES: tuple[Rule, ...] = (
    Rule(
        code="restatement_fits",
        title_vi="Điều chỉnh đã phê duyệt khớp với giá trị tìm thấy",
        title_en="An approved restatement finds the value that it expects",
        stage="restatement",
        applies_to="has_found",
        numbers=("expected_value", "found_value"),
        expectations=(
            present("found_value"),
            not_above("found_value", "expected_value"),
            not_above("expected_value", "found_value"),
        ),
    ),
    Rule(
        code="provinces_complete",
        severity="WARN",
        title_vi="Mọi tỉnh được chờ đợi đều đã gửi tệp",
        title_en="Every expected province has sent a file",
        stage="month",
        others=("has_file",),
        expectations=(one_of("has_file", True),),
    ),
    Rule(
        code="rejected_share_within_limit",
        title_vi="Tỷ lệ số liệu bị loại trong giới hạn",
        title_en="The share of rejected figures is within the limit",
        stage="table",
        numbers=("rejected_share", "max_rejected_share"),
        expectations=(present("rejected_share"), not_above("rejected_share", "max_rejected_share")),
    ),
    Rule(
        code="missing_provinces_within_limit",
        title_vi="Tỷ lệ tỉnh thiếu số liệu trong giới hạn",
        title_en="The share of missing provinces is within the limit",
        stage="table",
        numbers=("missing_share", "max_missing_share"),
        expectations=(present("missing_share"), not_above("missing_share", "max_missing_share")),
    ),
    Rule(
        code="has_figures",
        title_vi="Nguồn đã gửi tệp thì phải có số liệu được chấp nhận",
        title_en="A source that sent files has accepted figures",
        stage="table",
        numbers=("accepted_count",),
        expectations=(present("accepted_count"), between("accepted_count", min_value=1)),
    ),
)

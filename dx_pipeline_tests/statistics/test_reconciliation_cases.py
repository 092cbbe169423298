"""Contradictions, roundings and bases that were really published, put in as bulletin lines: each gets its kind."""

from __future__ import annotations

from datetime import date

import pytest

from dx_pipeline_tests.statistics.bulletin_world import only, own, reconciled


def line(indicator, area, value, month="2025-09-01", **others):
    return {"period_start": month, "area_code": area, "indicator_code": indicator, "value": value, **others}


def groups(total, *values, codes):
    return [
        line("S766_TOTAL", "14", total),
        *(line(f"S766_{code}", "14", value) for code, value in zip(codes, values, strict=True)),
    ]


SIX = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH")
FIVE = ("CKMB", "TDGQ", "ONLINE22", "MDHL", "MDSH")

WITHIN = [
    pytest.param(
        [line("DOS_ONTIME_RATE", "66", "98,1", numerator=98_700, denominator=100_000)],
        "own_counts", "contradiction_within_source", ("98,1", "98,7", "0,6"), id="dak_lak_98_1_against_98_70",
    ),
    pytest.param(
        [line("DOS_ONTIME_RATE", "66", "98,9", numerator=98_990, denominator=100_000)],
        "own_counts", "rounding", ("98,9", "98,99", "cắt bớt"), id="dak_lak_98_9_is_truncated",
    ),
    pytest.param(
        [
            line("DOS_ONTIME_RATE", "66", "98,1"),
            line("DOS_DONE_ONTIME_CNT", "66", 98_700),
            line("DOS_DONE_CNT", "66", 100_000),
        ],
        "own_counts", "contradiction_within_source", ("98.700/100.000",), id="counts_on_lines_of_their_own",
    ),
    pytest.param(
        [line("PS_FULL_SHARE", "Hưng Yên", "59,6", "2025-03-01", numerator=951, denominator=1834)],
        "own_counts", "contradiction_within_source", ("59,6", "951/1.834", "51,8539"),
        id="hung_yen_59_6_against_951_of_1834",
    ),
    pytest.param(
        [line("KH02_COMMUNE_GREEN_RATE", "Cả nước", "59,7", "2025-07-01", numerator=1981, denominator=3321)],
        "own_counts", "reconciled", ("59,7", "1.981/3.321"), id="1981_of_3321_is_59_7",
    ),
    pytest.param(
        [
            line("DOS_RECV_CNT", "01", 531_269), line("DOS_RECV_ONLINE_CNT", "01", 500_000),
            line("DOS_RECV_DIRECT_CNT", "01", 31_000), line("DOS_RECV_POST_CNT", "01", 267),
        ],
        "parts", "contradiction_within_source", ("531.269", "531.267", "-2"), id="ha_noi_channels",
    ),
    pytest.param(
        groups("86,94", "15", "18,63", "17", "16", "17", codes=FIVE),
        "parts", "contradiction_within_source", ("86,94", "83,63", "-3,31"), id="son_la_five_groups",
    ),
    pytest.param(
        groups("60,01", *["10"] * 6, codes=SIX), "parts", "reconciled", ("60,01",), id="six_groups_within_a_hundredth",
    ),
    pytest.param(
        groups("60,03", *["10,00"] * 6, codes=SIX), "parts", "rounding", ("60,03",), id="six_groups_each_rounded",
    ),
    pytest.param(
        [
            line("TASK_ASSIGNED_CNT", "VN", 679, scope="government_register"),
            line("TASK_DONE_CNT", "VN", 270, scope="government_register"),
            line("TASK_INPROG_CNT", "VN", 382, scope="government_register"),
            line("TASK_OVERDUE_CNT", "VN", 27, scope="government_register"),
        ],
        "parts", "reconciled", ("679", "TASK_OVERDUE_CNT 27"), id="679_tasks",
    ),
    pytest.param(
        [
            line("DSIG_CERT_CNT", "VN", "12,44 triệu", "2025-02-01", as_of="2025-02-21", source_url="https://a.vn"),
            line("DSIG_CERT_CNT", "VN", "11 triệu", "2025-03-01", source_url="https://b.vn"),
        ],
        "other_publication", "contradiction_within_source", ("11.000.000", "12.440.000", "21/02/2025"),
        id="certificates_that_only_grow_fall",
    ),
    pytest.param(
        [
            line("DSIG_CERT_CNT", "VN", "12,44 triệu", source_url="https://a.vn"),
            line("DSIG_CERT_CNT", "VN", "11 triệu", source_url="https://b.vn"),
        ],
        "other_publication", "contradiction_within_source", ("12.440.000", "11.000.000"), id="two_totals_of_one_month",
    ),
    pytest.param(
        [
            line("DSIG_CERT_CNT", "VN", "12,44 triệu", source_url="https://a.vn"),
            line("DSIG_CERT_CNT", "VN", "hơn 12 triệu", source_url="https://b.vn"),
        ],
        "other_publication", "reconciled", ("hơn 12.000.000",), id="more_than_12_million_is_no_contradiction",
    ),
    pytest.param(
        [
            line("DOS_RECV_CNT", "VN", "14,5 triệu", accumulates_from="2025-07-01", as_of="2025-09-28", source_url="a"),
            line("DOS_RECV_CNT", "VN", "14,9 triệu", accumulates_from="2025-07-01", as_of="2025-09-30", source_url="b"),
        ],
        "other_publication", "other_basis", ("28/09/2025", "30/09/2025"), id="of_two_days",
    ),
    pytest.param(
        [line("KH02_GREEN_PROV_CNT", "VN", 1), line("KH02_STATUS", "44", "xanh"), line("KH02_STATUS", "01", "Xanh")],
        "parts", "contradiction_within_source", ("xanh",), id="more_green_provinces_than_the_count",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "comparison", "outcome", "words"), WITHIN)
def test_what_publications_say_of_themselves(tmp_path, lines, comparison, outcome, words):
    row = only(reconciled(lines, tmp_path), comparison=comparison)
    assert row["outcome"] == outcome
    assert row["is_reconciled"] is (outcome == "reconciled")
    for word in words:
        assert word in row["explanation_vi"]
    assert row["explanation_en"]


ANY_RATE = line("DOS_ONLINE_RATE", "44", "72,6")
AGAINST = [
    pytest.param(ANY_RATE, [own("DOS_ONLINE_RATE", "44", 72.63, "2025-09")], "reconciled", "72,63", id="half_a_digit"),
    pytest.param(
        ANY_RATE, [own("DOS_ONLINE_RATE", "44", 72.69, "2025-09")], "rounding", "cắt bớt", id="truncated",
    ),
    pytest.param(
        ANY_RATE, [own("DOS_ONLINE_RATE", "44", 72.52, "2025-09")], "rounding", "-0,08", id="rounded_up_too_far",
    ),
    pytest.param(ANY_RATE, [own("DOS_ONLINE_RATE", "44", 74.0, "2025-09")], "difference", "chưa rõ", id="unexplained"),
    pytest.param(
        ANY_RATE,
        [own("DOS_ONLINE_RATE", "44", 74.0, "2025-09"), own("DOS_ONLINE_RATE", "44", 72.6, "2025-08")],
        "other_basis", "tháng 8/2025", id="the_month_before",
    ),
    pytest.param(
        ANY_RATE,
        [
            own("DOS_ONLINE_RATE", "44", 74.0, "2025-09"),
            own("DOS_ONLINE_RATE", "44", 72.6, "2025-09", period_basis="government_report"),
        ],
        "other_basis", "kỳ báo cáo", id="the_other_period_basis",
    ),
    pytest.param(
        ANY_RATE,
        [own("DOS_ONLINE_RATE", "44", 72.6, "2025-09", accumulates_from=date(2025, 7, 1))],
        "other_basis", "lũy kế từ 01/07/2025", id="cumulative_from_another_day",
    ),
    pytest.param(
        ANY_RATE,
        [own("DOS_ONLINE_RATE", "44", 83.0, "2025-09"), own("DOS_FULL_RATE", "44", 72.61, "2025-09")],
        "other_denominator", "DOS_FULL_RATE", id="the_other_online_rate",
    ),
    pytest.param(
        ANY_RATE,
        [
            own("DOS_ONLINE_RATE", "44", 80.0, "2025-09", numerator=726.0, denominator=907.5),
            own("DOS_RECV_INCL_CARRIED_CNT", "44", 1000, "2025-09"),
        ],
        "other_denominator", "DOS_RECV_INCL_CARRIED_CNT", id="over_received_with_carry_over",
    ),
    pytest.param(
        line("DOS_RECV_CNT", "44", 1000),
        [own("DOS_RECV_CNT", "44", 900, "2025-09"), own("DOS_RECV_INCL_CARRIED_CNT", "44", 1000, "2025-09")],
        "other_basis", "DOS_RECV_INCL_CARRIED_CNT", id="received_with_carry_over",
    ),
    pytest.param(
        line("DSIG_CERT_CNT", "44", 150, as_of="2025-09-20"),
        [own("DSIG_CERT_CNT", "44", 100, "2025-08"), own("DSIG_CERT_CNT", "44", 200, "2025-09")],
        "other_basis", "31/08/2025", id="of_a_day_between_two_of_ours",
    ),
    pytest.param(
        ANY_RATE, [own("DOS_ONLINE_RATE", "44", 74.0, "2025-09", is_sample=True)], "no_own_figure", "dữ liệu mẫu",
        id="a_sample_contradicts_nobody",
    ),
    pytest.param(
        ANY_RATE, [own("DOS_ONLINE_RATE", "44", 72.6, "2025-09", is_sample=True)], "reconciled", "dữ liệu mẫu",
        id="a_sample_that_agrees_is_said",
    ),
    pytest.param(
        ANY_RATE, [own("DOS_ONLINE_RATE", "44", 80.0, "2025-03")], "no_own_figure", "tháng 3/2025", id="nearest_month",
    ),
    pytest.param(
        ANY_RATE, [own("DOS_ONLINE_RATE", "44", 80.0, "2025-09", scope="commune_level")], "no_own_figure", "Cấp xã",
        id="nearest_scope",
    ),
    pytest.param(
        ANY_RATE, [own("DOS_ONLINE_RATE", "44", 72.6, "2025-08", is_sample=True)], "no_own_figure", "tháng 8/2025",
        id="a_sample_of_another_month_explains_nothing",
    ),
    pytest.param(
        line("CDT_MEMBER_CNT", "44", "hơn 8.130"), [own("CDT_MEMBER_CNT", "44", 9000, "2025-08")], "no_own_figure",
        "tháng 8/2025", id="a_bound_fits_too_much_to_explain",
    ),
    pytest.param(ANY_RATE, [], "no_own_figure", "Không có số tự tính nào", id="nothing"),
    pytest.param(
        line("CDT_MEMBER_CNT", "44", "hơn 8.130"), [own("CDT_MEMBER_CNT", "44", 8135, "2025-09")], "reconciled",
        "hơn 8.130", id="more_than",
    ),
    pytest.param(
        line("DOS_RECV_CNT", "44", "7,5 triệu"), [own("DOS_RECV_CNT", "44", 7_512_345, "2025-09")], "reconciled",
        "7.512.345", id="a_multiple_is_printed_to_its_last_digit",
    ),
    pytest.param(
        line("PS_FULL_CNT", "Quảng Trị", 973, "2025-05-01"),
        [own("PS_FULL_CNT", "45", 973, "2025-05"), own("PS_FULL_CNT", "44", 5, "2025-05")],
        "reconciled", "973", id="an_old_province_before_the_merger",
    ),
    pytest.param(
        line("DOS_RECV_CNT", "44", 60, "2025-07-01", period_end="2025-09-30"),
        [own("DOS_RECV_CNT", "44", 10 * number, f"2025-0{6 + number}") for number in (1, 2, 3)],
        "reconciled", "60", id="a_quarter_against_its_months",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("published", "ours", "outcome", "word"), AGAINST)
def test_against_our_own(tmp_path, published, ours, outcome, word):
    row = only(reconciled([published], tmp_path, ours), comparison="own_figure")
    assert (row["outcome"], word in row["explanation_vi"]) == (outcome, True), row["explanation_vi"]
    assert row["is_reconciled"] is (None if outcome == "no_own_figure" else outcome == "reconciled")


def test_a_change_is_held_to_the_change_of_our_own(tmp_path):
    ours = [
        own("DSIG_ADULT_RATE", "44", 34.91, "2025-07", numerator=3491, denominator=10000),
        own("DSIG_ADULT_RATE", "44", 36.11, "2025-08", numerator=3611, denominator=10000),
        own("DSIG_CERT_CNT", "44", 1000, "2025-07"),
        own("DSIG_CERT_CNT", "44", 1034, "2025-08"),
    ]
    lines = [
        line("DSIG_ADULT_CHG_PP", "VN", "1,2", "2025-08-01"),
        line("DSIG_CERT_MOM", "VN", "3,4%", "2025-08-01"),
    ]
    rows = reconciled(lines, tmp_path, ours)
    points = only(rows, indicator_code="DSIG_ADULT_CHG_PP", comparison="own_figure")
    growth = only(rows, indicator_code="DSIG_CERT_MOM", comparison="own_figure")
    assert (points["outcome"], points["own_value"]) == ("reconciled", pytest.approx(1.2))
    assert (growth["outcome"], growth["own_value"]) == ("reconciled", pytest.approx(3.4))


def provinces():
    from dx_pipeline.catalogue.loading import load_catalogue

    return [unit.code for unit in load_catalogue().geography.provinces_on(date(2025, 9, 1))]


@pytest.mark.parametrize(
    ("rank", "area", "outcome", "word"),
    [
        pytest.param(1, "01", "reconciled", "1 trong 34", id="first"),
        pytest.param(2, "04", "reconciled", "từ 2 đến 3", id="tied_second"),
        pytest.param(3, "08", "reconciled", "từ 2 đến 3", id="tied_and_called_third"),
        pytest.param(4, "08", "contradiction_within_source", "từ 2 đến 3", id="beyond_the_tie"),
        pytest.param(4, "11", "reconciled", "4 trong 34", id="competition_rank_skips"),
    ],
)
def test_a_rank_is_recomputed(tmp_path, rank, area, outcome, word):
    values = dict(zip(provinces(), (90, 80, 80, 70, *range(30)), strict=True))
    scores = [line("S766_TOTAL", code, value) for code, value in values.items()]
    rows = reconciled([*scores, line("S766_RANK", area, rank, denominator=34)], tmp_path)
    row = only(rows, comparison="recomputed_rank")
    assert (row["outcome"], word in row["explanation_vi"]) == (outcome, True), row["explanation_vi"]


def test_a_rank_among_few_known_values_is_bounded(tmp_path):
    scores = [line("S766_TOTAL", "01", 90), line("S766_TOTAL", "04", 80)]
    low = only(reconciled([*scores, line("S766_RANK", "04", 20)], tmp_path), comparison="recomputed_rank")
    first = only(reconciled([*scores, line("S766_RANK", "04", 1)], tmp_path), comparison="recomputed_rank")
    assert (low["outcome"], first["outcome"]) == ("no_own_figure", "contradiction_within_source")


def test_a_rank_by_a_rate_goes_by_its_direction_and_says_sample(tmp_path):
    ours = [
        own("DOS_ONLINE_RATE", code, 50 + n, "2025-09", is_sample=True) for n, code in enumerate(provinces())
    ]
    right = only(
        reconciled([line("DOS_ONLINE_RANK", provinces()[-1], 1)], tmp_path, ours),
        comparison="recomputed_rank",
    )
    wrong = only(
        reconciled([line("DOS_ONLINE_RANK", provinces()[-1], 9)], tmp_path, ours),
        comparison="recomputed_rank",
    )
    assert (right["outcome"], right["own_is_sample"]) == ("reconciled", True)
    assert (wrong["outcome"], wrong["is_reconciled"]) == ("no_own_figure", None)


def test_a_published_figure_that_a_rule_rejects_is_listed_with_the_reason(tmp_path):
    lines = [
        line("DSIG_CERT_CNT", "VN", "12,44 triệu", "2025-02-01", source_url="https://a.vn"),
        line("DSIG_CERT_CNT", "VN", "11 triệu", "2025-03-01", source_url="https://b.vn"),
    ]
    rows = reconciled(lines, tmp_path, is_judged=True)
    refused = [row for row in rows if not row["is_accepted"]]
    assert {row["published_value"] for row in refused} == {11_000_000}
    contradiction = only(rows, comparison="other_publication")
    assert contradiction["outcome"] == "contradiction_within_source"
    assert "không được đưa vào số liệu" in contradiction["explanation_vi"]
    assert "12.440.000" in contradiction["explanation_vi"]


def test_two_numbers_of_one_article_for_one_figure_are_both_listed(tmp_path):
    lines = [line("DOS_ONTIME_RATE", "66", "98,1"), line("DOS_ONTIME_RATE", "66", "98,9")]
    rows = reconciled(lines, tmp_path, is_judged=True)
    assert {row["published_value"] for row in rows} == {98.1, 98.9}
    assert only(rows, comparison="other_publication")["outcome"] == "contradiction_within_source"
    assert not any(row["is_accepted"] for row in rows)


def test_contradictions_pass_the_gates_and_are_kept(tmp_path):
    lines = [
        line("DOS_ONTIME_RATE", "66", "98,1", numerator=98_700, denominator=100_000),
        line("TASK_ASSIGNED_CNT", "VN", 680, scope="government_register"),
        line("TASK_DONE_CNT", "VN", 270, scope="government_register"),
        line("TASK_INPROG_CNT", "VN", 382, scope="government_register"),
        line("TASK_OVERDUE_CNT", "VN", 27, scope="government_register"),
    ]
    rows = reconciled(lines, tmp_path, is_judged=True)
    assert all(row["is_accepted"] for row in rows)
    assert only(rows, comparison="own_counts")["outcome"] == "contradiction_within_source"
    assert only(rows, comparison="parts")["difference"] == -1


def test_the_key_is_unique_and_every_line_has_a_row(tmp_path):
    lines = [item for case in WITHIN for item in case.values[0]]
    names = (
        "indicator_code",
        "area_code",
        "scope",
        "period_start",
        "published_locator",
        "comparison",
        "compared_with",
    )
    files = [case.values[0] for case in WITHIN]
    rows = reconciled(files, tmp_path)
    assert len({tuple(row[name] for name in names) for row in rows}) == len(rows)
    assert len({row["published_locator"] for row in rows}) == len(lines)
    assert all(row["outcome"] and row["explanation_vi"] and row["explanation_en"] for row in rows)


def test_a_nation_of_some_provinces_contradicts_no_published_one(tmp_path):
    ours = [own("DSIG_ADULT_RATE", "44", 50.0, "2025-08", numerator=50, denominator=100)]
    row = only(reconciled([line("DSIG_ADULT_RATE", "VN", "36,11", "2025-08-01")], tmp_path, ours))
    assert (row["outcome"], row["is_reconciled"], row["own_value"]) == ("no_own_figure", False, 50)
    assert "1/34 tỉnh" in row["explanation_vi"]


def test_a_nation_of_all_provinces_does(tmp_path):
    ours = [
        own("DSIG_ADULT_RATE", code, 50.0, "2025-09", numerator=50, denominator=100) for code in provinces()
    ]
    row = only(reconciled([line("DSIG_ADULT_RATE", "VN", "36,11")], tmp_path, ours))
    assert (row["outcome"], row["is_reconciled"]) == ("difference", False)

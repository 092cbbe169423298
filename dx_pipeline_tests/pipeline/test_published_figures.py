"""The published file answers with the figures that were published, each with its source."""

from datetime import date

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.periods import parse_month
from dx_pipeline_tests.pipeline.office_world import PORTAL_MONTH, SAMPLE_MONTHS

QUARTERS = ("2025-07", "2025-10")
GROUPS = ("S766_CKMB", "S766_TDGQ", "S766_CLGQ", "S766_TTTT", "S766_MDHL", "S766_MDSH")

PROVINCE_FIGURES = [
    ("44", "2025-10", "PS_FULL_CNT", "all", 837, "exact"),
    ("44", "2025-10", "PS_INTEG_CNT", "all", 1595, "exact"),
    ("44", "2025-10", "DOS_ONLINE_RATE", "all", 72.63, "exact"),
    ("44", "2025-10", "DOS_ONLINE_RATE", "commune_level", 74.57, "exact"),
    ("44", "2025-10", "DIG_RATE", "all", 91.02, "exact"),
    ("44", "2025-10", "DIG_REUSE_RATE", "all", 92.62, "exact"),
    ("44", "2025-10", "CDT_TEAM_CNT", "all", 1086, "exact"),
    ("44", "2025-10", "CDT_MEMBER_CNT", "all", 8130, "more_than"),
    ("33", "2025-09", "PROC_CNT", "all", 2165, "exact"),
    ("33", "2025-09", "PROC_EFORM_RATE", "all", 100, "exact"),
    ("33", "2025-09", "DOS_ONLINE_RATE", "all", 89.5, "exact"),
    ("33", "2025-09", "DOS_ONLINE_RANK", "all", 8, "exact"),
]
NATIONAL_FIGURES = [
    ("2025-08", "DSIG_ADULT_RATE", "all", 36.11, "exact"),
    ("2025-08", "DSIG_ADULT_CHG_PP", "all", 1.2, "exact"),
    ("2025-08", "DSIG_CERT_MOM", "all", 3.4, "exact"),
    ("2025-09", "TASK_DONE_CNT", "government_register", 270, "exact"),
    ("2025-09", "TASK_INPROG_CNT", "government_register", 382, "exact"),
    ("2025-09", "PLATFORM_LISTED_CNT", "all", 84, "exact"),
    ("2025-09", "PLATFORM_PLAN_CNT", "all", 21, "exact"),
    ("2025-08", "DOS_RECV_CNT", "all", 7_500_000, "approx"),
    ("2025-08", "BB_MOBILE_RANK", "all", 18, "exact"),
    ("2025-08", "BB_FIXED_RANK", "all", 13, "exact"),
]


def name(value):
    return str(value)


@pytest.mark.parametrize("figure", PROVINCE_FIGURES, ids=lambda figure: "-".join(map(str, figure)))
def test_a_published_province_figure_comes_out_unchanged_with_its_source(finished, figure):
    province, month, indicator, scope, value, qualifier = figure
    [row] = finished.published(
        "SELECT * FROM mart.province_monthly WHERE province_code = ? AND period_start = ? "
        "AND indicator_code = ? AND scope = ?",
        [province, parse_month(month), indicator, scope],
    )
    assert (row["value"], row["qualifier"]) == (pytest.approx(value, abs=1e-9), qualifier)
    assert row["is_sample"] is False
    assert row["source_code"] == "national_bulletin"
    assert row["source_url"].startswith("https://")
    assert len(row["file_sha256"]) == 64
    assert row["locator"].startswith("line ")


@pytest.mark.parametrize("figure", NATIONAL_FIGURES, ids=lambda figure: "-".join(map(str, figure)))
def test_a_published_national_figure_comes_out_unchanged_with_its_source(finished, figure):
    month, indicator, scope, value, qualifier = figure
    [row] = finished.published(
        "SELECT * FROM mart.national_monthly WHERE period_start = ? AND indicator_code = ? AND scope = ? "
        "AND NOT is_sample",
        [parse_month(month), indicator, scope],
    )
    assert (row["value"], row["qualifier"]) == (pytest.approx(value, abs=1e-9), qualifier)
    assert row["rule"] == "as_reported"
    assert row["source_url"].startswith("https://")


def test_the_rank_of_hung_yen_is_of_34_and_our_own_ranking_agrees(finished):
    [stated] = finished.published(
        "SELECT * FROM mart.province_monthly WHERE province_code = '33' AND period_start = DATE '2025-09-01' "
        "AND indicator_code = 'DOS_ONLINE_RANK'"
    )
    [ours] = finished.published(
        "SELECT * FROM mart.province_monthly WHERE province_code = '33' AND period_start = DATE '2025-09-01' "
        "AND indicator_code = 'DOS_ONLINE_RATE' AND scope = 'all'"
    )
    assert (stated["value"], stated["denominator"]) == (8, 34)
    assert (ours["rank"], ours["is_sample"], ours["comparison_is_sample"]) == (8, False, True)


def test_the_dossiers_since_july_say_since_when_they_count(finished):
    rows = finished.published(
        "SELECT accumulates_from, value FROM mart.national_monthly WHERE period_start = DATE '2025-08-01' "
        "AND indicator_code = 'DOS_RECV_CNT' AND scope = 'all' AND accumulates_from IS NOT NULL"
    )
    assert rows == [{"accumulates_from": date(2025, 7, 1), "value": 7_500_000}]


def test_signatures_of_august_rise_by_the_published_points_and_per_cent(finished):
    [row] = finished.published(
        "SELECT * FROM mart.digital_signature_adoption "
        "WHERE period_type = 'month' AND period_start = DATE '2025-08-01' AND area_code = 'VN'"
    )
    assert row["adoption_pct"] == pytest.approx(36.11, abs=0.005)
    assert row["adoption_change_pp"] == pytest.approx(1.2, abs=0.005)
    assert row["certificates_change_pct"] == pytest.approx(3.4, abs=0.005)
    assert row["is_sample"] is True


@pytest.mark.parametrize(
    ("month", "indicator", "area", "scope"),
    [
        ("2025-08", "DSIG_ADULT_RATE", "VN", "all"),
        ("2025-09", "DOS_ONLINE_RATE", "33", "all"),
        ("2025-10", "DOS_ONLINE_RATE", "44", "all"),
        ("2025-10", "DOS_ONLINE_RATE", "44", "commune_level"),
    ],
    ids=name,
)
def test_a_published_rate_is_reconciled_with_our_own(finished, month, indicator, area, scope):
    [row] = finished.published(
        "SELECT * FROM mart.reconciliation WHERE period_start = ? AND indicator_code = ? AND area_code = ? "
        "AND scope = ? AND comparison = 'own_figure'",
        [parse_month(month), indicator, area, scope],
    )
    assert row["is_reconciled"] is True
    assert row["own_value"] - row["published_value"] == pytest.approx(row["difference"], abs=1e-6)
    assert abs(row["difference"]) <= row["tolerance"] + 1e-9
    assert (row["own_is_sample"], row["published_source_url"][:8]) == (True, "https://")


def test_the_national_score_is_the_plain_mean_of_34_and_reconciles_with_the_published_one(finished):
    [score] = finished.published(
        "SELECT * FROM mart.national_monthly WHERE period_start = ? AND indicator_code = 'S766_TOTAL'",
        [parse_month(PORTAL_MONTH)],
    )
    [mean] = finished.published(
        "SELECT avg(value) AS mean, count(*) AS provinces FROM mart.province_monthly "
        "WHERE period_start = ? AND indicator_code = 'S766_TOTAL'",
        [parse_month(PORTAL_MONTH)],
    )
    [against] = finished.published(
        "SELECT * FROM mart.reconciliation WHERE indicator_code = 'S766_TOTAL' AND area_code = 'VN' "
        "AND comparison = 'own_figure'"
    )
    assert round(score["value"], 2) == 62.58
    assert score["value"] == pytest.approx(mean["mean"], abs=1e-9)
    assert (mean["provinces"], score["provinces_reported"], score["provinces_expected"]) == (34, 34, 34)
    assert (score["rule"], score["is_sample"]) == ("mean", False)
    assert against["published_value"] == 62.59
    assert against["own_value"] == pytest.approx(score["value"], abs=1e-9)
    assert abs(against["difference"]) <= 0.01
    assert against["is_reconciled"] is True


@pytest.mark.parametrize(
    "province", [unit.code for unit in load_catalogue().geography.provinces_on(date(2026, 10, 1))]
)
def test_a_provinces_score_is_the_sum_of_its_six_groups(finished, province):
    rows = finished.published(
        "SELECT indicator_code, value, is_sample FROM mart.province_monthly "
        "WHERE period_start = ? AND province_code = ? AND indicator_code LIKE 'S766%'",
        [parse_month(PORTAL_MONTH), province],
    )
    scores = {row["indicator_code"]: row["value"] for row in rows}
    assert not any(row["is_sample"] for row in rows)
    assert scores["S766_TOTAL"] == pytest.approx(sum(scores[code] for code in GROUPS), abs=0.01 + 1e-6)


def test_our_ranks_of_the_scores_are_the_published_ones(finished):
    wrong = finished.published(
        "SELECT score.province_code, score.rank, stated.value FROM mart.province_monthly AS score "
        "JOIN mart.province_monthly AS stated USING (province_code, period_start) "
        "WHERE score.indicator_code = 'S766_TOTAL' AND stated.indicator_code = 'S766_RANK' "
        "AND score.rank <> stated.value"
    )
    assert wrong == []


@pytest.mark.parametrize(
    ("period_type", "period"),
    [*(("month", month) for month in SAMPLE_MONTHS), *(("quarter", quarter) for quarter in QUARTERS)],
    ids=name,
)
def test_national_adoption_is_the_sum_of_the_provinces_over_the_sum_of_the_provinces(
    finished, period_type, period
):
    rows = finished.published(
        "SELECT * FROM mart.digital_signature_adoption WHERE period_type = ? AND period_start = ?",
        [period_type, parse_month(period)],
    )
    [nation] = [row for row in rows if row["area_level"] == "national"]
    provinces = [row for row in rows if row["area_level"] == "province"]
    signed = sum(row["adults_with_signature"] for row in provinces)
    adults = sum(row["adult_population"] for row in provinces)
    assert len(provinces) == nation["provinces_reported"] == 34
    assert (nation["adults_with_signature"], nation["adult_population"]) == (signed, adults)
    assert nation["adoption_pct"] == pytest.approx(100 * signed / adults, abs=1e-9)
    assert nation["certificates_issued"] == sum(row["certificates_issued"] for row in provinces)
    assert all(
        row["adoption_pct"] == pytest.approx(100 * row["adults_with_signature"] / row["adult_population"])
        for row in provinces
    )


@pytest.mark.parametrize(
    ("quarter", "last_month"), [("2025-07", "2025-09"), ("2025-10", "2025-12")], ids=name
)
def test_a_quarters_adoption_is_that_of_its_last_month(finished, quarter, last_month):
    by_period = {
        (row["period_type"], row["period_start"]): row
        for row in finished.published("SELECT * FROM mart.digital_signature_adoption WHERE area_code = 'VN'")
    }
    of_quarter = by_period["quarter", parse_month(quarter)]
    of_month = by_period["month", parse_month(last_month)]
    for column in ("adults_with_signature", "adult_population", "adoption_pct", "certificates_issued"):
        assert of_quarter[column] == of_month[column]


@pytest.mark.parametrize(
    ("table", "quarter", "indicator", "covered"),
    [
        ("national_quarterly", "2025-07", "DSIG_ADULT_RATE", 3),
        ("national_quarterly", "2025-10", "DSIG_ADULT_RATE", 3),
        ("province_quarterly", "2025-07", "DSIG_ADULT_RATE", 3),
        ("province_quarterly", "2025-10", "PS_FULL_CNT", 3),
        ("national_quarterly", "2026-10", "S766_TOTAL", 1),
        ("province_quarterly", "2026-10", "S766_TOTAL", 1),
    ],
    ids=name,
)
def test_a_quarter_says_how_many_of_its_months_it_covers(finished, table, quarter, indicator, covered):
    rows = finished.published(
        f"SELECT DISTINCT months_covered FROM mart.{table} "
        "WHERE period_start = ? AND indicator_code = ? AND scope = 'all'",
        [parse_month(quarter), indicator],
    )
    assert rows == [{"months_covered": covered}]


def test_what_rests_on_a_made_up_submission_is_labelled_as_sample(finished):
    sources = finished.published(
        "SELECT is_sample, list(DISTINCT source_code ORDER BY source_code) AS sources "
        "FROM mart.province_monthly GROUP BY is_sample ORDER BY is_sample"
    )
    assert sources == [
        {"is_sample": False, "sources": ["national_bulletin", "portal_evaluation"]},
        {"is_sample": True, "sources": ["provincial_submission", "signature_registry"]},
    ]


def test_a_national_figure_that_rests_on_one_sample_is_labelled_as_sample(finished):
    rows = finished.published(
        "SELECT nation.indicator_code, nation.period_start FROM mart.national_monthly AS nation "
        "JOIN mart.province_monthly AS province USING (indicator_code, scope, period_start, period_basis) "
        "WHERE nation.rule <> 'as_reported' AND province.is_sample AND NOT nation.is_sample "
        "AND nation.accumulates_from IS NOT DISTINCT FROM province.accumulates_from"
    )
    assert rows == []


def test_no_published_figure_is_without_an_outcome_and_nothing_published_differs_unexplained(finished):
    rows = finished.published(
        "SELECT outcome, count(*) AS figures, count(explanation_vi) AS vi, count(explanation_en) AS en "
        "FROM mart.reconciliation GROUP BY outcome ORDER BY outcome"
    )
    assert not {row["outcome"] for row in rows} & {"difference", "contradiction_within_source", None}
    assert all(row["figures"] == row["vi"] == row["en"] for row in rows)
    [listed] = finished.working(
        "SELECT count(*) AS figures FROM core.accepted_observation WHERE source_code = 'national_bulletin' "
        "AND NOT EXISTS (FROM mart.reconciliation AS r WHERE r.published_locator = concat_ws(' ', file_name, locator))"
    )
    assert listed == {"figures": 0}

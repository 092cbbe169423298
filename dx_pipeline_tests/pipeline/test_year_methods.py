"""The year's two changes of method: a definition that changes on a day, and an index with new formulas in January."""

import pytest

from dx_pipeline_tests.pipeline.year_story import SCORES
from dx_pipeline_tests.pipeline.year_world import (
    DECEMBER,
    JULY,
    NEW_METHOD,
    NEXT_JANUARY,
    NOVEMBER,
    OCTOBER,
    OLD_METHOD,
    RATE,
    SCORE,
)

AREAS = ("01", "24", "44")


@pytest.fixture(scope="module")
def last(year):
    """The end of the year."""
    return year.steps["2026-01"]


def by_month(step, table, **where):
    return {row["period_start"]: row for row in step.rows(table, **where)}


@pytest.mark.parametrize("area", [*AREAS, "VN"])
def test_the_first_rate_by_another_definition_is_a_visible_break(last, area):
    where = {"indicator_code": RATE}
    if area == "VN":
        found = by_month(last, "national_monthly", **where)
    else:
        found = by_month(last, "province_monthly", province_code=area, geography="34", **where)
    months = (OCTOBER, NOVEMBER, DECEMBER)
    assert [found[month]["method_family"] for month in months] == [OLD_METHOD, NEW_METHOD, NEW_METHOD]
    assert [found[month]["series_break"] for month in months] == [None, "method_break", None]
    assert [found[month]["change_pp"] for month in months] == [0.1, None, 0.1]


@pytest.mark.parametrize("area", AREAS)
def test_no_rank_moves_across_the_break(last, area):
    found = by_month(last, "province_monthly", province_code=area, geography="34", indicator_code=RATE)
    rows = [found[month] for month in (OCTOBER, NOVEMBER, DECEMBER)]
    assert [row["rank_of"] for row in rows] == [3, 3, 3]
    assert [row["rank_change"] for row in rows] == [0, None, 0]


@pytest.mark.parametrize("table", ["province_quarterly", "national_quarterly"])
def test_no_quarter_mixes_the_definitions(last, table):
    for row in last.rows(table, indicator_code=RATE, period_start=OCTOBER):
        assert (row["method_family"], row["months_covered"]) == (NEW_METHOD, 2)
        assert (row["series_note"], row["series_break"]) == ("months_left_out", "method_break")
        assert row["change_pp"] is None
    assert len(last.rows(table, indicator_code=RATE, period_start=OCTOBER)) == (
        1 if table == "national_quarterly" else 3
    )


def test_while_the_quarter_had_the_old_definition_only_it_was_no_break(year):
    [row] = year.steps["2025-10"].rows("national_quarterly", indicator_code=RATE, period_start=OCTOBER)
    assert (row["method_family"], row["months_covered"]) == (OLD_METHOD, 1)
    assert (row["series_note"], row["series_break"]) == (None, None)


def test_adoption_has_no_change_across_the_break(last):
    found = {
        row["period_start"]: row
        for row in last.rows("digital_signature_adoption", period_type="month", area_code="VN")
    }
    months = (OCTOBER, NOVEMBER, DECEMBER)
    assert [found[month]["adoption_change_pp"] for month in months] == [0.1, None, 0.1]
    assert [found[month]["series_break"] for month in months] == [None, "method_break", None]
    assert found[DECEMBER]["certificates_change_pct"] is not None


def test_the_index_of_january_is_another_series(last):
    for area in AREAS:
        found = by_month(last, "province_monthly", province_code=area, indicator_code=SCORE)
        assert {month: row["value"] for month, row in found.items()} == {
            month: scores[area] for month, scores in SCORES.items()
        }
        assert [row["method_family"] for row in found.values()] == ["766-2025"] * 3 + ["766-2026"]
        assert [row["series_break"] for row in found.values()] == [None, None, None, "method_break"]
    moved = {
        month: {
            row["province_code"]: row["rank_change"]
            for row in last.rows("province_monthly", indicator_code=SCORE, period_start=month)
        }
        for month in SCORES
    }
    assert moved[NOVEMBER] == {"01": 0, "24": -1, "44": 1}
    assert moved[NEXT_JANUARY] == dict.fromkeys(AREAS)


def test_the_quarter_of_january_is_compared_with_none_before(last):
    [row] = last.rows("national_quarterly", indicator_code=SCORE, period_start=NEXT_JANUARY)
    assert (row["value"], row["series_break"], row["series_note"]) == (63, "method_break", None)
    [row] = last.rows("national_quarterly", indicator_code=SCORE, period_start=OCTOBER)
    assert (round(row["value"], 6), row["series_break"]) == (round((89 + 85 + 86.5) / 3, 6), None)
    for row in last.rows("province_quarterly", indicator_code=SCORE, period_start=NEXT_JANUARY):
        assert (row["rank_change"], row["series_break"]) == (None, "method_break")


def test_the_certificates_went_on_meanwhile(last):
    for month in (JULY, OCTOBER, NEXT_JANUARY):
        assert {row["series_break"] for row in last.rows("national_monthly", period_start=month)} <= {
            None,
            "method_break",
        }

"""Quarters from months, changes on the period before, ranks among the provinces."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline_tests.statistics.small_world import (
    AUGUST,
    JULY,
    OCTOBER,
    SEPTEMBER,
    compiled,
    figure,
    observe,
    one,
    rate,
    rows_of,
    small_catalogue,
    warehouse,
)

JUNE = date(2025, 6, 1)

ALL_THREE = ("44", "33", "75")


class TestQuarterRule:
    @pytest.mark.parametrize(
        ("rows", "value", "months"),
        [
            pytest.param(
                [figure("STOCK", "44", 10, month=JULY), figure("STOCK", "44", 7, month=AUGUST)], 7, 2, id="last"
            ),
            pytest.param(
                [figure("FLOW", "44", 10, month=JULY), figure("FLOW", "44", 7, month=SEPTEMBER)], 17, 2, id="sum"
            ),
            pytest.param(
                [rate("RATE", "44", 90, 100, month=JULY), rate("RATE", "44", 0, 900, month=AUGUST),
                 figure("RATE", "44", 55.0, month=SEPTEMBER)],
                9.0, 2, id="ratio_of_sums_of_months_with_both_parts",
            ),
            pytest.param(
                [figure("SCORE", "44", 60, month=JULY), figure("SCORE", "44", 65, month=AUGUST)], 62.5, 2, id="mean"
            ),
            pytest.param(
                [figure("FLOW", "44", 10, month=JULY, accumulates_from=JULY),
                 figure("FLOW", "44", 17, month=AUGUST, accumulates_from=JULY)],
                17, 2, id="cumulative_is_last",
            ),
        ],
    )  # fmt: skip
    def test_province_and_nation(self, rows, value, months):
        with compiled(rows) as connection:
            for table in ("province_quarterly", "national_quarterly"):
                found = one(connection, table)
                assert found["value"] == pytest.approx(value, abs=1e-9), table
                assert found["months_covered"] == months, table
                assert (found["period_start"], found["period_end"]) == (JULY, date(2025, 9, 30))

    def test_none_has_no_row(self):
        with compiled([figure("LISTED", "VN", 84)]) as connection:
            assert rows_of(connection, "SELECT * FROM mart.national_quarterly") == []

    def test_colour_is_the_last_one(self):
        rows = [
            figure("COLOUR", "44", status="red", month=JULY),
            figure("COLOUR", "44", status="green", month=AUGUST),
        ]
        with compiled(rows) as connection:
            found = one(connection, "province_quarterly")
        assert (found["status"], found["value"], found["months_covered"]) == ("green", None, 2)

    def test_national_ratio_is_over_months_and_provinces(self):
        rows = [
            rate("RATE", "44", 10, 100, month=JULY),
            rate("RATE", "33", 50, 100, month=JULY),
            rate("RATE", "44", 90, 800, month=AUGUST),
        ]
        with compiled(rows) as connection:
            found = one(connection, "national_quarterly")
        assert (found["numerator"], found["denominator"]) == (150, 1000)
        assert found["value"] == pytest.approx(15)
        assert found["provinces_reported"] == 1

    def test_another_index_method_is_another_series(self):
        rows = [
            figure("SCORE", "44", 90, month=JULY, method_version="766-2025"),
            figure("SCORE", "44", 60, month=AUGUST, method_version="766-2026"),
        ]
        with compiled(rows) as connection:
            found = one(connection, "province_quarterly")
        assert (found["value"], found["months_covered"], found["method_version"]) == (60, 1, "766-2026")


class TestChange:
    @pytest.mark.parametrize(
        ("before", "now", "change_pp", "change_pct"),
        [
            pytest.param(
                figure("RATE", "44", 34.91, month=AUGUST), figure("RATE", "44", 36.11, month=SEPTEMBER), 1.2, None,
                id="rate_in_points",
            ),
            pytest.param(
                figure("STOCK", "44", 200, month=AUGUST), figure("STOCK", "44", 150, month=SEPTEMBER), None, -25,
                id="count_in_percent",
            ),
            pytest.param(
                figure("STOCK", "44", 0, month=AUGUST), figure("STOCK", "44", 5, month=SEPTEMBER), None, None,
                id="nothing_relative_to_zero",
            ),
            pytest.param(
                figure("SCORE", "44", 60, month=AUGUST), figure("SCORE", "44", 70, month=SEPTEMBER), None, None,
                id="scores_have_none",
            ),
            pytest.param(
                figure("STOCK", "44", 5, month=JULY), figure("STOCK", "44", 6, month=SEPTEMBER), None, None,
                id="not_over_a_gap",
            ),
            pytest.param(
                figure("RATE", "44", 91.02, month=AUGUST),
                figure("RATE", "44", 28.03, month=SEPTEMBER, method_version="766-2026"), None, None,
                id="not_across_methods",
            ),
            pytest.param(
                figure("RATE", "44", 10, month=AUGUST, source_code="bulletin"),
                figure("RATE", "44", 11, month=SEPTEMBER), 1, None,
                id="across_senders",
            ),
            pytest.param(
                figure("STOCK", "44", 8130, month=AUGUST, qualifier="more_than"),
                figure("STOCK", "44", 8200, month=SEPTEMBER), None, None,
                id="not_against_a_bound",
            ),
            pytest.param(
                figure("FLOW", "44", 10, month=AUGUST, accumulates_from=JULY),
                figure("FLOW", "44", 12, month=SEPTEMBER), None, None,
                id="not_cumulative_against_plain",
            ),
        ],
    )  # fmt: skip
    def test_on_the_month_before(self, before, now, change_pp, change_pct):
        with compiled([before, now]) as connection:
            found = one(connection, "province_monthly", period_start=SEPTEMBER)
        assert found["change_pp"] == (None if change_pp is None else pytest.approx(change_pp))
        assert found["change_pct"] == (None if change_pct is None else pytest.approx(change_pct))

    def test_a_reused_code_is_another_territory(self):
        rows = [figure("STOCK", "44", 10, month=JUNE), figure("STOCK", "44", 20, month=JULY)]
        with compiled(rows, months=(JUNE, JULY)) as connection:
            assert one(connection, "province_monthly", period_start=JULY)["change_pct"] is None
            assert one(connection, "province_quarterly", period_start=JULY)["change_pct"] is None
            assert one(connection, "national_monthly", period_start=JULY)["change_pct"] == pytest.approx(100)

    def test_on_the_quarter_before(self):
        rows = [figure("STOCK", "44", 10, month=AUGUST), figure("STOCK", "44", 15, month=OCTOBER)]
        with compiled(rows) as connection:
            assert one(connection, "province_quarterly", period_start=OCTOBER)["change_pct"] == pytest.approx(
                50
            )

    def test_a_count_from_fewer_provinces_has_not_fallen(self):
        rows = [figure("STOCK", code, 10, month=AUGUST) for code in ALL_THREE]
        rows += [figure("STOCK", code, 11, month=SEPTEMBER) for code in ("44", "33")]
        with compiled(rows) as connection:
            found = one(connection, "national_monthly", period_start=SEPTEMBER)
        assert (found["value"], found["provinces_reported"], found["change_pct"]) == (22, 2, None)

    def test_against_a_sample_is_said(self):
        rows = [
            figure("RATE", "44", 30, month=AUGUST, is_sample=True),
            figure("RATE", "44", 31, month=SEPTEMBER),
        ]
        with compiled(rows) as connection:
            found = one(connection, "province_monthly", period_start=SEPTEMBER)
        assert (found["is_sample"], found["comparison_is_sample"], found["change_pp"]) == (False, True, 1)

    def test_a_late_month_gives_the_next_one_its_change(self):
        with warehouse(Path(":memory:"), [figure("RATE", "44", 31, month=SEPTEMBER)]) as connection:
            compile_months(connection, [SEPTEMBER], catalogue=small_catalogue())
            compile_quarters(connection, [SEPTEMBER], catalogue=small_catalogue())
            assert one(connection, "province_monthly", period_start=SEPTEMBER)["change_pp"] is None
            observe(connection, [figure("RATE", "44", 30, month=AUGUST)])
            compile_months(connection, [AUGUST], catalogue=small_catalogue())
            assert one(connection, "province_monthly", period_start=SEPTEMBER)["change_pp"] == 1


class TestRank:
    @pytest.mark.parametrize(
        ("code", "expected"),
        [("STOCK", {"44": 1, "33": 1, "75": 3}), ("FLOW", {"44": 2, "33": 2, "75": 1}), ("SERVICES", None)],
        ids=["higher", "lower", "no_direction"],
    )
    def test_ties_share_a_rank_and_the_next_is_skipped(self, code, expected):
        with compiled([figure(code, "44", 9), figure(code, "33", 9), figure(code, "75", 3)]) as connection:
            found = {
                row["province_code"]: row["rank"] for row in rows_of(connection, "FROM mart.province_monthly")
            }
        assert found == (expected or dict.fromkeys(ALL_THREE))

    def test_noise_in_the_last_digit_breaks_no_tie(self):
        with compiled([figure("RATE", "44", 0.1 + 0.2), figure("RATE", "33", 0.3)]) as connection:
            assert {row["rank"] for row in rows_of(connection, "FROM mart.province_monthly")} == {1}

    def test_among_samples_is_said_and_own_sample_is_not_a_peer(self):
        with compiled([figure("STOCK", "44", 9), figure("STOCK", "33", 8, is_sample=True)]) as connection:
            assert one(connection, "province_monthly", province_code="44")["comparison_is_sample"] is True
            assert one(connection, "province_monthly", province_code="33")["comparison_is_sample"] is False


class TestReportedQuarter:
    """Figures that a form states for the quarter itself."""

    QUARTER = {"month": JULY, "period_end": date(2025, 9, 30), "source_code": "registry"}  # noqa: RUF012

    def test_it_is_the_quarter_and_no_month(self):
        with compiled([figure("FLOW", "44", 30, **self.QUARTER)]) as connection:
            assert rows_of(connection, "SELECT * FROM mart.province_monthly") == []
            found = one(connection, "province_quarterly")
            assert (found["value"], found["months_covered"], found["period_end"]) == (
                30,
                3,
                date(2025, 9, 30),
            )

    def test_it_comes_before_what_the_months_give(self):
        rows = [figure("FLOW", "44", 30, **self.QUARTER), figure("FLOW", "44", 7, month=AUGUST)]
        with compiled(rows) as connection:
            assert one(connection, "province_quarterly")["value"] == 30

    def test_a_sample_of_it_does_not(self):
        rows = [
            figure("FLOW", "44", 30, is_sample=True, **self.QUARTER),
            figure("FLOW", "44", 7, month=AUGUST),
        ]
        with compiled(rows) as connection:
            assert one(connection, "province_quarterly")["value"] == 7

    def test_another_basis_is_another_figure(self):
        rows = [
            figure("FLOW", "44", 30, period_basis="government_report", **self.QUARTER),
            figure("FLOW", "44", 7, month=AUGUST),
        ]
        with compiled(rows) as connection:
            found = rows_of(connection, "SELECT value FROM mart.province_quarterly ORDER BY value")
            assert [row["value"] for row in found] == [7, 30]

    def test_the_nation_is_made_of_the_provinces(self):
        rows = [
            rate("RATE", "44", 90, 100, **self.QUARTER),
            rate("RATE", "33", 0, 900, **self.QUARTER),
        ]
        with compiled(rows) as connection:
            found = one(connection, "national_quarterly")
            assert (found["value"], found["numerator"], found["provinces_reported"]) == (9, 90, 2)
            assert (found["months_covered"], found["rule"]) == (3, "ratio_of_sums")

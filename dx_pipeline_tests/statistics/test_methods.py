"""Series of methods: what is of one series, and that a change of method is a visible break everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.models import MethodInForce
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.dimensions import compile_dimensions
from dx_pipeline.statistics.tables import compile_digital_signature_adoption
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

OLD, NEW = "766-2025", "766-2026"
ALL_THREE = ("44", "33", "75")


class TestFamily:
    @pytest.mark.parametrize(
        ("version", "family"),
        [
            ("submission-2025", "in_force"),
            ("as-published", "in_force"),
            ("", "in_force"),
            (None, "in_force"),
            (OLD, OLD),
            (NEW, NEW),
            ("766-2027", "766-2027"),
            ("dti-2025", "dti-2025"),
        ],
    )
    def test_of_a_version(self, version, family):
        with compiled([figure("STOCK", "44", 1, method_version=version)]) as connection:
            found = one(connection, "province_monthly")
        assert (found["method_version"], found["method_family"]) == (version, family)

    @pytest.mark.parametrize(
        ("version", "month", "family"),
        [
            ("submission-2025", AUGUST, OLD),
            ("submission-2025", SEPTEMBER, NEW),
            ("as-published", OCTOBER, NEW),
            (OLD, OCTOBER, OLD),
            ("dti-2025", OCTOBER, "dti-2025"),
        ],
        ids=["before", "first_day", "after", "its_own_version_decides", "unknown_version_decides"],
    )
    def test_in_force_by_date_where_the_figure_names_none(self, version, month, family):
        with dated_method([figure("STOCK", "44", 1, month=month, method_version=version)]) as connection:
            assert one(connection, "province_monthly")["method_family"] == family

    def test_the_list_of_methods_is_published(self):
        with warehouse(Path(":memory:")) as connection:
            compile_dimensions(connection, catalogue=load_catalogue())
            found = {row["method_version"]: row for row in rows_of(connection, "FROM mart.dim_method")}
        assert set(found) == set(load_catalogue().methods)
        assert (found[OLD]["method_family"], found["registry-2025"]["method_family"]) == (OLD, "in_force")


def dated_method(rows):
    """The small world where STOCK changes its method on 1 September without any sender saying so."""
    small = small_catalogue()
    methods = (MethodInForce(version=OLD), MethodInForce(version=NEW, valid_from=SEPTEMBER))
    stock = small.indicators["STOCK"].model_copy(update={"methods": methods})
    catalogue = replace(small, indicators={**small.indicators, "STOCK": stock})
    return _compiled(rows, catalogue)


class _compiled:  # noqa: N801 - used as a context manager
    def __init__(self, rows, catalogue):
        self._warehouse = warehouse(Path(":memory:"), rows)
        self._catalogue = catalogue

    def __enter__(self):
        connection = self._warehouse.__enter__()
        months = (JULY, AUGUST, SEPTEMBER, OCTOBER)
        compile_months(connection, months, catalogue=self._catalogue)
        compile_quarters(connection, months, catalogue=self._catalogue)
        return connection

    def __exit__(self, *error):
        return self._warehouse.__exit__(*error)


class TestBreak:
    def test_the_first_figure_by_another_method(self):
        rows = [figure("STOCK", "44", 10, month=AUGUST, method_version=OLD)]
        rows += [figure("STOCK", "44", 20, month=month, method_version=NEW) for month in (SEPTEMBER, OCTOBER)]
        with compiled(rows) as connection:
            for table in ("province_monthly", "national_monthly"):
                found = {row["period_start"]: row for row in rows_of(connection, f"FROM mart.{table}")}
                assert [found[month]["series_break"] for month in (AUGUST, SEPTEMBER, OCTOBER)] == [
                    None, "method_break", None,
                ]  # fmt: skip
                assert found[SEPTEMBER]["change_pct"] is None
                assert found[OCTOBER]["change_pct"] == 0
            september = one(connection, "province_monthly", period_start=SEPTEMBER)
        assert (september["rank"], september["rank_change"]) == (1, None)

    def test_however_long_the_gap(self):
        rows = [
            figure("STOCK", "44", 10, month=JULY, method_version=OLD),
            figure("STOCK", "44", 20, month=OCTOBER, method_version=NEW),
        ]
        with compiled(rows) as connection:
            assert one(connection, "province_monthly", period_start=OCTOBER)["series_break"] == "method_break"

    def test_a_cumulative_figure_that_begins_anew_is_held_against_the_last_one(self):
        rows = [
            figure("STOCK", "44", 10, month=JULY, method_version=OLD, accumulates_from=date(2025, 1, 1)),
            figure("STOCK", "44", 12, month=AUGUST, method_version=OLD, accumulates_from=date(2025, 1, 1)),
            figure("STOCK", "44", 20, month=SEPTEMBER, method_version=NEW, accumulates_from=SEPTEMBER),
            figure("STOCK", "44", 25, month=OCTOBER, method_version=NEW, accumulates_from=OCTOBER),
        ]
        with compiled(rows) as connection:
            for table in ("province_monthly", "national_monthly"):
                found = rows_of(connection, f"FROM mart.{table} ORDER BY period_start")
                assert [row["series_break"] for row in found] == [None, None, "method_break", None]

    def test_figures_of_one_month_do_not_break_each_other(self):
        rows = [
            figure("FLOW", "44", 10, month=month, method_version=version, accumulates_from=start)
            for month in (AUGUST, SEPTEMBER)
            for version, start in ((OLD, date(2025, 1, 1)), (NEW, JULY))
        ]
        with compiled(rows) as connection:
            found = rows_of(connection, "FROM mart.province_monthly")
        assert {row["series_break"] for row in found} == {None}

    def test_another_sender_is_no_break(self):
        rows = [
            figure("STOCK", "44", 10, month=AUGUST, source_code="bulletin"),
            figure("STOCK", "44", 20, month=SEPTEMBER),
        ]
        with compiled(rows) as connection:
            found = one(connection, "province_monthly", period_start=SEPTEMBER)
        assert (found["series_break"], found["change_pct"]) == (None, 100)

    def test_it_moves_when_an_earlier_month_is_restated(self):
        rows = [figure("STOCK", "44", 10, month=JULY, method_version=OLD)]
        rows += [figure("STOCK", "44", 20, month=month, method_version=NEW) for month in (AUGUST, OCTOBER)]
        with compiled(rows) as connection:
            assert one(connection, "province_monthly", period_start=AUGUST)["series_break"] == "method_break"
            connection.execute(
                "UPDATE core.observation SET is_latest = false WHERE period_start = ?", [AUGUST]
            )
            compile_months(connection, [AUGUST], catalogue=small_catalogue())
            assert one(connection, "province_monthly", period_start=OCTOBER)["series_break"] == "method_break"
            connection.execute("UPDATE core.observation SET is_latest = false WHERE period_start = ?", [JULY])
            compile_months(connection, [JULY], catalogue=small_catalogue())
            assert one(connection, "province_monthly", period_start=OCTOBER)["series_break"] is None

    def test_a_definition_that_changed_on_a_day(self):
        rows = [figure("STOCK", "44", value, month=month) for value, month in ((10, AUGUST), (90, SEPTEMBER))]
        with dated_method(rows) as connection:
            found = one(connection, "province_monthly", period_start=SEPTEMBER)
            quarter = one(connection, "province_quarterly", period_start=JULY)
        assert (found["series_break"], found["change_pct"]) == ("method_break", None)
        assert (quarter["value"], quarter["months_covered"]) == (90, 1)


class TestQuarter:
    @pytest.mark.parametrize("code", ["FLOW", "SCORE", "STOCK"], ids=["sum", "mean", "last"])
    @pytest.mark.parametrize("area", ["44", "VN"], ids=["province", "nation"])
    def test_never_mixes_methods_and_says_what_it_left_out(self, code, area):
        versions = {JULY: OLD, AUGUST: NEW, SEPTEMBER: NEW}
        rows = [
            figure(code, area, 6, month=month, method_version=version) for month, version in versions.items()
        ]
        table = "national_quarterly" if area == "VN" else "province_quarterly"
        with compiled(rows) as connection:
            found = one(connection, table)
        assert found["value"] == (12 if code == "FLOW" else 6)
        assert (found["months_covered"], found["method_family"]) == (2, NEW)
        assert (found["series_note"], found["series_break"]) == ("months_left_out", "method_break")

    def test_a_method_of_the_middle_month_only_leaves_two(self):
        versions = {JULY: NEW, AUGUST: OLD, SEPTEMBER: NEW}
        rows = [
            figure("FLOW", "44", 6, month=month, method_version=version)
            for month, version in versions.items()
        ]
        with compiled(rows) as connection:
            found = one(connection, "province_quarterly")
        assert (found["value"], found["months_covered"], found["series_note"]) == (12, 2, "months_left_out")

    def test_no_change_from_quarter_to_quarter_of_another_method(self):
        rows = [
            figure("STOCK", "44", 6, month=SEPTEMBER, method_version=OLD),
            figure("STOCK", "44", 9, month=OCTOBER, method_version=NEW),
        ]
        with compiled(rows) as connection:
            for table in ("province_quarterly", "national_quarterly"):
                found = one(connection, table, period_start=OCTOBER)
                assert (found["change_pct"], found["series_break"]) == (None, "method_break")
            assert one(connection, "province_quarterly", period_start=OCTOBER)["rank_change"] is None


class TestNation:
    def test_provinces_of_two_methods_are_never_summed(self):
        rows = [
            figure("STOCK", "44", 1, method_version=OLD),
            figure("STOCK", "33", 10, method_version=NEW),
            figure("STOCK", "75", 100, method_version=NEW),
        ]
        with compiled(rows) as connection:
            found = one(connection, "national_monthly")
        assert (found["value"], found["provinces_reported"], found["method_family"]) == (110, 2, NEW)
        assert (found["series_note"], found["method_version"]) == ("method_mixed", NEW)

    def test_equally_many_take_the_last_by_name(self):
        rows = [figure("STOCK", "44", 1, method_version=OLD), figure("STOCK", "33", 10, method_version=NEW)]
        for order in (rows, rows[::-1]):
            with compiled(order) as connection:
                assert one(connection, "national_monthly")["method_family"] == NEW

    def test_the_quarter_says_it_too(self):
        rows = [
            figure("STOCK", "44", 1, month=AUGUST, method_version=OLD),
            *(figure("STOCK", code, 10, month=AUGUST, method_version=NEW) for code in ("33", "75")),
        ]
        with compiled(rows) as connection:
            found = one(connection, "national_quarterly")
        assert (found["value"], found["series_note"]) == (20, "method_mixed")

    def test_senders_of_one_method_are_summed(self):
        rows = [figure("STOCK", "44", 1, source_code="registry"), figure("STOCK", "33", 10)]
        with compiled(rows) as connection:
            found = one(connection, "national_monthly")
        assert (found["value"], found["series_note"]) == (11, None)

    def test_a_rank_is_among_figures_of_one_method(self):
        rows = [
            figure("SCORE", "44", 60, method_version=NEW),
            figure("SCORE", "33", 90, method_version=OLD),
            figure("SCORE", "75", 55, method_version=NEW),
        ]
        with compiled(rows) as connection:
            found = {
                row["province_code"]: (row["rank"], row["rank_of"])
                for row in rows_of(connection, "FROM mart.province_monthly")
            }
        assert found == {"44": (1, 2), "75": (2, 2), "33": (1, 1)}


class TestAdoption:
    def test_no_change_crosses_a_change_of_method(self):
        rows = [
            rate("DSIG_ADULT_RATE", code, value, 100, month=month, method_version=version)
            for code in ALL_THREE
            for month, value, version in ((AUGUST, 30, "submission-2025"), (SEPTEMBER, 50, "adults-15"))
        ]
        with compiled(rows) as connection:
            compile_digital_signature_adoption(connection, catalogue=small_catalogue())
            for area in ("44", "VN"):
                where = {"area_code": area, "period_start": SEPTEMBER, "period_type": "month"}
                found = one(connection, "digital_signature_adoption", **where)
                assert (found["adoption_change_pp"], found["series_break"]) == (None, "method_break")

    def test_the_nation_sums_one_method(self):
        rows = [rate("DSIG_ADULT_RATE", code, 30, 100) for code in ("44", "33")]
        rows.append(rate("DSIG_ADULT_RATE", "75", 90, 100, method_version="adults-15"))
        with compiled(rows) as connection:
            compile_digital_signature_adoption(connection, catalogue=small_catalogue())
            found = one(connection, "digital_signature_adoption", area_code="VN", period_type="month")
        assert (found["adoption_pct"], found["provinces_reported"], found["series_note"]) == (
            30,
            2,
            "method_mixed",
        )


def test_the_index_of_2025_and_2026_are_two_series_of_the_shipped_catalogue():
    index = {"indicator_code": "S766_TOTAL", "unit": "points"}
    months = (date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1))
    sent = (
        (92.8, "portal_evaluation_2025", OLD),
        (59.62, "portal_evaluation", NEW),
        (60.0, "bulletin", "as-published"),
    )
    rows = [
        {**figure("SCORE", "24", value, month=month, source_code=source, method_version=version), **index}
        for month, (value, source, version) in zip(months, sent, strict=True)
    ]
    with warehouse(Path(":memory:")) as connection:
        observe(connection, rows)
        compile_months(connection, months, catalogue=load_catalogue())
        compile_quarters(connection, months, catalogue=load_catalogue())
        found = rows_of(connection, "FROM mart.province_monthly ORDER BY period_start")
        quarter = one(connection, "province_quarterly", period_start=months[1])
    assert [row["method_family"] for row in found] == [OLD, NEW, NEW]
    assert [row["series_break"] for row in found] == [None, "method_break", None]
    assert [row["rank_change"] for row in found] == [None, None, 0]
    assert (quarter["series_break"], quarter["rank_change"]) == ("method_break", None)

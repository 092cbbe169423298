"""Dimensions and the wide scorecard, from the small catalogue and from the shipped one."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.statistics.dimensions import compile_dimensions
from dx_pipeline.statistics.scorecard import compile_scorecard, scorecard_table
from dx_pipeline_tests.statistics.small_world import (
    OCTOBER,
    compiled,
    figure,
    one,
    rows_of,
    small_catalogue,
    warehouse,
)


def test_areas_carry_their_days_and_types():
    with warehouse(Path(":memory:")) as connection:
        compile_dimensions(connection, catalogue=small_catalogue())
        old = one(connection, "dim_area", area_code="44", valid_from=None)
        new = one(connection, "dim_area", area_code="44", valid_from=date(2025, 7, 1))
        city = one(connection, "dim_area", area_code="75", valid_from=date(2026, 4, 30))
        commune = one(connection, "dim_area", area_code="19333")
    assert (old["name_vi"], old["valid_to"], new["name_vi"]) == ("Quảng Bình", date(2025, 6, 30), "Quảng Trị")
    assert (city["area_type"], city["valid_to"]) == ("centrally_run_city", None)
    assert (commune["parent_code"], commune["name_en"]) == ("44", "Phuong Dong Ha")


@pytest.mark.parametrize(
    ("last", "months", "quarters"),
    [(date(2025, 1, 1), 3, 1), (OCTOBER, 12, 4), (date(2026, 10, 1), 24, 8)],
    ids=["first_month", "same_year", "year_after"],
)
def test_periods_reach_the_end_of_the_last_quarter(last, months, quarters):
    with warehouse(Path(":memory:"), [figure("STOCK", "44", 1, month=last)]) as connection:
        compile_dimensions(connection, catalogue=small_catalogue())
        counts = rows_of(
            connection, "SELECT period_type, count(*) AS n FROM mart.dim_period GROUP BY ALL ORDER BY 1"
        )
    assert [row["n"] for row in counts] == [months, quarters]


def test_shipped_catalogue_has_every_area_and_indicator():
    catalogue = load_catalogue()
    with warehouse(Path(":memory:")) as connection:
        compile_dimensions(connection, catalogue=catalogue)
        [indicators] = rows_of(
            connection, "SELECT count(*) AS n, count(name_vi) AS named FROM mart.dim_indicator"
        )
        areas = {
            row["level"]: row["n"]
            for row in rows_of(
                connection,
                "SELECT area_level || coalesce(CAST(valid_to = DATE '2025-06-30' AS VARCHAR), '') AS level,"
                " count(DISTINCT area_code) AS n FROM mart.dim_area GROUP BY ALL",
            )
        }
        compile_scorecard(connection, catalogue=catalogue)
    assert (indicators["n"], indicators["named"]) == (len(catalogue.indicators), len(catalogue.indicators))
    assert areas["provincetrue"] == 63
    assert areas["province"] == 34
    assert areas["commune"] == 3321
    assert areas["national"] == 1


def test_scorecard_is_one_row_per_province_and_month():
    rows = [
        figure("STOCK", "44", 10),
        figure("STOCK", "44", 99, accumulates_from=date(2025, 7, 1)),
        figure("COLOUR", "44", status="green", is_sample=True),
        figure("FLOW", "33", 5),
    ]
    with compiled(rows) as connection:
        compile_dimensions(connection, catalogue=small_catalogue())
        assert compile_scorecard(connection, catalogue=small_catalogue()) == 1
        found = one(connection, "scorecard_monthly")
        comments = dict(
            connection.execute(
                "SELECT column_name, comment FROM duckdb_columns() WHERE table_name = 'scorecard_monthly'"
            ).fetchall()
        )
    assert (found["stock"], found["colour"], found["rate"]) == (10, "green", None)
    assert (found["province_name"], found["is_sample"]) == ("Quảng Trị", True)
    assert list(found) == scorecard_table(small_catalogue()).column_names
    assert comments["stock"] == "Chỉ tiêu STOCK (thứ) | Indicator STOCK (things)"

"""Months and quarters: replaces exactly the given periods in the long tables of the mart.

Changes are read from the mart itself, so that a change always compares the two published figures beside it;
the period after a replaced one keeps its figures and has its comparisons made again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.periods import MERGER_DATE, add_months, first_of_month, quarter_of
from dx_pipeline.statistics.facts import catalogue_facts
from dx_pipeline.statistics.scripts import run
from dx_pipeline.warehouse.database import transaction

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue

MONTHLY = ("mart.province_monthly", "mart.national_monthly")
QUARTERLY = ("mart.province_quarterly", "mart.national_quarterly")


def compile_months(
    connection: duckdb.DuckDBPyConnection, months: Sequence[date], *, catalogue: Catalogue
) -> dict[str, int]:
    """Compiles province and national figures of the months from the accepted observations.

    Args:
        connection: The working file, writable, not in a transaction.
        months: First days of the months to replace.
        catalogue: Holds each indicator's rules.

    Returns:
        Rows written per table.
    """
    periods = sorted({first_of_month(month) for month in months})
    with catalogue_facts(connection, catalogue), transaction(connection):
        run(connection, "accepted_figure.sql")
        run(connection, "province_built.sql", view="built_month", figures="mart.province_monthly")
        run(connection, "compiled_national.sql", view="compiled_national", figures="mart.province_monthly")
        rows = {}
        for table in MONTHLY:
            _delete(connection, table, periods)
            rows[table] = run(connection, f"{table.removeprefix('mart.')}.sql", {"months": periods})
            if table == "mart.province_monthly" and periods and periods[0] < MERGER_DATE:
                rows[table] += run(connection, "province_monthly_built.sql", {"months": periods})
        _compare(connection, MONTHLY, periods, step=1)
    return rows


def compile_quarters(
    connection: duckdb.DuckDBPyConnection, quarters: Sequence[date], *, catalogue: Catalogue
) -> dict[str, int]:
    """Compiles the quarters from the months in the mart.

    Args:
        connection: The working file, writable, not in a transaction.
        quarters: Any days of the quarters to replace.
        catalogue: Holds each indicator's rules.

    Returns:
        Rows written per table.
    """
    periods = sorted({quarter_of(day) for day in quarters})
    with catalogue_facts(connection, catalogue), transaction(connection):
        provinces = "(FROM reported_quarter WHERE area_level = 'province')"
        run(connection, "accepted_figure.sql")
        run(connection, "reported_quarter.sql")
        run(connection, "province_built.sql", view="built_quarter", figures=provinces)
        run(
            connection,
            "compiled_national.sql",
            view="compiled_national_quarter",
            figures=provinces,
        )
        rows = {}
        for table in QUARTERLY:
            _delete(connection, table, periods)
            rows[table] = run(connection, f"{table.removeprefix('mart.')}.sql", {"quarters": periods})
        _compare(connection, QUARTERLY, periods, step=3)
    return rows


def _delete(connection: duckdb.DuckDBPyConnection, table: str, periods: list[date]) -> None:
    connection.execute(
        f"DELETE FROM {table} WHERE period_start = ANY($periods::DATE[])", {"periods": periods}
    )


def _compare(
    connection: duckdb.DuckDBPyConnection, tables: tuple[str, str], periods: list[date], *, step: int
) -> None:
    affected = sorted({*periods, *(add_months(period, step) for period in periods)})
    province_table, national_table = tables
    values: dict[str, object] = {"periods": affected, "step": step}
    before = [add_months(period, -step) for period in affected]
    run(connection, "province_comparison.sql", {**values, "periods_before": before}, table=province_table)
    run(connection, "national_comparison.sql", values, table=national_table)
    run(connection, "series_breaks.sql", table=province_table, series="geography, province_code, ")
    run(connection, "series_breaks.sql", table=national_table, series="")

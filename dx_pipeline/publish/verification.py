"""What a finished file must satisfy before it is put in place; it is opened the way a reader opens it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from dx_pipeline.failures import PublicationError
from dx_pipeline.publish.content import Content, content_of
from dx_pipeline.publish.queries import query
from dx_pipeline.warehouse.contract import Table

STORAGE_VERSION = "v1.0.0"
_NEVER_EMPTY = ("mart.dim_indicator", "mart.dim_area", "mart.dim_period")
_ANY_FIGURE = (
    "mart.province_monthly",
    "mart.national_monthly",
    "mart.province_quarterly",
    "mart.national_quarterly",
)


def verify(
    path: Path, tables: list[Table], expected: dict[str, Content], *, may_have_no_figure: bool = False
) -> None:
    """Opens the finished file read-only and checks it.

    Args:
        path: The file before it is put in place.
        tables: Every table that must be in it.
        expected: What was in the tables it was copied from.
        may_have_no_figure: Figures were accepted, but none is of a province's or the nation's month: those of
            communes are not published, those of quarters are compiled after the months.

    Raises:
        PublicationError: The first thing that is wrong, and that the old file stays.
    """
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            _verify_storage(connection)
            for table in tables:
                _verify_table(connection, table, expected[table.name])
            _verify_presence(expected, may_have_no_figure=may_have_no_figure)
            _verify_rates(connection)
    except duckdb.Error as error:
        raise _failure(f"it cannot be read: {error}") from error


def _verify_storage(connection: duckdb.DuckDBPyConnection) -> None:
    row = connection.execute(
        "SELECT tags['storage_version'] FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchone()
    if row is None or not str(row[0]).startswith(STORAGE_VERSION):
        raise _failure(f"storage version is {row and row[0]}, older clients need {STORAGE_VERSION}")


def _verify_table(connection: duckdb.DuckDBPyConnection, table: Table, expected: Content) -> None:
    found = content_of(connection, table)
    if found.rows != expected.rows:
        raise _failure(f"{table.name} has {found.rows} rows, its source has {expected.rows}")
    if found.digest != expected.digest:
        raise _failure(f"{table.name} differs from its source")
    key = ", ".join(f'"{name}"' for name in table.key)
    twice = connection.execute(
        f"SELECT {key}, count(*) FROM {table.name} GROUP BY {key} HAVING count(*) > 1 ORDER BY ALL LIMIT 1"
    ).fetchone()
    if twice is not None:
        raise _failure(
            f"{table.name} has {twice[-1]} rows with the key {dict(zip(table.key, twice, strict=False))}"
        )


def _verify_presence(expected: dict[str, Content], *, may_have_no_figure: bool) -> None:
    empty = [name for name in _NEVER_EMPTY if expected[name].rows == 0]
    if empty:
        raise _failure(f"{', '.join(empty)} is empty; compile the dimensions first")
    if not may_have_no_figure and all(expected[name].rows == 0 for name in _ANY_FIGURE):
        raise _failure(
            "there is no figure to publish; put files into the landing folder and run a month first"
        )


def _verify_rates(connection: duckdb.DuckDBPyConnection) -> None:
    for row in query(connection, "rates_out_of_range.sql"):
        what = f"{row['subject']} {row['period_start']} is {row['value']}"
        raise _failure(f"{row['table_name']} has a rate outside 0-100: {what}")


def _failure(what: str) -> PublicationError:
    return PublicationError(
        f"the new file to publish failed its verification: {what}. The published file stays as it was.",
        f"Tệp mới để công bố không đạt kiểm tra: {what}. Tệp đã công bố được giữ nguyên.",
    )

"""The whole mart: the tables that speak of all periods at once, and every table of a working file anew."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.periods import add_months, quarter_of
from dx_pipeline.statistics import dimensions, revisions, scorecard
from dx_pipeline.statistics import tables as whole_tables
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.reconciliation import compile_reconciliation
from dx_pipeline.warehouse.database import run_script

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue

_WHOLE: tuple[Callable[..., object], ...] = (
    whole_tables.compile_digital_signature_adoption,
    whole_tables.compile_check_summary,
    compile_reconciliation,
    dimensions.compile_dimensions,
    scorecard.compile_scorecard,
)


def compile_whole_tables(
    connection: duckdb.DuckDBPyConnection,
    *,
    catalogue: Catalogue,
    expected: Sequence[str] = (),
    follow: bool = True,
) -> None:
    """Every table that speaks of all periods, from the months and quarters in the mart.

    Args:
        connection: The working file, writable, not in a transaction.
        catalogue: Holds every rule.
        expected: Codes of the provinces the office waits for; empty means all.
        follow: Whether new revisions are followed to the figures that moved with them.
    """
    whole_tables.compile_submission_status(connection, catalogue=catalogue, expected=expected)
    revisions.compile_revision_log(connection, catalogue=catalogue, follow=follow)
    for compile_table in _WHOLE:
        compile_table(connection, catalogue=catalogue)


def compile_everything(
    connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue, expected: Sequence[str] = ()
) -> None:
    """Every month, every quarter and every whole table, from the figures in force.

    Args:
        connection: Tables of a working file, writable, not in a transaction.
        catalogue: Holds every rule.
        expected: Codes of the provinces the office waits for; empty means all.
    """
    months = months_with_figures(connection)
    compile_months(connection, months, catalogue=catalogue)
    compile_quarters(connection, sorted({quarter_of(month) for month in months}), catalogue=catalogue)
    compile_whole_tables(connection, catalogue=catalogue, expected=expected, follow=False)


def months_with_figures(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """The months that figures in force are filed under, and the one after each: it is compared with it."""
    found = [row[0] for row in run_script(connection, __package__, "months_with_figures.sql")]
    months = [month for month in found if isinstance(month, date)]
    return sorted({*months, *(add_months(month, 1) for month in months)})

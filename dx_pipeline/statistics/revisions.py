"""The revision log: what changed, by what, why, and which compiled figures moved with it.

How far a revision reaches is not computed by rules of its own: the months it touches are compiled as they were known
before and after the batch it came with, and what differs has moved. Each batch is followed once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from dx_pipeline.periods import MERGER_DATE, add_months, quarter_of
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.facts import catalogue_facts
from dx_pipeline.statistics.scripts import run
from dx_pipeline.warehouse.as_of import as_known
from dx_pipeline.warehouse.database import run_script, transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue

_INSTANT = timedelta(microseconds=1)


def compile_revision_log(
    connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue, follow: bool = True
) -> int:
    """``mart.revision_log`` and ``mart.revision_effect``, made whole from the log of decisions.

    Args:
        connection: The working file, writable, not in a transaction.
        catalogue: Holds each indicator's rules.
        follow: Whether batches of revisions that have not been followed yet are followed to the compiled figures.

    Returns:
        Rows of the log.
    """
    run(connection, "revision.sql")
    if follow:
        for batch_at, last_change, months in run_script(connection, __package__, "revised_batches.sql"):
            _follow(connection, batch_at, last_change, months, catalogue)  # type: ignore[arg-type]
    with catalogue_facts(connection, catalogue), transaction(connection):
        connection.execute("DELETE FROM mart.revision_log")
        connection.execute("DELETE FROM mart.revision_effect")
        run(connection, "revision_effect.sql", {"merger": MERGER_DATE})
        return run(connection, "revision_log.sql")


def _follow(
    connection: duckdb.DuckDBPyConnection,
    batch_at: datetime,
    last_change: datetime,
    months: Sequence[date],
    catalogue: Catalogue,
) -> None:
    """Writes what the compiled figures were before the batch and after it, where they differ."""
    quarters = sorted({quarter_of(month) for month in months})
    needed = [add_months(quarter, number) for quarter in quarters for number in range(3)]
    for table, moment in (("figures_before", batch_at - _INSTANT), ("figures_after", last_change)):
        with as_known(connection, moment, needed):
            compile_months(connection, needed, catalogue=catalogue)
            compile_quarters(connection, quarters, catalogue=catalogue)
            run(connection, "compiled_figures.sql", table=table)
    with transaction(connection):
        run(connection, "moved_figures.sql", {"batch": batch_at})
        connection.execute("INSERT INTO core.revised_batch VALUES (?)", [batch_at])

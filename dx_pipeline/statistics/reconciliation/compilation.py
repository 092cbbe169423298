"""Makes ``mart.reconciliation`` whole: the steps in their order, the words, one write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_pipeline.periods import MERGER_DATE
from dx_pipeline.statistics.facts import catalogue_facts
from dx_pipeline.statistics.reconciliation.facts import TABLES, put_facts
from dx_pipeline.statistics.reconciliation.words import Words
from dx_pipeline.statistics.scripts import run, script
from dx_pipeline.warehouse.contract import tables
from dx_pipeline.warehouse.database import insert_frame, transaction

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue

TABLE = "mart.reconciliation"
STEPS = (
    "macros",
    "published",
    "own_reported",
    "own_quarter",
    "own_change",
    "own",
    "candidates",
    "other_names",
    "against_rank",
    "against_own",
    "against_counts",
    "against_parts",
    "against_publications",
)
_VIEWS = (
    "own_quarter",
    "own_change",
    "other_name",
    "against_rank",
    "against_own",
    "against_counts",
    "against_parts",
    "against_publications",
)
_KEPT = ("published_figure", "own_reported", "own_figure", "own_candidate")


def compile_reconciliation(connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue) -> int:
    """``mart.reconciliation``: every published figure with what it was compared with, the outcome, and why.

    Args:
        connection: The working file, writable, not in a transaction.
        catalogue: Holds kinds, equations, what a rank ranks, and what goes by the same name.

    Returns:
        Rows written; every published figure has at least one.
    """
    with catalogue_facts(connection, catalogue):
        put_facts(connection, catalogue)
        run(connection, "compiled_national.sql", view="compiled_national", figures="mart.province_monthly")
        try:
            found = _compare(connection)
            with transaction(connection):
                connection.execute(f"DELETE FROM {TABLE}")
                return insert_frame(connection, TABLE, _with_words(found, catalogue))
        finally:
            _remove(connection)


def _compare(connection: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The rows of ``compared.sql``: all but the words."""
    for step in STEPS:
        run(connection, f"reconciliation/{step}.sql", merger=f"DATE '{MERGER_DATE}'")
    return connection.execute(script("reconciliation/compared.sql")).df()


def _with_words(found: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    words = Words(catalogue)
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    explained = [words.of({str(name): value for name, value in row.items()}) for row in rows]
    frame = found.assign(
        explanation_vi=[vi for vi, _ in explained], explanation_en=[en for _, en in explained]
    )
    return frame[[name for name in tables()[TABLE].column_names if name in frame.columns]]


def _remove(connection: duckdb.DuckDBPyConnection) -> None:
    for name in _VIEWS:
        connection.execute(f"DROP VIEW IF EXISTS temp.{name}")
    for name in (*_KEPT, *TABLES):
        connection.execute(f"DROP TABLE IF EXISTS temp.{name}")

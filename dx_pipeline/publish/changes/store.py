"""``quality.publication_change``: the last comparison that found something, and since when its figures wait."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dx_pipeline.publish.changes.comparison import Comparison
from dx_pipeline.publish.queries import Row, query
from dx_pipeline.warehouse.contract import tables
from dx_pipeline.warehouse.database import insert_frame, transaction

if TYPE_CHECKING:
    import duckdb

TABLE = "quality.publication_change"
_DECIDED = ("held", "accepted")


def keep(connection: duckdb.DuckDBPyConnection, comparison: Comparison, now: datetime) -> bool:
    """Puts the comparison in the place of the one before.

    One that finds nothing replaces only one whose figures wait: they wait no longer. Otherwise the last
    difference stays to be looked at.

    Args:
        connection: The working file, writable, in no transaction.
        comparison: With what is published.
        now: Since when newly held figures wait (UTC without a zone).

    Returns:
        Whether it was kept.
    """
    import pandas as pd

    since = {_name(row): row["held_since"] for row in query(connection, "changes/held_since.sql")}
    if not comparison.rows and not since:
        return False
    names = tables()[TABLE].column_names
    frame = pd.DataFrame([_stored(row, comparison, since, now) for row in comparison.rows], columns=names)
    with transaction(connection):
        connection.execute(f"DELETE FROM {TABLE}")
        insert_frame(connection, TABLE, frame.astype(object).where(frame.notna(), None))
    return True


def _stored(row: Row, comparison: Comparison, since: dict[tuple[str, ...], datetime], now: datetime) -> Row:
    is_held = row["decision"] == "held"
    return {
        **row,
        "change_digest": comparison.digest if row["decision"] in _DECIDED else None,
        "held_since": since.get(_name(row), now) if is_held else None,
    }


def _name(row: Row) -> tuple[str, ...]:
    return row["table_name"], row["indicator_code"], row["figure_key"]


def held_state(connection: duckdb.DuckDBPyConnection) -> Row | None:
    """How many figures wait, since when, and the digest of the difference; None where publication is not held."""
    if not query(connection, "changes/is_kept.sql"):
        return None  # a working file of an earlier version that has not been run since
    [found] = query(connection, "changes/held_state.sql")
    if not found["held_count"]:
        return None
    return {**found, "held_since": found["held_since"].replace(tzinfo=UTC).isoformat()}

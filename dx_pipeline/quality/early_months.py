"""Months before the first partition that published figures speak of: no run is for them, so any run judges them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.periods import FIRST_MONTH

if TYPE_CHECKING:
    import duckdb


def months_before_the_first(connection: duckdb.DuckDBPyConnection) -> list[date]:
    """The months before the first partition whose figures have no verdict yet, ascending."""
    rows = connection.execute(
        "SELECT DISTINCT period_start FROM core.observation WHERE verdict IS NULL AND period_start < ? ORDER BY ALL",
        [FIRST_MONTH],
    ).fetchall()
    return [month for (month,) in rows]

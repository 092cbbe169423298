"""A figure beside the accepted figures of the months before and after it."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import NonDecreasing

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_BORDERS = ["opening_border", "closing_border"]
_NEEDED = ["observation_id", "series", "period_start", "value", "file_name", "locator", *_BORDERS]
_GROWING = (NonDecreasing.ALWAYS, NonDecreasing.WITHIN_YEAR)


def with_neighbours(
    connection: duckdb.DuckDBPyConnection, arriving: pd.DataFrame, standing: pd.DataFrame
) -> pd.DataFrame:
    """``arriving`` with the values of the months beside it and the columns the neighbour rules need.

    Args:
        connection: Any open connection; nothing is written through it.
        arriving: Prepared figures to look at.
        standing: Prepared figures that are taken to be in force.
    """
    sql = resources.files(__package__).joinpath("neighbours.sql").read_text(encoding="utf-8")
    connection.register("arriving", arriving[["observation_id", "series", "period_start", *_BORDERS]])
    connection.register("standing", standing[_NEEDED])
    try:
        found = connection.execute(sql).df()
    finally:
        connection.unregister("arriving")
        connection.unregister("standing")
    frame = arriving.merge(found, on="observation_id", how="left", validate="one_to_one")
    for column in ("previous_value", "next_value", "carry_value"):
        frame[column] = frame[column].astype("float64")
    grows = frame["non_decreasing"].isin(_GROWING)
    frame["has_carry"] = frame["carry_value"].notna() & frame["series"].notna()
    frame["has_previous"] = grows & frame["previous_value"].notna()
    frame["has_next"] = grows & frame["next_value"].notna()
    frame["has_previous_stock"] = frame["fall_needs_reason"].eq(True) & frame["previous_value"].notna()
    explained = _says_something(frame["revision_reason"]) | _says_something(frame["note"])
    fall = (frame["previous_value"] - frame["value"]).clip(lower=0)
    frame["unexplained_fall"] = fall.mask(explained & fall.notna(), 0.0)
    return frame


def _says_something(column: pd.Series) -> pd.Series:
    return column.fillna("").astype(str).str.strip() != ""

"""A figure beside the accepted figures of the months before and after it."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from dx_pipeline.quality.restatements import may_fall

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_COMPARED_BY = ["series", "period_start", "opening_border", "closing_border"]
_SIDES = ("previous", "next", "carry")


def with_neighbours(
    connection: duckdb.DuckDBPyConnection, arriving: pd.DataFrame, standing: pd.DataFrame
) -> pd.DataFrame:
    """``arriving`` with the values of the months beside it and the columns the neighbour rules need.

    Args:
        connection: Any open connection; nothing is written through it.
        arriving: Figures to look at, rows of a prepared frame.
        standing: Rows of the same frame that are taken to be in force.

    Returns:
        The rows with, for each side, the neighbour's value and its row in the prepared frame.
    """
    found = _neighbours(connection, _comparable(arriving), _comparable(standing))
    frame = arriving.copy(deep=False)
    for side in _SIDES:
        for column in (f"{side}_value", f"{side}_row"):
            frame[column] = found[column].astype("float64")
    grows = frame["grows"]
    # An approved fall is one from exactly the value that was named: the two months do not contradict each other.
    is_permitted = may_fall(frame["permits"], frame["previous_value"])
    next_permits = standing["permits"].reindex(frame["next_row"]).set_axis(frame.index)
    next_is_permitted = may_fall(next_permits, frame["value"])
    frame["has_carry"] = frame["carry_value"].notna() & frame["series"].notna()
    frame["has_previous"] = grows & frame["previous_value"].notna() & ~is_permitted
    frame["has_next"] = grows & frame["next_value"].notna() & ~next_is_permitted
    frame["has_previous_stock"] = frame["fall_needs_reason"] & frame["previous_value"].notna()
    fall = (frame["previous_value"] - frame["value"]).clip(lower=0)
    frame["unexplained_fall"] = fall.mask((frame["is_explained"] | is_permitted) & fall.notna(), 0.0)
    return frame


def named(rows: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
    """The rows with month, file and cell of their neighbours.

    Args:
        rows: What ``with_neighbours`` gave.
        figures: The prepared frame.
    """
    frame = rows.copy(deep=False)
    for side in _SIDES:
        neighbours = figures[["period_start", "file_name", "locator"]].reindex(frame[f"{side}_row"])
        frame[f"{side}_month"] = neighbours["period_start"].to_numpy()
        frame[f"{side}_file"] = neighbours["file_name"].to_numpy()
        frame[f"{side}_locator"] = neighbours["locator"].to_numpy()
    return frame


def _comparable(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures that have a series or a border, narrowed to what the query needs; most have none."""
    is_linked = figures[["series", "opening_border", "closing_border"]].notna().any(axis=1)
    columns = [*_COMPARED_BY, "observation_id", "value"]
    return figures.loc[is_linked, columns].rename_axis("figure_row").reset_index()


def _neighbours(
    connection: duckdb.DuckDBPyConnection, arriving: pd.DataFrame, standing: pd.DataFrame
) -> pd.DataFrame:
    sql = resources.files(__package__).joinpath("neighbours.sql").read_text(encoding="utf-8")
    connection.register("arriving", arriving[["figure_row", *_COMPARED_BY]])
    connection.register("standing", standing)
    try:
        return connection.execute(sql).df().set_index("figure_row")
    finally:
        connection.unregister("arriving")
        connection.unregister("standing")

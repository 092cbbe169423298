"""The vintages of each figure: which rows are the same figure, in what order they came, which have a say.

Two rows are the same figure where they agree in ``rules.KEY``; a later row is a newer vintage of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_pipeline.quality.rules import KEY

if TYPE_CHECKING:
    import pandas as pd


def with_vintages(candidates: pd.DataFrame) -> pd.DataFrame:
    """Numbers figures and vintages, and leaves out what was rejected before the vintage in force came.

    Args:
        candidates: Rows of ``candidates.sql`` with the columns of ``restatements.with_restatements``.

    Returns:
        The rows that have a say, with ``figure`` (a number from 0), ``vintage_number`` (from 1, within the figure)
        and ``in_force_number`` (that of the vintage in force, 0 where none is).
    """
    figure = candidates.groupby(list(KEY), dropna=False, sort=False, observed=True).ngroup()
    frame = candidates.assign(figure=figure, vintage_number=1)
    frame["vintage_number"] = frame["vintage_number"].where(~figure.duplicated(keep=False), _numbers(frame))
    in_force = frame.loc[frame["is_latest"]].groupby("figure")["vintage_number"].max()
    frame["in_force_number"] = figure.map(in_force).fillna(0).astype("int64") if len(in_force) else 0
    is_passed_over = (frame["verdict"] == "rejected") & (frame["vintage_number"] < frame["in_force_number"])
    return frame[~is_passed_over] if is_passed_over.any() else frame


def newest(figures: pd.DataFrame) -> pd.DataFrame:
    """The newest vintage of each figure among these rows."""
    if not figures["figure"].duplicated().any():
        return figures
    ordered = figures.sort_values("vintage_number", kind="stable")
    is_newest = ~ordered["figure"].duplicated(keep="last")
    return figures[is_newest.reindex(figures.index)]


def _numbers(frame: pd.DataFrame) -> pd.Series:
    """The vintage numbers of the figures that have several."""
    several = frame.loc[frame["figure"].duplicated(keep=False)]
    # Words are numbered in any order; file names must be ordered as texts.
    names = several["file_name"].cat.set_categories(sorted(several["file_name"].cat.categories), ordered=True)
    # A restated value follows the value it replaces, also where that one is sent again.
    order = several[["figure", "order_at", "restated_number"]].assign(file_name=names)
    if order.duplicated().any():
        order["observation_id"] = several["observation_id"]
    return order.sort_values(list(order.columns)).groupby("figure").cumcount() + 1

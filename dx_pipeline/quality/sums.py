"""Totals beside the sum of their parts in the same file, area and period.

The equations of scores stand in the catalogue's ``equations.yaml``, those of forms in the sources' entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.quality.form_equations import form_equations

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue

_PLACE = ["file_sha256", "source_code", "area_code", "scope", "period_start"]
_NEEDED = [*_PLACE, "indicator_code", "value"]


def add_score_sums(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """For each total score: the sum of its groups in the same file, area and month that lies furthest from it."""
    frame["sum_of_groups"] = float("nan")
    frame["sum_difference"] = float("nan")
    for equation in catalogue.equations:
        total = catalogue.indicators.get(equation.total)
        if total is not None and total.kind is Kind.SCORE and equation.parts:
            sums = _sums_of(frame[_NEEDED], equation.total, equation.parts).dropna()
            _keep_furthest(frame, sums, "sum_of_groups", "sum_difference")
    frame["has_all_groups"] = frame["sum_difference"].notna()


def add_form_equations(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """For each total of a form: the sum its equations give that lies furthest from it, and how far."""
    frame["form_sum"] = float("nan")
    frame["form_difference"] = float("nan")
    for equation in form_equations(catalogue):
        rows = frame.loc[frame["source_code"] == equation.source_code, _NEEDED]
        sums = _sums_of(rows, equation.total, equation.parts).dropna()
        _keep_furthest(frame, sums, "form_sum", "form_difference")
    frame["has_form_equation"] = frame["form_difference"].notna()


def _keep_furthest(frame: pd.DataFrame, sums: pd.Series, sum_column: str, difference_column: str) -> None:
    """Writes the sums that lie further from their totals than what stands there."""
    difference = (frame["value"].loc[sums.index] - sums).abs()
    worse = difference[~(difference <= frame[difference_column].loc[sums.index])].index
    frame.loc[worse, sum_column] = sums[worse]
    frame.loc[worse, difference_column] = difference[worse]


def _sums_of(frame: pd.DataFrame, total: str, parts: Sequence[str]) -> pd.Series:
    """For each row of the indicator ``total``: the sum of ``parts`` in its file, area and period, if complete."""
    is_total = frame["indicator_code"] == total
    is_part = frame["indicator_code"].isin(parts)
    if not is_total.any() or not is_part.any():
        return frame["value"].iloc[:0]
    rows = frame[is_total | is_part]
    place = rows.groupby(_PLACE, dropna=False, sort=False, observed=True).ngroup()
    sums = rows["value"].where(is_part).groupby(place).agg(["sum", "count"])
    complete = sums.loc[sums["count"] == len(parts), "sum"]
    return place[is_total].map(complete)

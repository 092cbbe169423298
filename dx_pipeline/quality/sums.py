"""Totals beside the sum of their parts in the same file, area and period.

The equations of scores stand in ``equations.yaml``, those of forms in the sources' own descriptions.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

import yaml

from dx_pipeline.quality.form_equations import form_equations

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue

_PLACE = ["file_sha256", "source_code", "area_code", "scope", "period_start"]
_NEEDED = [*_PLACE, "indicator_code", "value"]


@cache
def _equations() -> list[dict[str, object]]:
    text = resources.files(__package__).joinpath("equations.yaml").read_text(encoding="utf-8")
    equations: list[dict[str, object]] = yaml.safe_load(text)
    return equations


def add_score_sums(frame: pd.DataFrame) -> None:
    """For each total: how far it is from the sum of its groups in the same file, area and month."""
    frame["sum_of_groups"] = float("nan")
    for equation in _equations():
        sums = _sums_of(frame[_NEEDED], str(equation["total"]), equation["groups"])  # type: ignore[arg-type]
        frame.loc[sums.index, "sum_of_groups"] = sums
    frame["sum_difference"] = (frame["value"] - frame["sum_of_groups"]).abs()
    frame["has_all_groups"] = frame["sum_difference"].notna()


def add_form_equations(frame: pd.DataFrame, catalogue: Catalogue) -> None:
    """For each total of a form: the sum its equations give that lies furthest from it, and how far."""
    frame["form_sum"] = float("nan")
    frame["form_difference"] = float("nan")
    for equation in form_equations(catalogue):
        rows = frame.loc[frame["source_code"] == equation.source_code, _NEEDED]
        sums = _sums_of(rows, equation.total, equation.parts).dropna()
        difference = (frame["value"].loc[sums.index] - sums).abs()
        worse = difference[~(difference <= frame["form_difference"].loc[sums.index])].index
        frame.loc[worse, "form_sum"] = sums[worse]
        frame.loc[worse, "form_difference"] = difference[worse]
    frame["has_form_equation"] = frame["form_difference"].notna()


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

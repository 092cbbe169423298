"""Which load of a register is in force once the limit on rejected rows has been asked, and for which provinces.

Frames in, decisions out: nothing is read or written. A newer load takes the place of its month as a whole, for every
province that it does not have to be refused for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.quality.registers.profile import UNREADABLE

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

_GROUP = ["source_code", "area_code", "period_start"]


@dataclass(frozen=True, slots=True)
class Settled:
    """The decisions over the loads of one judgement, as they are if the table gate lets it through.

    Attributes:
        loads: The loads with ``has_say`` (in force, awaiting, or rejected and not superseded), ``is_refused`` (as a
            whole), ``is_now_latest``, ``stands`` (in force, or newer and not accepted) and ``stood`` (the same if
            nothing is replaced).
        refused: Per load and province: whether the load is refused for it.
        in_place: Per load and province: the ``place``, the load whose figures count for the province in its month.
    """

    loads: pd.DataFrame
    refused: pd.DataFrame
    in_place: pd.DataFrame


def settle(loads: pd.DataFrame, profile: pd.DataFrame, failed: np.ndarray) -> Settled:
    """Decides over the loads.

    Args:
        loads: ``Counted.loads``: of one source, area and month the older first.
        profile: What ``profile_of`` gave.
        failed: True at the rows of the profile beyond the limit on rejected rows.
    """
    refused = _refused(loads, profile, failed)
    provinces = refused.columns != UNREADABLE
    has_rows = _wide(profile["has_rows"].to_numpy(), profile, loads).to_numpy()
    frame = loads.copy()
    frame["has_say"] = (
        loads["is_latest"]
        | (loads["verdict"].isna() & loads["is_requested"])
        | ((loads["verdict"] == "rejected") & ~loads["is_superseded"])
    )
    accepts_any = (has_rows & ~refused.to_numpy())[:, provinces].any(axis=1)
    frame["is_refused"] = ~accepts_any & ~loads["is_latest"]
    is_able = frame["has_say"] & ~frame["is_refused"] & loads["is_in_scope"]
    frame["is_now_latest"] = _is_last_of(frame, is_able) | (loads["is_latest"] & ~loads["is_in_scope"])
    counts = frame["has_say"] & loads["is_in_scope"]
    frame["stands"] = counts & _is_not_before(frame, frame["is_now_latest"])
    frame["stood"] = counts & _is_not_before(frame, loads["is_latest"])
    may_hold = ~frame["is_refused"] & (counts | (loads["verdict"] == "accepted"))
    return Settled(frame, refused, _in_place(frame, refused, may_hold))


def changed_loads(settled: Settled) -> pd.DataFrame:
    """The loads of the judged months whose verdict or standing changes: their key, ``verdict`` and ``is_latest``."""
    import numpy as np

    loads = settled.loads
    verdict = np.where(loads["is_refused"], "rejected", "accepted")
    differs = (loads["verdict"] != verdict) | (loads["is_latest"] != loads["is_now_latest"])
    changed = loads[loads["is_in_scope"] & loads["has_say"] & differs]
    keys = ["source_code", "period_start", "file_sha256", "vintage_at"]
    return changed[keys].assign(verdict=verdict[changed.index], is_latest=changed["is_now_latest"])


def _wide(values: np.ndarray, profile: pd.DataFrame, loads: pd.DataFrame) -> pd.DataFrame:
    """Truths of profile rows as a row per load and a column per province; false where the load has no such row."""
    frame = profile[["load", "province_code"]].assign(value=values)
    wide = frame.pivot(index="load", columns="province_code", values="value").reindex(loads.index)
    return wide.eq(True)


def _refused(loads: pd.DataFrame, profile: pd.DataFrame, failed: np.ndarray) -> pd.DataFrame:
    """A load with too many rows whose province cannot be read is refused for every province."""
    wide = _wide(failed, profile, loads)
    return wide.apply(lambda column: column | wide[UNREADABLE])


def _is_last_of(loads: pd.DataFrame, condition: pd.Series) -> pd.Series:
    """The last load of each source, area and month among those for which it is true."""
    last = loads[condition].drop_duplicates(_GROUP, keep="last")
    return loads.index.to_series().isin(last.index)


def _is_not_before(loads: pd.DataFrame, is_latest: pd.Series) -> pd.Series:
    """Whether a load is the one in force, or later, or of a month in which none is."""
    numbers = loads.index.to_series().where(is_latest)
    in_force = numbers.groupby([loads[name] for name in _GROUP]).transform("max")
    return loads.index.to_series() >= in_force.fillna(-1)


def _in_place(loads: pd.DataFrame, refused: pd.DataFrame, may_hold: pd.Series) -> pd.DataFrame:
    """For each load and province: the last load of its month and area that is not refused for the province."""
    holds = (~refused).mul(may_hold, axis=0)
    numbers = holds.mul(loads.index.to_series(), axis=0)
    places = numbers.where(holds).groupby([loads[name] for name in _GROUP]).transform("max")
    long = places.rename_axis(index="load").reset_index().melt("load", value_name="place")
    return long.dropna().astype({"place": "int64"})

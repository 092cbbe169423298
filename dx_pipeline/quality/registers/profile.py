"""The profile of large registers: a row per load and province, made of what the load counted.

Reads loads and counts, derives the columns that ``register_rules.py`` speaks of. The rows of a register are never
read here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

from dx_pipeline.periods import MERGER_DATE, add_months
from dx_pipeline.quality.register_rules import ROW_RULES, evaluated_column, failed_column

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.record_models import RecordLimits

UNREADABLE = ""
"""Stands for a province that cannot be read."""
_LOAD = ["source_code", "period_start", "file_sha256", "vintage_at"]
_ROW_CODES = [rule.code for rule in ROW_RULES]
_LINES = "rows"


@dataclass(frozen=True, slots=True)
class Counted:
    """The loads of a register and what their row rules counted.

    Attributes:
        loads: The columns of ``loads.sql``, numbered from 0; of one source, month and area the older first.
        counts: Per ``load``, ``province_code`` and ``rule``: evaluated_count, failed_count, first_lines, example.
    """

    loads: pd.DataFrame
    counts: pd.DataFrame


def read_counted(
    connection: duckdb.DuckDBPyConnection,
    months: Sequence[date],
    others: Sequence[date],
    superseded: Sequence[str],
) -> Counted:
    """Reads the loads of the judged months and of the months before them.

    Args:
        connection: An open connection; nothing is written.
        months: The months that are asked for.
        others: The months judged again because of them.
        superseded: sha256 of the files that another has taken the place of.
    """
    before = {add_months(month, -1) for month in (*months, *others)}
    asked = {"months": list(months), "others": list(others), "before": sorted(before)}
    loads = connection.execute(_sql("loads.sql"), {**asked, "superseded": list(superseded)}).df()
    if loads.empty:
        return Counted(loads, loads.iloc[:0])
    counts = connection.execute(_sql("counts.sql"), asked).df()
    numbers = loads[_LOAD].assign(load=loads.index)
    return Counted(loads, counts.merge(numbers, on=_LOAD, validate="many_to_one"))


def _sql(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def profile_of(counted: Counted, catalogue: Catalogue) -> pd.DataFrame:
    """A row per load and province, and one for the rows of a load whose province cannot be read.

    Args:
        counted: Loads and counts.
        catalogue: For the sources' limits.

    Returns:
        Numbered from 0: ``load``, month, source, ``province_code``, ``lines`` (all rows), ``rows`` (accepted ones),
        ``rejected``, the share of rejected rows and its limit, what each row rule looked at and found failing,
        ``counts_difference`` and ``has_rows``. What a load did not count is missing, never zero.
    """
    import numpy as np

    wide = _by_rule(counted)
    lines, rejected = wide[evaluated_column(_LINES)], wide[failed_column(_LINES)]
    frame = wide.assign(lines=lines, rejected=rejected, rows=lines - rejected).reset_index()
    about = counted.loads.loc[frame["load"]]
    for name in ("period_start", "source_code"):
        frame[name] = about[name].to_numpy()
    all_lines = np.where(frame["province_code"] == UNREADABLE, about["line_count"], frame["lines"])
    frame["has_rows"] = frame["lines"] != 0
    frame["has_register"] = frame["has_rows"]
    frame["rejected_share"] = frame["rejected"] / np.where(all_lines == 0, 1, all_lines)
    limits = _limits(frame["source_code"].unique(), catalogue)
    for name in ("max_rejected_share", "max_volume_change"):
        by_source = {code: getattr(limit, name) for code, limit in limits.items()}
        frame[name] = frame["source_code"].map(by_source).astype("float64")
    frame["counts_difference"] = _difference(frame, counted.loads)
    return frame


def _by_rule(counted: Counted) -> pd.DataFrame:
    """Counts with a column per rule; a load that found every province readable has zeros for the others."""
    import pandas as pd

    wide = counted.counts.pivot(
        index=["load", "province_code"], columns="rule", values=["evaluated_count", "failed_count"]
    )
    names = {"evaluated_count": evaluated_column, "failed_count": failed_column}
    pairs: list[Any] = wide.columns.to_list()
    wide.columns = pd.Index([names[kind](rule) for kind, rule in pairs])
    columns = [name(rule) for rule in (_LINES, *_ROW_CODES) for name in names.values()]
    every = pd.MultiIndex.from_product([counted.loads.index, [UNREADABLE]], names=wide.index.names)
    missing = every[~every.isin(wide.index)]
    wide = wide.reindex(wide.index.union(missing), columns=columns).astype("float64")
    wide.loc[missing] = 0.0
    return wide


def _limits(sources: Iterable[str], catalogue: Catalogue) -> dict[str, RecordLimits]:
    found = ((code, catalogue.sources.get(code)) for code in sources)
    return {code: source.records.limits for code, source in found if source and source.records}


def _difference(frame: pd.DataFrame, loads: pd.DataFrame) -> pd.Series:
    """By how many rows a load contradicts itself, province by province; its totals count for the unreadable one."""
    import pandas as pd

    failed = frame[[failed_column(code) for code in _ROW_CODES]].to_numpy()
    evaluated = frame[[evaluated_column(code) for code in _ROW_CODES]].to_numpy()
    lines, rejected = frame["lines"], frame["rejected"]
    most = pd.Series(failed.max(axis=1), index=frame.index)
    excesses = (
        pd.Series(
            (failed - evaluated).clip(0).sum(axis=1), index=frame.index
        ),  # failed without being looked at
        (rejected - failed.sum(axis=1)).clip(lower=0),  # rejected, and no rule says why
        (most - rejected).clip(lower=0),  # broke a rule and was accepted
        (rejected - lines).clip(lower=0),
        pd.Series((-failed).clip(0).sum(axis=1), index=frame.index),
    )
    sums = frame.groupby("load")[["lines", "rejected"]].sum().reindex(loads.index)
    accepted = loads["line_count"] - loads["rejected_count"]
    totals = (
        (sums["lines"] - loads["line_count"]).abs()
        + (sums["rejected"] - loads["rejected_count"]).abs()
        + (accepted - loads["row_count"]).abs()
    )
    of_load = frame["load"].map(totals).where(frame["province_code"] == UNREADABLE, 0.0)
    return sum(excesses, of_load).astype("float64")


def with_volume(
    profile: pd.DataFrame, loads: pd.DataFrame, in_place: pd.DataFrame, judged: Iterable[int]
) -> pd.DataFrame:
    """The profile with each province's accepted rows of the month before, where that month is known.

    Args:
        profile: What ``profile_of`` gave.
        loads: The loads.
        in_place: Per ``load`` and ``province_code``: the ``place``, the load of the same month and area whose rows
            count for the province.
        judged: The loads to compare.

    Returns:
        The rows in the same order and, after them, one per province that had rows the month before and has none.
    """
    import pandas as pd

    rows = profile.set_index(["load", "province_code"])["rows"]
    parts = []
    for load in judged:
        before = _month_before(load, loads, in_place)
        if before.empty:
            continue
        found = rows.reindex(pd.MultiIndex.from_frame(before[["place", "province_code"]])).to_numpy()
        parts.append(
            pd.DataFrame({"load": load, "province_code": before["province_code"], "rows_before": found})
        )
    columns = ["load", "province_code", "rows_before"]
    known = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)
    known = known[known["rows_before"] > 0].astype({"load": "int64", "rows_before": "float64"})
    frame = profile.merge(
        known, on=["load", "province_code"], how="outer", indicator=True, validate="one_to_one"
    )
    frame = _with_the_silent(frame, profile, loads)
    frame["has_rows_before"] = frame["rows_before"].notna()
    frame["volume_change"] = (frame["rows"] - frame["rows_before"]).abs() / frame["rows_before"]
    return frame


def _month_before(load: int, loads: pd.DataFrame, in_place: pd.DataFrame) -> pd.DataFrame:
    """The rows of ``in_place`` of the same source and area a month earlier; none across the merger of provinces."""
    of_load = loads.loc[load]
    month = of_load["period_start"].date()
    previous = add_months(month, -1)
    if previous < MERGER_DATE <= month:
        return in_place.iloc[:0]
    same = loads[
        (loads["source_code"] == of_load["source_code"])
        & (loads["area_code"] == of_load["area_code"])
        & (loads["period_start"] == str(previous))
    ]
    found = in_place[in_place["load"] == same.index.max()]
    return found[found["province_code"] != UNREADABLE]


def _with_the_silent(frame: pd.DataFrame, profile: pd.DataFrame, loads: pd.DataFrame) -> pd.DataFrame:
    """Fills in the rows of provinces that have sent nothing this time: no row was looked at, none is missing."""
    import pandas as pd

    is_silent = frame["_merge"] == "right_only"
    silent = frame[is_silent].drop(columns="_merge")
    about = loads.loc[silent["load"]]
    silent = silent.assign(
        period_start=about["period_start"].to_numpy(), source_code=about["source_code"].to_numpy()
    )
    limits = profile.drop_duplicates("load").set_index("load")["max_volume_change"]
    silent["max_volume_change"] = silent["load"].map(limits)
    counted = ["lines", "rows", "rejected", "counts_difference"]
    silent = silent.assign(**dict.fromkeys(counted, 0.0), has_rows=False, has_register=False)
    spoken = frame[~is_silent].drop(columns="_merge").set_index(["load", "province_code"])
    spoken = spoken.reindex(pd.MultiIndex.from_frame(profile[["load", "province_code"]])).reset_index()
    flags = {"has_rows": bool, "has_register": bool}
    return pd.concat([spoken.astype(flags), silent.astype(flags)], ignore_index=True)

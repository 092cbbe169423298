"""The log of decisions: from when on each figure was in force, and until when.

A decision's moment is the arrival that brought it about, not the run that happened to judge it: the same files give
the same log whenever they are judged. Months that the table gate held back count from the arrival that let them pass.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.quality.resolution import Resolution


class Held(NamedTuple):
    """Months that the gate refused before this judgement (first days), and when the file came that let them pass."""

    months: Collection[pd.Timestamp]
    passed_at: pd.Timestamp


def decisions(
    verdicts: pd.DataFrame,
    figures: pd.DataFrame,
    steps: pd.DataFrame,
    *,
    now: pd.Timestamp,
    held: Held,
) -> pd.DataFrame:
    """The entries to append to ``core.verdict``.

    Args:
        verdicts: observation_id, verdict and is_latest of the figures that change, by the label of the figure.
        figures: The prepared candidates.
        steps: How what is in force changed: ``row``, ``decided_at``, ``is_latest``.
        now: The moment of decisions that no arrival explains.
        held: The months that the gate held back so far.

    Returns:
        ``observation_id, decided_at, verdict, is_latest, step`` in the order of the steps; the last entry of each
        figure says what holds now.
    """
    import pandas as pd

    changed = figures.loc[verdicts.index, ["observation_id", "period_start", "known_at", "verdict"]].assign(
        final=verdicts["is_latest"], told=verdicts["verdict"].astype(object)
    )
    told = steps[steps["row"].isin(changed.index)].reset_index(drop=True)
    was_held = changed.index[changed["period_start"].isin(list(held.months))]
    told = told[~told["row"].isin(was_held)]
    last = told.drop_duplicates("row", keep="last").set_index("row")["is_latest"]
    is_told = changed.index.to_series().map(last) == changed["final"]
    rest = changed[~is_told]
    moments = rest["known_at"].where(rest["verdict"].isna(), now)
    found = pd.concat(
        [
            told,
            pd.DataFrame({"row": rest.index, "decided_at": moments.array, "is_latest": rest["final"].array}),
        ],
        ignore_index=True,
    )
    found["decided_at"] = found["decided_at"].mask(found["row"].isin(was_held), held.passed_at)
    return pd.DataFrame(
        {
            "observation_id": changed["observation_id"].reindex(found["row"]).array,
            "decided_at": pd.to_datetime(found["decided_at"]),
            "verdict": changed["told"].reindex(found["row"]).array,
            "is_latest": found["is_latest"].astype(bool),
            "step": range(1, len(found) + 1),
        }
    )


def changed_verdicts(figures: pd.DataFrame, resolution: Resolution) -> tuple[pd.DataFrame, frozenset[date]]:
    """The figures whose verdict or standing changes, and the months whose figures in force change."""
    import pandas as pd

    verdict = figures["verdict"]
    is_now_latest = figures.index.isin(resolution.in_force.index)
    is_accepted = (verdict == "accepted") | resolution.accepted
    moved = figures["is_in_scope"] & (figures["is_latest"] != is_now_latest)
    unlike = verdict.isna() | ((verdict == "accepted") != is_accepted)
    changed = moved | (figures["is_in_scope"] & unlike)
    codes = is_accepted.astype("int8").to_numpy()
    frame = pd.DataFrame(
        {
            "observation_id": figures["observation_id"][changed],
            "verdict": pd.Categorical.from_codes(codes[changed], pd.Index(["rejected", "accepted"])),
            "is_latest": is_now_latest[changed],
        }
    )
    return frame, frozenset(day.date() for day in figures["period_start"][moved].unique())

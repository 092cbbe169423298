"""The log of decisions: from when on each figure was in force, and until when.

A decision's moment is the arrival that brought it about, not the run that happened to judge it: the same files give
the same log whenever they are judged. Months that the table gate held back count from the arrival that let them pass.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


def decisions(
    verdicts: pd.DataFrame,
    figures: pd.DataFrame,
    steps: pd.DataFrame,
    *,
    now: pd.Timestamp,
    refused: Collection[pd.Timestamp],
) -> pd.DataFrame:
    """The entries to append to ``core.verdict``.

    Args:
        verdicts: observation_id, verdict and is_latest of the figures that change, by the label of the figure.
        figures: The prepared candidates.
        steps: How what is in force changed: ``row``, ``decided_at``, ``is_latest``.
        now: When the last known file arrived.
        refused: First days of the months that the gate refused before this judgement.

    Returns:
        ``observation_id, decided_at, verdict, is_latest, step`` in the order of the steps; the last entry of each
        figure says what holds now.
    """
    import pandas as pd

    changed = figures.loc[verdicts.index, ["observation_id", "period_start", "known_at", "verdict"]].assign(
        final=verdicts["is_latest"], told=verdicts["verdict"].astype(object)
    )
    told = steps[steps["row"].isin(changed.index)].reset_index(drop=True)
    if len(changed) and len(refused):
        held = changed.index[changed["period_start"].isin(list(refused))]
        told = told[~told["row"].isin(held)]
        changed.loc[held, "known_at"] = now
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
    return pd.DataFrame(
        {
            "observation_id": changed["observation_id"].reindex(found["row"]).array,
            "decided_at": pd.to_datetime(found["decided_at"]),
            "verdict": changed["told"].reindex(found["row"]).array,
            "is_latest": found["is_latest"].astype(bool),
            "step": range(1, len(found) + 1),
        }
    )

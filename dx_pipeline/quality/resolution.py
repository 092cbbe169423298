"""Which vintage of each figure is in force once the rules have been asked.

The newest vintage that passes wins. A figure that contradicts a neighbouring month is not accepted as
long as that month stands; how such figures are weighed is ``settling.py``.
Reads nothing and writes nothing: frames in, decisions out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.evidence import Evidence
from dx_pipeline.quality.neighbours import with_neighbours
from dx_pipeline.quality.rules import rules_of
from dx_pipeline.quality.settling import contradicted, settle, standing_number

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

# What deciding needs of a figure; the rest of a wide frame is not carried along.
_DECIDING = [
    "observation_id",
    "figure",
    "vintage_number",
    "in_force_number",
    "verdict",
    "is_latest",
    "period_start",
    "value",
    "place",
    "series",
    "opening_border",
    "closing_border",
    "grows",
    "fall_needs_reason",
    "is_explained",
    "is_withdrawn",
    "known_at",
    "superseded_at",
    "permits",
]


@dataclass(slots=True)
class Resolution:
    """The decisions over one frame of candidates.

    Attributes:
        in_force: The figures in force afterwards, in and out of the judged months, beside their neighbours.
        refused: The judged figures that were not accepted, beside their neighbours.
        accepted: For each candidate, whether its verdict becomes accepted, in force or overtaken at once.
        steps: How what is in force changed: ``row``, ``decided_at``, ``is_latest``, in order.
        evidence: What the rules said of the candidates.
    """

    in_force: pd.DataFrame
    refused: pd.DataFrame
    accepted: np.ndarray
    steps: pd.DataFrame
    evidence: Evidence


def resolve(connection: duckdb.DuckDBPyConnection, figures: pd.DataFrame, now: pd.Timestamp) -> Resolution:
    """Decides over prepared candidates.

    Args:
        connection: For the neighbour query; nothing is written.
        figures: Rows of ``vintages.with_vintages`` with the columns of ``columns.prepare``.
        now: When the last known file arrived.

    Returns:
        The decisions. The figures in force that are no news have been asked every rule again; those that are,
        the rules that reject nothing and the neighbour rules.
    """
    evidence = Evidence(len(figures))
    must_hold = rules_of("figure", severity="ERROR")
    is_fresh = ~figures["is_latest"]
    evidence.add(evaluate(rows_where(figures, is_fresh), must_hold))
    is_able = is_fresh & ~evidence.failing(rule.code for rule in must_hold)

    candidates = figures[_DECIDING]
    stays = ~candidates["is_withdrawn"]
    is_newer = is_able & stays & (candidates["vintage_number"] > candidates["in_force_number"])
    standing, newer = candidates[candidates["is_latest"] & stays], rows_where(candidates, is_newer)
    settled = settle(connection, standing, newer, evidence, now)
    stands = candidates.index.isin(settled.standing.index)
    overtaken = _overtaken(connection, rows_where(candidates, is_able & stays), candidates[stands], evidence)
    accepted = stands | candidates.index.isin(overtaken) | candidates.index.isin(settled.steps["row"])
    # A register's figure that a newer load of the month no longer has was right when it came.
    accepted |= (is_able & ~stays & candidates["verdict"].isna()).to_numpy()

    in_force = with_neighbours(connection, rows_where(figures, stands), candidates[stands])
    refused = with_neighbours(connection, figures[is_fresh & ~accepted], candidates[stands])
    told = rows_where(in_force, in_force["is_in_scope"])
    evidence.add(evaluate(told[told["is_latest"]], must_hold))
    evidence.add(evaluate(told, (*rules_of("figure", severity="WARN"), *rules_of("neighbour"))))
    return Resolution(in_force, refused, accepted, settled.steps, evidence)


def rows_where(frame: pd.DataFrame, condition: pd.Series | np.ndarray) -> pd.DataFrame:
    """The rows for which it is true; the frame itself, not a copy of it, where it is true for all."""
    return frame if condition.all() else frame[condition]


def _overtaken(
    connection: duckdb.DuckDBPyConnection, able: pd.DataFrame, in_force: pd.DataFrame, evidence: Evidence
) -> list[int]:
    """Rows of figures never judged before that a newer vintage replaced at once but that were acceptable."""
    older = able[able["verdict"].isna() & (able["vintage_number"] < standing_number(able, in_force))]
    refused = contradicted(connection, older, in_force, evidence)
    return [row for row in older.index if row not in refused]

"""Which vintage of each figure is in force once the rules have been asked.

The newest vintage that passes wins. A figure that contradicts a neighbouring month is not accepted as
long as that month stands; where the months of a series were corrected together, they are taken together.
Reads nothing and writes nothing: frames in, decisions out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.evidence import Evidence
from dx_pipeline.quality.neighbours import with_neighbours
from dx_pipeline.quality.rules import rules_of
from dx_pipeline.quality.vintages import newest

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
    "series",
    "opening_border",
    "closing_border",
    "grows",
    "fall_needs_reason",
    "is_explained",
    "is_withdrawn",
]


@dataclass(slots=True)
class Resolution:
    """The decisions over one frame of candidates.

    Attributes:
        in_force: The figures in force afterwards, in and out of the judged months, beside their neighbours.
        refused: The judged figures that were not accepted, beside their neighbours.
        accepted: For each candidate, whether its verdict becomes accepted, in force or overtaken at once.
        evidence: What the rules said of the candidates.
    """

    in_force: pd.DataFrame
    refused: pd.DataFrame
    accepted: np.ndarray
    evidence: Evidence


def resolve(connection: duckdb.DuckDBPyConnection, figures: pd.DataFrame) -> Resolution:
    """Decides over prepared candidates.

    Args:
        connection: For the neighbour query; nothing is written.
        figures: Rows of ``vintages.with_vintages`` with the columns of ``columns.prepare``.

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
    stands = candidates.index.isin(_settle(connection, standing, newer, evidence).index)
    overtaken = _overtaken(connection, rows_where(candidates, is_able & stays), candidates[stands], evidence)
    accepted = stands | candidates.index.isin(overtaken)
    # A register's figure that a newer load of the month no longer has was right when it came.
    accepted |= (is_able & ~stays & candidates["verdict"].isna()).to_numpy()

    in_force = with_neighbours(connection, rows_where(figures, stands), candidates[stands])
    refused = with_neighbours(connection, figures[is_fresh & ~accepted], candidates[stands])
    told = rows_where(in_force, in_force["is_in_scope"])
    evidence.add(evaluate(told[told["is_latest"]], must_hold))
    evidence.add(evaluate(told, (*rules_of("figure", severity="WARN"), *rules_of("neighbour"))))
    return Resolution(in_force=in_force, refused=refused, accepted=accepted, evidence=evidence)


def rows_where(frame: pd.DataFrame, condition: pd.Series | np.ndarray) -> pd.DataFrame:
    """The rows for which it is true; the frame itself, not a copy of it, where it is true for all."""
    return frame if condition.all() else frame[condition]


def _settle(
    connection: duckdb.DuckDBPyConnection, standing: pd.DataFrame, newer: pd.DataFrame, evidence: Evidence
) -> pd.DataFrame:
    """The figures in force when everything acceptable among ``newer`` has been accepted."""
    import pandas as pd

    everything = pd.concat([standing, newer]) if len(standing) else newer
    wished = newest(everything)
    touched = wished["series"].isin(newer["series"].dropna())
    broken = _contradicted(connection, wished[touched], wished, Evidence(evidence.row_count))
    series = wished["series"][wished.index.isin(broken)]
    contested = _figures_linked_to(series, everything)
    if not contested:
        return wished
    kept = pd.concat(
        [wished[~wished["figure"].isin(contested)], standing[standing["figure"].isin(contested)]]
    )
    return _month_by_month(connection, kept, newer[newer["figure"].isin(contested)], evidence)


def _figures_linked_to(series: pd.Series, everything: pd.DataFrame) -> set[int]:
    """The figures of these series, and of every series another vintage of such a figure belongs to."""
    figures: set[int] = set()
    while True:
        found = set(everything["figure"][everything["series"].isin(series)])
        if found == figures:
            return figures
        figures = found
        series = everything["series"][everything["figure"].isin(found)].dropna()


def _month_by_month(
    connection: duckdb.DuckDBPyConnection, standing: pd.DataFrame, newer: pd.DataFrame, evidence: Evidence
) -> pd.DataFrame:
    """Accepts what fits what stands, in the order of the months, until a whole round accepts nothing.

    Ends because every acceptance replaces a figure by a newer vintage of itself.
    """
    import pandas as pd

    changed = True
    while changed:
        changed = False
        for month in sorted(newer["period_start"].unique()):
            arriving = newer[newer["period_start"] == month]
            arriving = arriving[arriving["vintage_number"] > _standing_number(arriving, standing)]
            refused = _contradicted(connection, arriving, standing, evidence)
            fitting = newest(arriving[~arriving.index.isin(refused)])
            if not fitting.empty:
                standing = pd.concat([standing[~standing["figure"].isin(fitting["figure"])], fitting])
                changed = True
    return standing


def _standing_number(figures: pd.DataFrame, standing: pd.DataFrame) -> pd.Series:
    """The vintage number of what stands for each figure; 0 where nothing does."""
    numbers = standing.set_index("figure")["vintage_number"]
    return figures["figure"].map(numbers).fillna(0)


def _contradicted(
    connection: duckdb.DuckDBPyConnection, arriving: pd.DataFrame, standing: pd.DataFrame, evidence: Evidence
) -> set[int]:
    """Rows of the figures that contradict a neighbouring month of ``standing``."""
    if arriving.empty:
        return set()
    rules = rules_of("neighbour", severity="ERROR")
    results = evaluate(with_neighbours(connection, arriving, standing), rules)
    evidence.add(results)
    return set().union(*(result.failed_rows.tolist() for result in results))


def _overtaken(
    connection: duckdb.DuckDBPyConnection, able: pd.DataFrame, in_force: pd.DataFrame, evidence: Evidence
) -> list[int]:
    """Rows of figures never judged before that a newer vintage replaced at once but that were acceptable."""
    older = able[able["verdict"].isna() & (able["vintage_number"] < _standing_number(able, in_force))]
    refused = _contradicted(connection, older, in_force, evidence)
    return [row for row in older.index if row not in refused]

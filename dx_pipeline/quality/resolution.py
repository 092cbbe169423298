"""Which vintage of each figure is in force once the rules have been asked.

The newest vintage that passes wins. A figure that contradicts a neighbouring month is not accepted as
long as that month stands; where the months of a series were corrected together, they are taken together.
Reads nothing and writes nothing: frames in, decisions out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.evidence import Evidence
from dx_pipeline.quality.neighbours import with_neighbours
from dx_pipeline.quality.rules import KEY, rules_of

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(slots=True)
class Resolution:
    """The decisions over one frame of candidates.

    Attributes:
        in_force: The figures in force afterwards, in and out of the judged months, beside their neighbours.
        refused: The judged figures that were not accepted, beside their neighbours.
        accepted: Ids of the figures whose verdict becomes accepted, in force or overtaken at once.
        evidence: What the rules said.
    """

    in_force: pd.DataFrame
    refused: pd.DataFrame
    accepted: set[str]
    evidence: Evidence = field(default_factory=Evidence)


def resolve(connection: duckdb.DuckDBPyConnection, figures: pd.DataFrame) -> Resolution:
    """Decides over prepared candidates.

    Args:
        connection: For the neighbour query; nothing is written.
        figures: Rows of ``candidates.sql`` with the columns of ``columns.prepare``.

    Returns:
        The decisions. The figures in force have been asked every rule again, WARN rules included.
    """
    figures = figures.assign(figure=figures.groupby(list(KEY), dropna=False, sort=False).ngroup())
    evidence = Evidence()
    fresh = figures[~figures["is_latest"]]
    evidence.add(evaluate(fresh, rules_of("figure", severity="ERROR")))
    unable = evidence.failing(rule.code for rule in rules_of("figure", severity="ERROR"))
    able = fresh[~fresh["observation_id"].isin(unable)]
    newer = able[able["vintage_number"] > able["in_force_number"]]

    in_force = _settle(connection, figures[figures["is_latest"]], newer, evidence)
    accepted = _overtaken(connection, able, in_force, evidence) | set(in_force["observation_id"])
    refused = fresh[~fresh["observation_id"].isin(accepted)]
    in_force = with_neighbours(connection, in_force, in_force)
    refused = with_neighbours(connection, refused, in_force)
    evidence.add(evaluate(in_force[in_force["is_in_scope"]], rules_of("figure", "neighbour")))
    return Resolution(in_force=in_force, refused=refused, accepted=accepted, evidence=evidence)


def _newest(figures: pd.DataFrame) -> pd.DataFrame:
    ordered = figures.sort_values(["vintage_number"], kind="stable")
    return ordered.drop_duplicates("figure", keep="last").sort_values("figure")


def _settle(
    connection: duckdb.DuckDBPyConnection, standing: pd.DataFrame, newer: pd.DataFrame, evidence: Evidence
) -> pd.DataFrame:
    """The figures in force when everything acceptable among ``newer`` has been accepted."""
    import pandas as pd

    everything = pd.concat([standing, newer])
    wished = _newest(everything)
    touched = wished["series"].isin(newer["series"].dropna())
    broken = _contradicted(connection, wished[touched], wished, Evidence())
    series = wished.loc[wished["observation_id"].isin(broken), "series"]
    contested = _figures_linked_to(set(series), everything)
    if not contested:
        return wished
    kept = pd.concat(
        [wished[~wished["figure"].isin(contested)], standing[standing["figure"].isin(contested)]]
    )
    return _month_by_month(connection, kept, newer[newer["figure"].isin(contested)], evidence)


def _figures_linked_to(series: set[str], everything: pd.DataFrame) -> set[int]:
    """The figures of these series, and of every series another vintage of such a figure belongs to."""
    figures: set[int] = set()
    while True:
        found = set(everything.loc[everything["series"].isin(series), "figure"])
        if found == figures:
            return figures
        figures = found
        series = series | set(everything.loc[everything["figure"].isin(found), "series"].dropna())


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
            numbers = standing.set_index("figure")["vintage_number"]
            arriving = newer[newer["period_start"] == month]
            arriving = arriving[arriving["vintage_number"] > arriving["figure"].map(numbers).fillna(0)]
            refused = _contradicted(connection, arriving, standing, evidence)
            fitting = _newest(arriving[~arriving["observation_id"].isin(refused)])
            if not fitting.empty:
                standing = pd.concat([standing[~standing["figure"].isin(fitting["figure"])], fitting])
                changed = True
    return standing


def _contradicted(
    connection: duckdb.DuckDBPyConnection, arriving: pd.DataFrame, standing: pd.DataFrame, evidence: Evidence
) -> set[str]:
    """Ids of the figures that contradict a neighbouring month of ``standing``."""
    if arriving.empty:
        return set()
    rules = rules_of("neighbour", severity="ERROR")
    results = evaluate(with_neighbours(connection, arriving, standing), rules)
    evidence.add(results)
    return set().union(*(result.failed_rows for result in results))


def _overtaken(
    connection: duckdb.DuckDBPyConnection, able: pd.DataFrame, in_force: pd.DataFrame, evidence: Evidence
) -> set[str]:
    """Ids of figures never judged before that a newer vintage replaced at once but that were acceptable."""
    numbers = in_force.set_index("figure")["vintage_number"]
    older = able[able["verdict"].isna() & (able["vintage_number"] < able["figure"].map(numbers))]
    refused = _contradicted(connection, older, in_force, evidence)
    return set(older["observation_id"]) - refused

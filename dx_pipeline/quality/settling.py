"""Which figures are in force after every arrival.

The result is the same whether the files that arrived are judged one by one or together: where the vintages of a
series have to be weighed against each other, they are weighed in the order in which they arrived. What arrived
first stands; what contradicts it waits until one of the two is corrected. Frames in, decisions out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.evidence import Evidence
from dx_pipeline.quality.neighbours import with_neighbours
from dx_pipeline.quality.restatements import permits_of, permitted_by
from dx_pipeline.quality.rules import rules_of
from dx_pipeline.quality.vintages import newest

if TYPE_CHECKING:
    import duckdb
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Settlement:
    """The figures in force in the end, and how it came to that.

    Attributes:
        standing: The rows in force.
        steps: One row per change, in order: ``row`` (label of the figure), ``decided_at``, ``is_latest``.
    """

    standing: pd.DataFrame
    steps: pd.DataFrame


def settle(
    connection: duckdb.DuckDBPyConnection,
    standing: pd.DataFrame,
    newer: pd.DataFrame,
    evidence: Evidence,
    now: pd.Timestamp,
) -> Settlement:
    """Accepts what is acceptable among ``newer``.

    Args:
        connection: For the neighbour query; nothing is written.
        standing: The figures in force before.
        newer: Acceptable rows that are newer than what is in force.
        evidence: Takes what the neighbour rules say of the rows that were weighed.
        now: When the last file arrived that is known: the moment of decisions that no arrival explains.
    """
    import pandas as pd

    everything = pd.concat([standing, newer]) if len(standing) else newer
    wished = newest(everything)
    touched = wished["series"].isin(newer["series"].dropna())
    broken = contradicted(connection, wished[touched], wished, Evidence(evidence.row_count))
    contested = [wished["figure"][wished.index.isin(broken)], _to_be_weighed(everything, newer)]
    weighed = _figures_linked_to(pd.concat(contested), everything)
    if not weighed:
        return Settlement(wished, _replacements(standing, newer, now))
    is_weighed = newer["figure"].isin(weighed)
    stood = standing["figure"].isin(weighed)
    kept = wished[~wished["figure"].isin(weighed)]
    by_arrival = _by_arrival(connection, pd.concat([kept, standing[stood]]), newer[is_weighed], evidence, now)
    plain = _replacements(standing[~stood], newer[~is_weighed], now)
    return Settlement(by_arrival.standing, pd.concat([plain, by_arrival.steps], ignore_index=True))


def standing_number(figures: pd.DataFrame, standing: pd.DataFrame) -> pd.Series:
    """The vintage number of what stands for each figure; 0 where nothing does."""
    numbers = standing.set_index("figure")["vintage_number"]
    return figures["figure"].map(numbers).fillna(0)


def _to_be_weighed(everything: pd.DataFrame, newer: pd.DataFrame) -> pd.Series:
    """The compared figures with several vintages, or refused before: the order of arrival matters."""
    has_several = everything["figure"].duplicated(keep=False) & everything["figure"].isin(newer["figure"])
    matters = has_several.reindex(newer.index) | newer["verdict"].notna()
    return newer["figure"][matters & newer["series"].notna()]


def _figures_linked_to(contested: pd.Series, everything: pd.DataFrame) -> set[int]:
    """These figures, and all that share a series or a border with a vintage of them or of one that is linked."""
    import pandas as pd

    figures = set(contested)
    if not figures:
        return figures
    # Series and borders are numbered each by themselves: even numbers are series, odd ones borders.
    numbers = (
        2 * everything["series"],
        2 * everything["opening_border"] + 1,
        2 * everything["closing_border"] + 1,
    )
    links = pd.concat(
        pd.DataFrame({"figure": everything["figure"], "link": link}) for link in numbers
    ).dropna()
    while True:
        reached = links["link"][links["figure"].isin(figures)]
        found = set(links["figure"][links["link"].isin(reached)])
        if found <= figures:
            return figures
        figures |= found


def _replacements(standing: pd.DataFrame, newer: pd.DataFrame, now: pd.Timestamp) -> pd.DataFrame:
    """How figures that contradict nothing follow each other: each vintage from its arrival to the next one's."""
    import pandas as pd

    rows = pd.concat([standing[standing["figure"].isin(newer["figure"])], newer])
    rows = rows.sort_values(["figure", "vintage_number"])
    comes = rows["known_at"].where(rows["verdict"].isna(), now)
    comes = comes.where(~rows["is_latest"]).groupby(rows["figure"]).cummax()
    goes = comes.groupby(rows["figure"]).shift(-1)
    is_seen = comes.notna() & (comes != goes)
    return pd.concat(
        [
            _steps(rows.index[is_seen], comes[is_seen], is_latest=True),
            _steps(rows.index[goes.notna()], goes[goes.notna()], is_latest=False),
        ],
        ignore_index=True,
    )


def _steps(rows: pd.Index, moments: object, *, is_latest: bool) -> pd.DataFrame:
    import pandas as pd

    values = getattr(moments, "to_numpy", lambda: moments)()
    return pd.DataFrame({"row": rows.to_numpy(), "decided_at": values, "is_latest": is_latest})


def _by_arrival(
    connection: duckdb.DuckDBPyConnection,
    standing: pd.DataFrame,
    newer: pd.DataFrame,
    evidence: Evidence,
    now: pd.Timestamp,
) -> Settlement:
    """Weighs the vintages of contested series, in each place one moment of arrival after the other."""
    import pandas as pd

    steps = []
    for moments in _rounds(newer, now):
        known = _known(newer[~newer.index.isin(standing.index)], moments)
        after = _accepted(connection, _permitted(standing, moments), _permitted(known, moments), evidence)
        everything = pd.concat([standing, known])
        reached = everything["place"].map(moments)
        for rows, is_latest in ((after.index, True), (standing.index, False)):
            changed = rows.difference(standing.index if is_latest else after.index)
            steps.append(_steps(changed, reached.reindex(changed), is_latest=is_latest))
        standing = everything.loc[everything.index.isin(after.index)]
    told = pd.concat(steps, ignore_index=True).sort_values("decided_at", kind="stable", ignore_index=True)
    return Settlement(standing, told)


def _rounds(newer: pd.DataFrame, now: pd.Timestamp) -> list[pd.Series]:
    """When something arrived that may change what stands: place -> moment, the first of each place, then the second.

    What arrives is a figure, or leave for one that was refused. Nothing is compared across places, so the provinces
    that sent a file each, all at different moments, are weighed in one round.
    """
    import pandas as pd

    was_refused = newer["verdict"].notna()
    given = permits_of(newer.loc[was_refused, "permits"])
    both = pd.concat(
        [
            newer.loc[~was_refused, ["place", "known_at"]].set_axis(["place", "moment"], axis="columns"),
            pd.DataFrame({"place": newer["place"].reindex(given["row"]).array, "moment": given["since"]}),
        ]
    ).drop_duplicates()
    others = newer.loc[~newer["place"].isin(both["place"]), ["place"]].drop_duplicates().assign(moment=now)
    both = pd.concat([both, others])
    turns = both.groupby("place")["moment"].rank("dense")
    return [part.set_index("place")["moment"] for _, part in both.groupby(turns)]


def _known(waiting: pd.DataFrame, moments: pd.Series) -> pd.DataFrame:
    """The rows that had arrived by their place's moment, without those that had their turn in a file since replaced."""
    moment = waiting["place"].map(moments)
    had_its_turn = (waiting["superseded_at"] <= moment) & (waiting["known_at"] < moment)
    return waiting[(waiting["known_at"] <= moment) & ~had_its_turn]


def _permitted(rows: pd.DataFrame, moments: pd.Series) -> pd.DataFrame:
    """The rows with those permissions only that had been given by their place's moment."""
    return rows.assign(permits=permitted_by(rows, rows["place"].map(moments)))


def _accepted(
    connection: duckdb.DuckDBPyConnection, standing: pd.DataFrame, known: pd.DataFrame, evidence: Evidence
) -> pd.DataFrame:
    """The figures in force when everything acceptable among ``known`` has been accepted.

    Figures of a series that were corrected together are taken together; where they contradict each other or
    what stands, they come in one by one.
    """
    import pandas as pd

    newer = known[known["vintage_number"] > standing_number(known, standing)]
    if newer.empty:
        return standing
    everything = pd.concat([standing, newer])
    wished = newest(everything)
    touched = wished["series"].isin(newer["series"].dropna())
    broken = contradicted(connection, wished[touched], wished, Evidence(evidence.row_count))
    contested = _figures_linked_to(wished["figure"][wished.index.isin(broken)], everything)
    if not contested:
        return wished
    kept = wished[~wished["figure"].isin(contested)]
    stood = standing[standing["figure"].isin(contested)]
    return _one_by_one(connection, pd.concat([kept, stood]), newer[newer["figure"].isin(contested)], evidence)


def _one_by_one(
    connection: duckdb.DuckDBPyConnection, standing: pd.DataFrame, newer: pd.DataFrame, evidence: Evidence
) -> pd.DataFrame:
    """Accepts what fits what stands, as it arrived and month by month, until a whole round accepts nothing.

    Every place takes its turns by itself. Ends because every acceptance replaces a figure by a newer vintage of itself.
    """
    import pandas as pd

    arrival = newer.groupby(["known_at", "period_start"]).ngroup()
    turns = arrival.groupby(newer["place"]).rank("dense")
    changed = True
    while changed:
        changed = False
        for _, arriving in newer.groupby(turns):
            waiting = arriving[arriving["vintage_number"] > standing_number(arriving, standing)]
            refused = contradicted(connection, waiting, standing, evidence)
            fitting = newest(waiting[~waiting.index.isin(refused)])
            if not fitting.empty:
                standing = pd.concat([standing[~standing["figure"].isin(fitting["figure"])], fitting])
                changed = True
    return standing


def contradicted(
    connection: duckdb.DuckDBPyConnection, arriving: pd.DataFrame, standing: pd.DataFrame, evidence: Evidence
) -> set[int]:
    """Rows of the figures that contradict a neighbouring month of ``standing``."""
    if arriving.empty:
        return set()
    rules = rules_of("neighbour", severity="ERROR")
    results = evaluate(with_neighbours(connection, arriving, standing), rules)
    evidence.add(results)
    return set().union(*(result.failed_rows.tolist() for result in results))

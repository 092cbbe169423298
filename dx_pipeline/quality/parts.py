"""Judging in parts: where figures and restatements that arrived at several moments speak of the same figure.

A restatement replaces the value that it finds when it comes, so what is found must be what stood then. The places
concerned are judged for each moment but the last as a run at that moment would have judged them; the last one is left
to the judgement itself. Registers' figures are never in parts: their loads are settled as wholes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.columns import prepare
from dx_pipeline.quality.decisions import Held, changed_verdicts, decisions
from dx_pipeline.quality.judgement import records
from dx_pipeline.quality.resolution import resolve
from dx_pipeline.quality.restatements import appended, same_figure, with_restatements
from dx_pipeline.quality.vintages import with_vintages

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Parts:
    """What was judged already, and what is left to judge.

    Attributes:
        candidates: Rows of ``candidates.sql`` as they stand after the parts.
        entries: Rows of ``restatements.read_entries``; those that gave a figure are written.
        verdicts: observation_id, verdict, is_latest per part.
        decisions: Rows for ``core.verdict`` per part.
        restated: The restated figures to write per part.
        months_changed: Months whose figures in force changed.
    """

    candidates: pd.DataFrame
    entries: pd.DataFrame
    verdicts: tuple[pd.DataFrame, ...] = ()
    decisions: tuple[pd.DataFrame, ...] = ()
    restated: tuple[pd.DataFrame, ...] = ()
    months_changed: frozenset[date] = frozenset()


def judged_in_parts(
    connection: duckdb.DuckDBPyConnection,
    whole: Parts,
    replaced_at: dict[str, Any],
    catalogue: Catalogue,
    held: Held,
) -> Parts:
    """Judges every moment but the last of the places where that makes a difference.

    Args:
        connection: For the neighbour query; nothing is written.
        whole: The candidates and the entries.
        replaced_at: File (sha256) -> when another took its place.
        catalogue: The loaded catalogue.
        held: The months that the gate held back so far.
    """
    import pandas as pd

    parts = whole
    for moment, places in sorted(_moments(whole, catalogue).items()):
        known = {sha: at for sha, at in replaced_at.items() if at <= moment}
        of_places = pd.MultiIndex.from_frame(parts.candidates[["source_code", "area_code"]]).isin(places)
        is_due = of_places & (parts.candidates["vintage_at"] <= moment)
        entries = parts.entries[parts.entries["received_at"] <= moment]
        frame, restated = with_restatements(parts.candidates[is_due], entries, known)
        figures = prepare(with_vintages(frame), catalogue)
        resolution = resolve(connection, figures, moment)
        verdicts, months = changed_verdicts(figures, resolution)
        log = decisions(verdicts, figures, resolution.steps, now=moment, held=held)
        parts = Parts(
            candidates=_after(parts.candidates, figures, restated, verdicts),
            entries=_written(parts.entries, restated),
            verdicts=(*parts.verdicts, verdicts),
            decisions=(*parts.decisions, log),
            restated=(*parts.restated, restated),
            months_changed=parts.months_changed | months,
        )
    return replace(parts, candidates=parts.candidates.reset_index(drop=True))


def _moments(whole: Parts, catalogue: Catalogue) -> dict[pd.Timestamp, list[Place]]:
    """Per moment of arrival the places to judge then; the last moment of each place is not among them."""
    found: dict[Place, set[pd.Timestamp]] = {}
    for entry in records(whole.entries[whole.entries["action"] == "restate"]):
        source = catalogue.sources.get(entry["source_code"])
        if source is None or source.records is None:
            place = (entry["source_code"], entry["area_code"])
            found.setdefault(place, set()).update(_moments_of(entry, whole.candidates))
    moments: dict[pd.Timestamp, list[Place]] = {}
    for place, times in found.items():
        for moment in sorted(times)[:-1]:
            moments.setdefault(moment, []).append(place)
    return moments


def _moments_of(entry: dict[str, Any], candidates: pd.DataFrame) -> set[pd.Timestamp]:
    """When vintages of the entry's figure arrived that were never judged, and the entry itself if it is not written."""
    same = candidates[same_figure(candidates, entry)]
    is_new = same["verdict"].isna()
    moments = set(same.loc[is_new, "vintage_at"])
    is_waiting = is_new.all() and entry["received_at"] < min(moments, default=entry["received_at"])
    if moments and not entry["is_written"] and not is_waiting:
        moments.add(entry["received_at"])
    return moments if len(moments) > 1 else set()


def _after(
    candidates: pd.DataFrame, figures: pd.DataFrame, restated: pd.DataFrame, verdicts: pd.DataFrame
) -> pd.DataFrame:
    """The candidates as a later run would read them: what was accepted and replaced has no say any more."""
    frame = candidates
    if len(restated):
        rows = figures[figures["observation_id"].isin(restated["observation_id"])]
        frame = appended(frame, rows)
    told = verdicts.set_index("observation_id")
    is_told = frame["observation_id"].isin(told.index)
    names = frame.loc[is_told, "observation_id"]
    verdict, is_latest = frame["verdict"].astype(object), frame["is_latest"].copy()
    verdict[is_told] = told["verdict"].astype(object).reindex(names).to_numpy()
    is_latest[is_told] = told["is_latest"].reindex(names).to_numpy()
    return frame.assign(verdict=verdict, is_latest=is_latest)[(verdict != "accepted") | is_latest]


def _written(entries: pd.DataFrame, restated: pd.DataFrame) -> pd.DataFrame:
    if restated.empty:
        return entries
    is_written = entries["is_written"] | entries["observation_id"].isin(restated["observation_id"])
    return entries.assign(is_written=is_written)

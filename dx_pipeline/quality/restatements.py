"""What approved restatements do to the figures that are judged: another vintage, or leave for a fall.

A restated value is one more vintage of its figure, with the office's file as its origin; it comes into force only
where the value that it replaces is found. What became of each entry is told by ``restatement_outcomes.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING, Any

from dx_pipeline.ingest.receipt import RESTATED
from dx_pipeline.quality.columns import WORDS
from dx_pipeline.quality.judgement import records

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_KEY = (
    "indicator_code",
    "area_code",
    "scope",
    "period_start",
    "period_basis",
    "accumulates_from",
    "source_code",
)
_TOLERANCE = 1e-9


def read_entries(
    connection: duckdb.DuckDBPyConnection, months: Sequence[date], others: Sequence[date]
) -> pd.DataFrame:
    """The entries that count, as rows of ``restatements.sql``; those of the months are in scope."""
    sql = resources.files(__package__).joinpath("restatements.sql").read_text(encoding="utf-8")
    return connection.execute(sql, {"months": list(months), "others": list(others)}).df()


def with_restatements(
    candidates: pd.DataFrame, entries: pd.DataFrame, superseded: dict[str, Any]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The candidates with what the office approved.

    Args:
        candidates: Rows of ``candidates.sql``.
        entries: Rows of ``read_entries``.
        superseded: File (sha256) -> when another took its place.

    Returns:
        The candidates, the restated figures that are not written yet among them, with ``restated_number``,
        ``order_at`` (where it stands among the vintages of its figure), ``known_at`` (when it could first be
        judged), ``superseded_at`` and ``permits`` (since when, from which value: leave to fall, nothing for most);
        and the rows to write: ``observation_id`` of the figure they are copied from and what is different.
    """
    import pandas as pd

    frame = candidates.assign(
        restated_number=0,
        order_at=candidates["vintage_at"],
        known_at=candidates["vintage_at"],
        superseded_at=pd.to_datetime(candidates["file_sha256"].astype(object).map(superseded)),
        permits=None,
    ).astype({"permits": object, "superseded_at": "datetime64[us]"})
    restates = restates_of(entries)
    frame, written = _with_restated(frame, restates)
    for number, entry in enumerate(restates, start=1):
        _order(frame, entry, number)
    for entry in records(entries):
        if entry["action"] == "permit_fall":
            _permit(frame, entry, same_figure(frame, entry))
    return frame, pd.DataFrame(written)


def restates_of(entries: pd.DataFrame) -> list[dict[str, Any]]:
    """The entries that restate a value, as they came."""
    return [entry for entry in records(entries) if entry["action"] == "restate"]


def _with_restated(
    frame: pd.DataFrame, restates: Sequence[dict[str, Any]]
) -> tuple[pd.DataFrame, list[dict[str, Any]]]:
    """The candidates with a row for each entry whose old value is there; one entry may restate another's value."""
    written: list[dict[str, Any]] = []
    waiting = [entry for entry in restates if not entry["is_written"]]
    found = True
    while found:
        found = False
        for entry in list(waiting):
            is_gone = (frame["verdict"] == "rejected") & (frame["superseded_at"] <= entry["received_at"])
            same = same_figure(frame, entry) & ~is_gone & is_value(frame["value"], entry["old_value"])
            row = _restated(frame[same], entry)
            if row is not None:
                found = True
                waiting.remove(entry)
                written.append(_difference(row))
                frame = appended(frame, row)
    return frame, written


def from_what_is_written(parts: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows to write of several parts, each copied from a figure that came in a file."""
    import pandas as pd

    rows = [row for part in parts for row in records(part)]
    bases = {row["observation_id"]: row["base_id"] for row in rows}
    for row in rows:
        while row["base_id"] in bases:
            row["base_id"] = bases[row["base_id"]]
    return pd.DataFrame(rows)


def appended(frame: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """The candidates and one more; words are numbered anew."""
    import pandas as pd

    plain = frame.astype(dict.fromkeys(WORDS, object))
    both = pd.concat([plain, rows[plain.columns].astype(plain.dtypes.to_dict())], ignore_index=True)
    return both.astype(dict.fromkeys(WORDS, "category"))


def same_figure(frame: pd.DataFrame, entry: dict[str, Any]) -> pd.Series:
    """Where a row is a vintage of the figure that the entry names."""
    same = frame["value"].notna() | frame["value"].isna()
    for name in _KEY:
        wanted = entry[name]
        is_missing = wanted is None or wanted != wanted  # noqa: PLR0124 - NaT
        same &= frame[name].isna() if is_missing else frame[name] == wanted
    return same


def same_place(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether two entries name the same figure."""
    return all(str(one[name]) == str(other[name]) for name in _KEY)  # as texts: NaT differs from itself


def is_value(values: pd.Series, wanted: float | pd.Series) -> pd.Series:
    """Where it is that value, up to the noise of the last binary digit."""
    import numpy as np

    return (values - wanted).abs() <= _TOLERANCE * np.maximum(np.abs(wanted), 1.0)


def _permit(frame: pd.DataFrame, entry: dict[str, Any], same: pd.Series) -> None:
    """A fall to the same value may be permitted from several: the month before may be corrected meanwhile."""
    import pandas as pd

    named = same & is_value(frame["value"], entry["new_value"])
    added = (entry["received_at"], entry["old_value"])
    known = frame.loc[named, "permits"].to_dict()
    given = pd.Series({label: (*(permits or ()), added) for label, permits in known.items()}, dtype=object)
    frame["permits"] = frame["permits"].where(~named, given)


def permits_of(permits: pd.Series) -> pd.DataFrame:
    """One row per permit: ``row`` (label of the figure), ``since``, ``old`` (the value it may fall from)."""
    import pandas as pd

    rows = [
        (label, since, old) for label, given in permits.dropna().to_dict().items() for since, old in given
    ]
    return pd.DataFrame(rows, columns=["row", "since", "old"]).astype(
        {"since": "datetime64[us]", "old": "float64"}
    )


def permitted_by(rows: pd.DataFrame, moments: pd.Series) -> pd.Series:
    """The permits of each row that had been given by its moment."""
    import pandas as pd

    permits = rows["permits"]
    given = {
        label: tuple(item for item in items if item[0] <= moments.at[label]) or None
        for label, items in permits.dropna().to_dict().items()
    }
    return permits.where(permits.isna(), pd.Series(given, dtype=object))


def may_fall(permits: pd.Series, values: pd.Series) -> pd.Series:
    """Where a fall from that value is permitted; the values are those of the month before each row."""
    given = permits_of(permits)
    fitting = given["row"][is_value(values.reindex(given["row"]).reset_index(drop=True), given["old"])]
    return permits.index.to_series().isin(fitting)


def _restated(found: pd.DataFrame, entry: dict[str, Any]) -> pd.DataFrame | None:
    """The newest vintage with the old value, as it is restated; None where there is none."""
    if found.empty:
        return None
    base = found.sort_values(["vintage_at", "observation_id"]).tail(1)
    has_parts = entry["numerator"] == entry["numerator"] or entry["denominator"] == entry["denominator"]
    row = base.astype(dict.fromkeys(WORDS, object)).assign(
        base_id=base["observation_id"],
        observation_id=entry["observation_id"],
        value=entry["new_value"],
        # The counts of the old rate are not those of the new one.
        numerator=entry["numerator"] if has_parts else float("nan"),
        denominator=entry["denominator"] if has_parts else float("nan"),
        qualifier="exact",
        file_sha256=entry["file_sha256"],
        file_name=entry["file_name"],
        locator=entry["locator"],
        raw_text=f"{entry['new_value']:.15g}",
        note=None,
        revision_reason=entry["reason"],
        vintage_at=entry["received_at"],
        is_sample=bool(base["is_sample"].iloc[0]) or entry["is_sample"] is True,
        verdict=None,
        is_latest=False,
        is_superseded=False,
        superseded_at=None,
    )
    row["known_at"] = row["order_at"] = max(entry["received_at"], base["known_at"].iloc[0])
    return row.astype({"superseded_at": "datetime64[us]"})


_WRITTEN = (
    "observation_id", "value", "numerator", "denominator", "qualifier", "file_sha256", "file_name", "locator",
    "raw_text", "note", "revision_reason", "vintage_at", "is_sample",
)  # fmt: skip


def _difference(row: pd.DataFrame) -> dict[str, Any]:
    return {"base_id": row["base_id"].iloc[0], **{name: row[name].iloc[0] for name in _WRITTEN}}


def _order(frame: pd.DataFrame, entry: dict[str, Any], number: int) -> None:
    """Puts the restated vintage behind the last one that has the old value: sent again, it is restated again.

    Entries are taken in the order in which they came; one that restates another's value follows it.
    """
    restated = frame["observation_id"] == entry["observation_id"]
    replaced = same_figure(frame, entry) & is_value(frame["value"], entry["old_value"])
    is_earlier = (frame["restated_number"] > 0) | ~frame["observation_id"].str.startswith(RESTATED)
    latest = frame.loc[(replaced & is_earlier) | restated, "order_at"].max()
    frame.loc[restated, "restated_number"] = number
    frame.loc[restated, "order_at"] = latest

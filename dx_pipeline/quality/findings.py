"""Rows of ``quality.rejection`` and ``quality.check_result`` made from what the rules said."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.judgement import records
from dx_pipeline.quality.messages import figure_message, missing_province_message
from dx_pipeline.quality.rules import rule_of_unread_cell, rules_by_code, rules_of
from dx_pipeline.warehouse.contract import tables

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.evidence import Asked, Evidence

_GROUP = ["period_start", "source_code", "area_code", "rule"]
_COUNTS = ["evaluated_count", "failed_count"]
ROW = "figure_row"
_PLACES = ["period_start", "source_code", "file_name", "locator", "observation_id"]
_COPIED = (
    "source_code",
    "indicator_code",
    "area_code",
    "scope",
    "raw_text",
    "file_sha256",
    "file_name",
    "locator",
    "is_sample",
)


def identifier(*parts: object) -> str:
    """A name made of what identifies the row, the same whenever it is made."""
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def figure_rejections(
    figures: pd.DataFrame, evidence: Evidence, severity: str, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """One row per figure and broken rule of ``severity``, in the order of the files and cells.

    Args:
        figures: Figures beside their neighbours; ``is_standing`` says whether the rejection still stands.
        evidence: What the rules said of them.
        severity: ERROR or WARN.
        catalogue: For names.
    """
    found = []
    flags = figures.select_dtypes("bool").columns.difference(["is_sample", "is_standing"])
    for row in records(in_order(figures.drop(columns=flags))):
        for code in evidence.broken_by(row[ROW]):
            rule = rules_by_code()[code]
            if rule.severity != severity or not rule.is_told_by_figure:
                continue
            message = figure_message(code, row, catalogue)
            found.append(
                {
                    **{column: row[column] for column in _COPIED},
                    "rejection_id": identifier(row["observation_id"], code),
                    "observation_id": row["observation_id"],
                    "period_start": _day(row["period_start"]),
                    "rule": code,
                    "severity": severity,
                    "value": row["value"],
                    "message_vi": message.vi,
                    "message_en": message.en,
                    "rejected_at": row["vintage_at"],
                    "is_current": bool(row["is_standing"]),
                }
            )
    return found


def unread_rejections(cells: pd.DataFrame) -> list[dict[str, Any]]:
    """One row per unread cell, with the reader's own explanation."""
    return [
        {
            **{column: row[column] for column in _COPIED},
            "rejection_id": identifier(row["cell_id"], row["rule"]),
            "observation_id": None,
            "period_start": _day(row["period_start"]),
            "rule": rule_of_unread_cell(row["rule"]),
            "severity": row["severity"],
            "value": None,
            "message_vi": row["message_vi"],
            "message_en": row["message_en"],
            "rejected_at": row["vintage_at"],
            "is_current": True,
        }
        for row in records(cells)
    ]


def in_order(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures in the order of months, sources, files and cells, with their row in a column of its own."""
    ordered = figures.astype(dict.fromkeys(_PLACES[1:], object)).sort_values(_PLACES)
    return ordered.rename_axis(ROW).reset_index()


def province_rejections(provinces: Asked, run_at: datetime, catalogue: Catalogue) -> list[dict[str, Any]]:
    """One WARN row per expected province without a file."""
    found = []
    for row in records(provinces.failing("provinces_complete")):
        message = missing_province_message(
            row["period_start"], row["source_code"], row["area_code"], catalogue
        )
        found.append(
            {
                **dict.fromkeys(_COPIED),
                "rejection_id": identifier("provinces_complete", row["observation_id"]),
                "observation_id": None,
                "period_start": row["period_start"],
                "source_code": row["source_code"],
                "area_code": row["area_code"],
                "rule": "provinces_complete",
                "severity": "WARN",
                "value": None,
                "is_sample": False,
                "message_vi": message.vi,
                "message_en": message.en,
                "rejected_at": run_at,
                "is_current": True,
            }
        )
    return found


def rejection_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """The rows with the columns of ``quality.rejection``."""
    import pandas as pd

    frame = pd.DataFrame(rows, columns=tables()["quality.rejection"].column_names)
    frame["is_current"] = frame["is_current"].astype(bool)
    frame["value"] = frame["value"].astype("float64")
    return frame


def check_frame(
    asked: Sequence[Asked],
    cells: pd.DataFrame,
    could_not_run: Mapping[str, str],
    counted_elsewhere: Iterable[pd.DataFrame] = (),
) -> pd.DataFrame:
    """Evaluated and failed counts per month, source, area and rule.

    Args:
        asked: Rows with period_start, source_code and area_code: figures in force or standing rejected, and the
            profiles.
        cells: Unread cells; each counts as evaluated and failed for its rule.
        could_not_run: Why a rule could not run, by its code.
        counted_elsewhere: Counts of rules over other rows than figures, with the columns of a count.
    """
    import pandas as pd

    counted = [part for item in asked for part in _counts(item.rows, item.evidence)]
    counted += counted_elsewhere
    both = [part for part in (*counted, _unread(cells), *_not_run(asked, could_not_run)) if len(part)]
    columns = tables()["quality.check_result"].column_names
    if not both:
        return pd.DataFrame(columns=columns)
    long = pd.concat(both, ignore_index=True).astype({"source_code": "category", "area_code": "category"})
    counts = long.groupby(_GROUP, observed=True, sort=False)[_COUNTS].sum().reset_index()
    rules = pd.Series({code: rule.severity for code, rule in rules_by_code().items()})
    counts["severity"] = counts["rule"].map(rules)
    counts["could_not_run"] = counts["rule"].map(could_not_run)
    return counts[columns]


def _counts(rows: pd.DataFrame, evidence: Evidence) -> Iterator[pd.DataFrame]:
    """For each rule: how many rows of each month, source and area it looked at, and how many broke it."""
    import numpy as np
    import pandas as pd

    places = pd.DataFrame(
        {
            "period_start": pd.to_datetime(rows["period_start"]),
            "source_code": rows["source_code"],
            "area_code": _texts(rows["area_code"]),
        }
    )
    place = places.groupby(_GROUP[:-1], dropna=False, observed=True, sort=False).ngroup()
    places = places[~place.duplicated()]
    for code, looked_at in evidence.evaluated.items():
        if not rules_by_code()[code].is_told_by_figure:
            continue
        is_evaluated, has_failed = looked_at[rows.index], evidence.failed[code][rows.index]
        evaluated = np.bincount(place[is_evaluated], minlength=len(places))
        failed = np.bincount(place[is_evaluated & has_failed], minlength=len(places))
        counts = places.assign(rule=code, evaluated_count=evaluated, failed_count=failed)
        yield counts[evaluated > 0]


def _texts(column: pd.Series) -> pd.Series:
    """The column without gaps: nothing where there is no area."""
    return column.astype(object).fillna("") if column.isna().any() else column


def _unread(cells: pd.DataFrame) -> pd.DataFrame:
    rules = [rule_of_unread_cell(code) for code in cells["rule"]]
    failed = [int(_fails(code, severity)) for code, severity in zip(rules, cells["severity"], strict=True)]
    places = cells[_GROUP[:-1]].assign(area_code=cells["area_code"].fillna(""))
    return places.assign(rule=rules, evaluated_count=1, failed_count=failed)


def _fails(code: str, severity: str) -> bool:
    """Whether a cell counts against its rule: a mere doubt does not fail a rule that rejects."""
    return severity == "ERROR" or rules_by_code()[code].severity == "WARN"


def _not_run(asked: Sequence[Asked], could_not_run: Iterable[str]) -> list[pd.DataFrame]:
    """A line per month and source for each rule that could not run, with nothing counted."""
    import pandas as pd

    groups = [item.rows[["period_start", "source_code"]].drop_duplicates().astype(object) for item in asked]
    months = pd.concat(groups).assign(period_start=lambda line: pd.to_datetime(line["period_start"]))
    line = months.drop_duplicates().assign(area_code="", evaluated_count=0, failed_count=0)
    return [line.assign(rule=code) for code in could_not_run]


def rule_codes(severity: str, *, told_by_figure: bool = False) -> set[str]:
    """The codes of the rules about single figures of one severity: all, or those that are told figure by figure."""
    rules = [rule for rule in rules_of("figure", "neighbour", "outlier") if rule.severity == severity]
    return {rule.code for rule in rules if rule.is_told_by_figure or not told_by_figure}

"""Rows of ``quality.rejection`` and ``quality.check_result`` made from what the rules said."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.judgement import records
from dx_pipeline.quality.messages import figure_message, missing_province_message
from dx_pipeline.quality.rules import rule_of_unread_cell, rules_by_code, rules_of
from dx_pipeline.warehouse.contract import tables

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.evidence import Evidence

_GROUP = ["period_start", "source_code", "area_code", "rule"]
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


def _identifier(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


def _day(value: Any) -> date:
    return value.date() if isinstance(value, datetime) else value


def figure_rejections(
    figures: pd.DataFrame, evidence: Evidence, severity: str, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """One row per figure and broken rule of ``severity``; ``is_standing`` says whether it still stands."""
    found = []
    broken = set().union(*evidence.failed.values()) if evidence.failed else set()
    for row in records(figures[figures["observation_id"].isin(broken)]):
        for code in evidence.broken_by(row["observation_id"]):
            if rules_by_code()[code].severity != severity:
                continue
            message = figure_message(code, row, catalogue)
            found.append(
                {
                    **{column: row[column] for column in _COPIED},
                    "rejection_id": _identifier(row["observation_id"], code),
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
            "rejection_id": _identifier(row["cell_id"], row["rule"]),
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


def province_rejections(
    provinces: pd.DataFrame, evidence: Evidence, run_at: datetime, catalogue: Catalogue
) -> list[dict[str, Any]]:
    """One WARN row per expected province without a file."""
    found = []
    for row in records(
        provinces[provinces["observation_id"].isin(evidence.failed.get("provinces_complete", set()))]
    ):
        message = missing_province_message(
            row["period_start"], row["source_code"], row["area_code"], catalogue
        )
        found.append(
            {
                **dict.fromkeys(_COPIED),
                "rejection_id": _identifier("provinces_complete", row["observation_id"]),
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


def check_frame(population: pd.DataFrame, evidence: Evidence, cells: pd.DataFrame) -> pd.DataFrame:
    """Evaluated and failed counts per month, source, area and rule.

    Args:
        population: observation_id, period_start, source_code, area_code of the rows that count: figures in
            force or standing rejected, and the rows of the profiles.
        evidence: What the rules said of them.
        cells: Unread cells; each counts as evaluated and failed for its rule.
    """
    import pandas as pd

    asked = [
        (row, code, row in evidence.failed[code]) for code, rows in evidence.evaluated.items() for row in rows
    ]
    looked_at = pd.DataFrame(asked, columns=["observation_id", "rule", "has_failed"])
    long = looked_at.merge(population, on="observation_id", how="inner", validate="many_to_one")
    rules = [rule_of_unread_cell(code) for code in cells["rule"]]
    unread = cells[["period_start", "source_code", "area_code"]].assign(
        rule=rules,
        has_failed=[_fails(code, severity) for code, severity in zip(rules, cells["severity"], strict=True)],
    )
    both = [
        part[[*_GROUP, "has_failed"]] for part in (long, unread, _not_run(population, evidence)) if len(part)
    ]
    columns = tables()["quality.check_result"].column_names
    if not both:
        return pd.DataFrame(columns=columns)
    long = pd.concat(both, ignore_index=True)
    long["area_code"] = long["area_code"].fillna("")
    long["period_start"] = pd.to_datetime(long["period_start"]).dt.date
    counts = long.groupby(_GROUP)["has_failed"].agg(evaluated_count="count", failed_count="sum").reset_index()
    counts["severity"] = counts["rule"].map({code: rule.severity for code, rule in rules_by_code().items()})
    counts["could_not_run"] = counts["rule"].map(evidence.could_not_run)
    counts["failed_count"] = counts["failed_count"].astype("int64")
    return counts[columns]


def _fails(code: str, severity: str) -> bool:
    """Whether a cell counts against its rule: a mere doubt does not fail a rule that rejects."""
    return severity == "ERROR" or rules_by_code()[code].severity == "WARN"


def _not_run(population: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """A line per month and source for each rule that could not run, with nothing counted."""
    import pandas as pd

    groups = population[["period_start", "source_code"]].drop_duplicates()
    parts = [groups.assign(area_code="", rule=code, has_failed=None) for code in evidence.could_not_run]
    return pd.concat(parts) if parts else groups.iloc[:0].assign(area_code="", rule="", has_failed=None)


def rule_codes(severity: str) -> set[str]:
    """The codes of the rules about single figures of one severity."""
    return {rule.code for rule in rules_of("figure", "neighbour") if rule.severity == severity}

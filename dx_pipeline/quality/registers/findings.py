"""Rows of ``quality.rejection`` and ``quality.check_result`` about registers, and what their checks show."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.findings import identifier
from dx_pipeline.quality.judgement import GateFinding, records
from dx_pipeline.quality.register_rules import (
    COUNTS_AGREE,
    REGISTER_RULES,
    ROW_RULES,
    evaluated_column,
    failed_column,
)
from dx_pipeline.quality.registers.wording import REGISTERS_FOLDER, register_message
from dx_pipeline.quality.rules import rules_by_code

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.registers.judging import Registers

_ROW_CODES = tuple(rule.code for rule in ROW_RULES)
_NO_TEXTS = {"first_lines": None, "example": None}
_OF_LOAD = ("file_sha256", "file_name", "vintage_at", "rejects_file", "line_count", "is_sample")


def broken(registers: Registers, catalogue: Catalogue) -> list[dict[str, Any]]:
    """One row per load of the judged months, province and broken rule, with its message and its load's files.

    ``stands`` and ``stood`` say whether it counts when the table gate lets the months through, and when it does not.
    """
    profile = registers.rows_of("has_say")
    facts = registers.counted.counts.set_index(["load", "province_code", "rule"])[["first_lines", "example"]]
    texts: dict[Any, dict[str, Any]] = facts.astype(object).where(facts.notna(), None).to_dict("index")  # type: ignore[assignment]
    found = []
    for rule in REGISTER_RULES:
        failing = profile[registers.evidence.failing([rule.code])[profile.index]]
        for row in records(failing):
            load = registers.settled.loads.loc[row["load"]]
            about = {
                **row,
                **{name: load[name] for name in (*_OF_LOAD, "is_in_scope", "stands", "stood")},
                **texts.get((row["load"], row["province_code"], rule.code), _NO_TEXTS),
                "rule": rule.code,
                "failed_count": row.get(failed_column(rule.code), row["rejected"]),
            }
            found.append({**about, "message": register_message(rule.code, about, catalogue)})
    return [row for row in found if row["is_in_scope"]]


def rejection_rows(found: list[dict[str, Any]], *, is_refused: bool) -> list[dict[str, Any]]:
    """Rows of ``quality.rejection``: one per load, province and broken rule, as old as the load.

    Args:
        found: What ``broken`` gave.
        is_refused: Whether the table gate refuses the months, so that what stood before still stands.
    """
    return [
        {
            "rejection_id": identifier(*(row[name] for name in ("source_code", *_KEY)), row["rule"]),
            "observation_id": None,
            "period_start": row["period_start"].date(),
            "source_code": row["source_code"],
            "rule": row["rule"],
            "severity": rules_by_code()[row["rule"]].severity,
            "indicator_code": None,
            "area_code": row["province_code"],
            "scope": None,
            "value": None,
            "raw_text": row["example"],
            "file_sha256": row["file_sha256"],
            "file_name": row["file_name"],
            "locator": row["first_lines"],
            "message_vi": row["message"].vi,
            "message_en": row["message"].en,
            "is_sample": bool(row["is_sample"]),
            "rejected_at": row["vintage_at"],
            "is_current": bool(row["stands"] or (is_refused and row["stood"])),
        }
        for row in found
    ]


_KEY = ("period_start", "file_sha256", "vintage_at", "province_code")


def shown_rows(found: list[dict[str, Any]], *, is_refused: bool) -> list[dict[str, Any]]:
    """What the check of each rule shows: a line per province with its rows, first lines, example and files."""
    return [
        {
            "rule": row["rule"],
            "month": row["period_start"].date(),
            "source": row["source_code"],
            "area": row["province_code"],
            "rows": _whole(row["lines"]),
            "failed": _whole(row["failed_count"]),
            "first_lines": row["first_lines"],
            "example": row["example"],
            "file": row["file_name"],
            "rejects_file": f"{REGISTERS_FOLDER}/{row['rejects_file']}" if row["rejects_file"] else None,
            "message_en": row["message"].en,
            "message_vi": row["message"].vi,
        }
        for row in found
        if row["stands"] or (is_refused and row["stood"])
    ]


def _whole(value: float) -> int | None:
    return int(value) if value == value else None  # noqa: PLR0124 - NaN


def check_counts(registers: Registers) -> Iterator[pd.DataFrame]:
    """Per rule: the rows it looked at and found failing, per month, source and province, of the loads that count.

    The rules about a province's whole month count provinces.
    """
    standing = registers.rows_of("stands")
    places = standing[["period_start", "source_code"]].assign(area_code=standing["province_code"])
    for code, looked_at in registers.evidence.evaluated.items():
        is_evaluated, has_failed = looked_at[standing.index], registers.evidence.failed[code][standing.index]
        counts = places.assign(rule=code, evaluated_count=1.0, failed_count=1.0)
        if code in _ROW_CODES:
            counts["evaluated_count"] = standing[evaluated_column(code)].fillna(0)
            counts["failed_count"] = standing[failed_column(code)].fillna(0)
        counts["failed_count"] = counts["failed_count"].where(has_failed, 0)
        yield counts[is_evaluated].astype({"evaluated_count": "int64", "failed_count": "int64"})


def contradictions(found: list[dict[str, Any]], months: Sequence[date]) -> tuple[GateFinding, ...]:
    """Loads that contradict themselves: nothing they say may replace what stands."""
    return tuple(
        GateFinding(
            row["period_start"].date(),
            row["source_code"],
            COUNTS_AGREE,
            float(row["counts_difference"]),
            0,
            row["message"].en,
            row["message"].vi,
        )
        for row in found
        if row["rule"] == COUNTS_AGREE and row["stands"] and row["period_start"].date() in months
    )

"""What became of each approved restatement: applied, waiting for its figure, or no longer fitting what is found.

An entry that does not fit does nothing and breaks the rule ``restatement_fits``: the office corrects its file.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.ingest.receipt import RESTATEMENT
from dx_pipeline.periods import month_label
from dx_pipeline.quality.findings import identifier
from dx_pipeline.quality.judgement import records
from dx_pipeline.quality.messages import Message, area_name, number_en, number_vi
from dx_pipeline.quality.restatements import is_value, restates_of, same_figure, same_place

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.quality.evidence import Asked
    from dx_pipeline.quality.resolution import Resolution

APPLIED, WAITING, MISFIT = "applied", "waiting", "does_not_fit"
_COLUMNS = (
    "observation_id",
    "period_start",
    "source_code",
    "area_code",
    "expected_value",
    "found_value",
    "has_found",
)


def outcomes(entries: pd.DataFrame, figures: pd.DataFrame, resolution: Resolution) -> pd.DataFrame:
    """One row per entry of the judged months: what it expects, what is found, and the columns of the entry.

    Args:
        entries: Rows of ``restatements.read_entries``.
        figures: The prepared candidates.
        resolution: The decisions over them.

    Returns:
        The profile that the rule ``restatement_fits`` is asked of, with ``status``.
    """
    import pandas as pd

    restates = restates_of(entries)
    rows = [
        {
            **entry,
            "observation_id": entry["restatement_id"],
            "figure_source": entry["source_code"],
            "source_code": RESTATEMENT,
            **_outcome(entry, figures, resolution, restates),
        }
        for entry in records(entries[entries["is_in_scope"]])
    ]
    frame = pd.DataFrame(rows, columns=None if rows else [*_COLUMNS, "status"])
    return frame.astype({"expected_value": "float64", "found_value": "float64"})


def _outcome(
    entry: dict[str, Any], figures: pd.DataFrame, resolution: Resolution, restates: Sequence[dict[str, Any]]
) -> dict[str, Any]:
    same = figures[same_figure(figures, entry)]
    in_force = same[same.index.isin(resolution.in_force.index)]
    if entry["action"] == "permit_fall":
        return _of_fall(entry, same, in_force, resolution)
    is_written = entry["is_written"] or (same["observation_id"] == entry["observation_id"]).any()
    if is_written and any(_restates_further(other, entry, same) for other in restates):
        return _told(APPLIED, entry["new_value"], entry["new_value"])
    return _of_value(entry, same, in_force)


def _restates_further(other: dict[str, Any], entry: dict[str, Any], same: pd.DataFrame) -> bool:
    """Whether another entry took the value that this one gave and restated it: what is found is its business then."""
    follows = other["received_at"] > entry["received_at"] or other["new_value"] != entry["old_value"]
    return (
        other["old_value"] == entry["new_value"]
        and follows
        and (other["is_written"] or (same["observation_id"] == other["observation_id"]).any())
        and same_place(other, entry)
    )


def _told(status: str, expected: float, found: float | None) -> dict[str, Any]:
    has_found = status != WAITING
    return {"status": status, "expected_value": expected, "found_value": found, "has_found": has_found}


def _of_value(entry: dict[str, Any], same: pd.DataFrame, in_force: pd.DataFrame) -> dict[str, Any]:
    old, new = entry["old_value"], entry["new_value"]
    if is_value(in_force["value"], new).any():  # restated, or sent rightly since
        return _told(APPLIED, new, new)
    if entry["is_written"] and len(in_force):
        return _told(MISFIT, new, _newest(in_force))
    if entry["is_written"] or is_value((in_force if len(in_force) else same)["value"], old).any():
        return _told(MISFIT, new, None)  # another rule rejects the new value
    if len(in_force):
        return _told(MISFIT, old, _newest(in_force))
    return _told(MISFIT, old, _newest(same)) if len(same) else _told(WAITING, old, None)


def _of_fall(
    entry: dict[str, Any], same: pd.DataFrame, in_force: pd.DataFrame, resolution: Resolution
) -> dict[str, Any]:
    old, new = entry["old_value"], entry["new_value"]
    named = same[is_value(same["value"], new)]
    if named.empty:
        found = in_force if len(in_force) else same
        return _told(MISFIT, new, _newest(found)) if len(found) else _told(WAITING, new, None)
    for beside in (resolution.in_force, resolution.refused):
        previous = beside.loc[beside.index.isin(named.index), "previous_value"].dropna()
        if len(previous):
            fits = is_value(previous, old).any()
            return _told(APPLIED, old, old) if fits else _told(MISFIT, old, previous.iloc[0])
    newer = in_force[in_force["vintage_number"] > named["vintage_number"].max()]
    return _told(MISFIT, new, _newest(newer)) if len(newer) else _told(WAITING, old, None)


def _newest(vintages: pd.DataFrame) -> float:
    return float(vintages.sort_values("vintage_number")["value"].iloc[-1])


def misfit_rejections(asked: Asked, catalogue: Catalogue) -> list[dict[str, Any]]:
    """One ERROR row per entry that does not fit."""
    return [
        {
            "rejection_id": identifier("restatement_fits", row["restatement_id"]),
            "observation_id": None,
            "rule": "restatement_fits",
            "severity": "ERROR",
            "value": row["found_value"],
            "raw_text": number_en(row["expected_value"]),
            "message_vi": _message(row, catalogue).vi,
            "message_en": _message(row, catalogue).en,
            "rejected_at": row["received_at"],
            "is_current": True,
            "is_sample": bool(row["is_sample"]),
            **{name: row[name] for name in _SHOWN},
            "period_start": row["period_start"].date(),
        }
        for row in records(asked.failing("restatement_fits"))
    ]


_SHOWN = (
    "period_start",
    "source_code",
    "indicator_code",
    "area_code",
    "scope",
    "file_sha256",
    "file_name",
    "locator",
)


def _message(row: dict[str, Any], catalogue: Catalogue) -> Message:
    month = row["period_start"].date()
    label, area = month_label(month), area_name(row["area_code"], month, catalogue)
    indicator = catalogue.indicators[row["indicator_code"]]
    found = row["found_value"]
    is_there = found == found  # noqa: PLR0124 - NaN
    found_vi = f"nhưng tìm thấy {number_vi(found)}" if is_there else "nhưng giá trị mới bị quy tắc khác loại"
    found_en = (
        f"but {number_en(found)} is found" if is_there else "but the new value is rejected by another rule"
    )
    return Message(
        f"Tệp {row['file_name']}, {place_vi(row['locator'])}: điều chỉnh «{indicator.name_vi}» của {area.vi}, "
        f"{label.vi}, cần thấy giá trị {number_vi(row['expected_value'])} {found_vi}. Mục này không có hiệu lực. "
        "Đề nghị sửa giá trị trong tệp điều chỉnh hoặc bỏ mục này.",
        f"{row['file_name']}, {row['locator']}: the restatement of {indicator.name_en} ({row['indicator_code']}) of "
        f"{area.en}, {label.en}, expects {number_en(row['expected_value'])}, {found_en}. It has no effect; correct the "
        "entry or take it out.",
    )


def changed_statuses(asked: Asked, catalogue: Catalogue) -> pd.DataFrame:
    """The entries whose status or message changes: ``restatement_id``, ``status``, ``message_vi``, ``message_en``."""
    import pandas as pd

    rows = []
    for row in records(asked.rows):
        message = _message(row, catalogue) if row["status"] == MISFIT else None
        told = (row["status"], message.en if message else None)
        if told != (row["known_status"], row["known_message"] or None):
            rows.append((row["restatement_id"], told[0], message.vi if message else None, told[1]))
    return pd.DataFrame(rows, columns=["restatement_id", "status", "message_vi", "message_en"], dtype=object)

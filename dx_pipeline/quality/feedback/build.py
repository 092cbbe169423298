"""Makes a feedback's content from rows: of the working file, or of a preview that wrote nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from dx_pipeline.ingest.receive import ReceivedFile
from dx_pipeline.quality.feedback.content import (
    MAX_FIGURES,
    VIETNAM_HOURS,
    Counts,
    Feedback,
    Finding,
    ReadFigure,
)
from dx_pipeline.quality.feedback.places import reading_order
from dx_pipeline.quality.feedback.registers import register_counts, register_notes, verdict_of_register
from dx_pipeline.quality.feedback.wording import (
    NOT_COMPARED_NOTE,
    PREVIEW_NOTE,
    explanation_vi,
    parts_vi,
    period_vi,
    value_vi,
    verdict_of,
)
from dx_pipeline.quality.messages import area_name
from dx_pipeline.quality.rules import rule_of_unread_cell, rules_by_code

if TYPE_CHECKING:
    from datetime import date

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.failures import DxError
    from dx_pipeline.quality.preview import Preview

Row = Mapping[str, Any]
_SEVERITY_ORDER = {"ERROR": 0, "WARN": 1}


@dataclass(frozen=True, slots=True)
class Told:
    """Rows about one file: findings, figures, and counts of figures by verdict.

    Each finding has ``mark_id``, the figure or cell it is about, and ``is_cell`` where it is about a cell. ``load``
    is what the load of a large register came to: its rows, its verdict and where its rejected rows are.
    """

    findings: Sequence[Row] = ()
    figures: Sequence[Row] = ()
    counts: Row = field(default_factory=dict)
    load: Row | None = None


def make_feedback(  # noqa: PLR0913 - the file, what is told of it, and what came before and after
    receipt: ReceivedFile,
    told: Told,
    catalogue: Catalogue,
    *,
    judged: ReceivedFile | None = None,
    replaced_by: ReceivedFile | None = None,
    is_preview: bool = False,
) -> Feedback:
    """The content of one file's feedback."""
    refused = receipt.status == "rejected"
    counts = register_counts(told.load, told.findings) if told.load else _counts(told)
    verdict, words = verdict_of_register(told.load, counts) if told.load else verdict_of(counts)
    if refused:
        verdict, words = "refused", "Không nhận được tệp này: cả tệp không đọc được. Lý do ghi ở dưới."
    source = catalogue.sources.get(receipt.source_code or "")
    findings = sorted(
        (_finding(row, catalogue) for row in told.findings),
        key=lambda item: (_SEVERITY_ORDER[item.severity], reading_order(item.locator), item.rule),
    )
    return Feedback(
        file_name=receipt.file_name,
        origin=receipt.origin,
        file_sha256=receipt.file_sha256,
        size_bytes=receipt.size_bytes,
        received_at=receipt.received_at,
        source_code=receipt.source_code,
        source_vi=source.name_vi if source else "",
        area_code=receipt.area_code,
        area_vi=_area_vi(receipt.area_code, receipt.period_start, catalogue),
        period_start=receipt.period_start,
        period_end=receipt.period_end,
        period_vi=period_vi(receipt.period_start, receipt.period_end),
        is_sample=bool(receipt.is_sample),
        verdict=verdict,
        verdict_vi=words,
        refusal_vi=(receipt.reason_vi or "") if refused else "",
        refusal_en=(receipt.reason_en or "") if refused else "",
        counts=counts,
        findings=tuple(findings),
        figures=_figures(told, catalogue),
        figure_count=int(told.counts.get("read", 0)),
        notes_vi=(
            *_notes(receipt, judged or receipt, replaced_by, is_preview),
            *(register_notes(told.load) if told.load else ()),
        ),
        is_preview=is_preview,
        is_register=source is not None and source.records is not None,
    )


def preview_feedback(found: Preview, receipt: ReceivedFile, catalogue: Catalogue) -> Feedback:
    """The content of the feedback of a file that has not been received.

    Args:
        found: What ``preview_file`` said of it.
        receipt: What its receipt would be.
        catalogue: For names.
    """
    findings = [
        {
            **row,
            "mark_id": row["observation_id"] or row["rejection_id"],
            "is_cell": row["observation_id"] is None,
        }
        for row in (*found.rejections, *found.warnings)
    ]
    rejected = {row["observation_id"]: {**row, "verdict": "rejected"} for row in found.rejections}
    rejected.pop(None, None)
    figures = [*found.observations, *rejected.values()]
    counts = {"read": len(figures), "accepted": len(found.observations), "rejected": len(rejected)}
    feedback = make_feedback(receipt, Told(findings, figures, counts), catalogue, is_preview=True)
    if found.compared:
        return feedback
    return replace(feedback, notes_vi=(*feedback.notes_vi, NOT_COMPARED_NOTE))


def refused_feedback(receipt: ReceivedFile, error: DxError, catalogue: Catalogue) -> Feedback:
    """The content of the feedback of a file that has not been received and cannot be read as a whole."""
    refused = replace(receipt, status="rejected", reason_vi=error.message_vi, reason_en=error.message)
    return make_feedback(refused, Told(), catalogue, is_preview=True)


def _counts(told: Told) -> Counts:
    wrong = {row["mark_id"] for row in told.findings if row["severity"] == "ERROR"}
    doubtful = {row["mark_id"] for row in told.findings if row["severity"] == "WARN"} - wrong
    unread = {row["mark_id"] for row in told.findings if row["is_cell"] and row["severity"] == "ERROR"}
    return Counts(
        accepted=int(told.counts.get("accepted", 0)),
        rejected=int(told.counts.get("rejected", 0)) + len(unread),
        doubtful=len(doubtful),
        pending=int(told.counts.get("pending", 0)),
    )


def _finding(row: Row, catalogue: Catalogue) -> Finding:
    rule = rules_by_code()[rule_of_unread_cell(row["rule"])]
    indicator = catalogue.indicators.get(row["indicator_code"] or "")
    return Finding(
        severity=row["severity"],
        rule=rule.code,
        rule_vi=rule.title_vi,
        rule_en=rule.title_en,
        locator=row["locator"] or "",
        raw_text=row["raw_text"] or "",
        explanation_vi=explanation_vi(row),
        message_vi=row["message_vi"] or "",
        message_en=row["message_en"] or "",
        indicator_code=row["indicator_code"],
        indicator_vi=indicator.name_vi if indicator else row["indicator_code"] or "",
        area_code=row["area_code"],
        area_vi=_area_vi(row["area_code"], row["period_start"], catalogue),
        scope=row["scope"],
        scope_vi=_scope_vi(row["scope"], catalogue),
        period_start=row["period_start"],
    )


def _figures(told: Told, catalogue: Catalogue) -> tuple[ReadFigure, ...]:
    said: dict[str, set[str]] = {}
    for row in told.findings:  # a doubt about a cell is one about the figure that was read from it
        said.setdefault(row["locator"] if row["is_cell"] else row["mark_id"], set()).add(row["severity"])
    ordered = sorted(told.figures, key=lambda row: (reading_order(row["locator"]), row["indicator_code"]))
    return tuple(
        _figure(row, said.get(row["observation_id"], set()) | said.get(row["locator"], set()), catalogue)
        for row in ordered[:MAX_FIGURES]
    )


def _figure(row: Row, severities: set[str], catalogue: Catalogue) -> ReadFigure:
    indicator = catalogue.indicators.get(row["indicator_code"])
    unit = row.get("unit") or (indicator.unit if indicator else "")
    verdict = row["verdict"] or ("rejected" if "ERROR" in severities else "pending")
    if verdict == "accepted" and "WARN" in severities:
        verdict = "doubtful"
    return ReadFigure(
        indicator_code=row["indicator_code"],
        indicator_vi=indicator.name_vi if indicator else row["indicator_code"],
        area_code=row["area_code"],
        area_vi=_area_vi(row["area_code"], row["period_start"], catalogue),
        scope=row["scope"],
        scope_vi=_scope_vi(row["scope"], catalogue),
        period_start=row["period_start"],
        value=row.get("value"),
        status=row.get("status"),
        value_vi=value_vi(row, indicator),
        unit=unit,
        unit_vi=catalogue.units[unit].name_vi if unit in catalogue.units else unit,
        parts_vi=parts_vi(row),
        locator=row["locator"] or "",
        raw_text=row["raw_text"] or "",
        verdict=verdict,
    )


def _area_vi(code: str | None, day: date | None, catalogue: Catalogue) -> str:
    return area_name(code, day, catalogue).vi if code and day else code or ""


def _scope_vi(code: str | None, catalogue: Catalogue) -> str:
    scope = catalogue.scopes.get(code or "")
    return scope.name_vi if scope else code or ""


def _notes(
    receipt: ReceivedFile, judged: ReceivedFile, replaced_by: ReceivedFile | None, is_preview: bool
) -> list[str]:
    notes = [PREVIEW_NOTE] if is_preview else []
    if judged != receipt:
        notes.append(
            f"Nội dung tệp này trùng với tệp {judged.origin} đã nhận lúc {moment_vi(judged.received_at)}; kết quả "
            "dưới đây là của tệp đó."
        )
    if replaced_by:
        notes.append(
            f"Tệp này đã được thay bằng tệp {replaced_by.origin} nhận lúc {moment_vi(replaced_by.received_at)}."
        )
    return notes


def moment_vi(moment: datetime) -> str:
    """A moment given in UTC as it is read in Vietnam: ``15:02 ngày 17/11/2025 (giờ Việt Nam)``."""
    return f"{moment + timedelta(hours=VIETNAM_HOURS):%H:%M ngày %d/%m/%Y} (giờ Việt Nam)"

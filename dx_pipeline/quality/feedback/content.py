"""What there is to tell about one file: facts only, no workbook and no database."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

# Changes whenever the same content has to be drawn anew: it is part of the content's hash.
LAYOUT_VERSION = 1
MAX_FIGURES = 2_000
VIETNAM_HOURS = 7
SAMPLE_LABEL = "DỮ LIỆU MẪU"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong (``ERROR``) or doubtful (``WARN``) in the file."""

    severity: str
    rule: str
    rule_vi: str
    rule_en: str
    locator: str
    raw_text: str
    explanation_vi: str
    message_vi: str
    message_en: str
    indicator_code: str | None = None
    indicator_vi: str = ""
    area_code: str | None = None
    area_vi: str = ""
    scope: str | None = None
    scope_vi: str = ""
    period_start: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadFigure:
    """One figure as it was read. ``verdict`` is accepted, doubtful, rejected or pending."""

    indicator_code: str
    indicator_vi: str
    area_code: str
    area_vi: str
    scope: str
    scope_vi: str
    period_start: date | None
    value: float | None
    status: str | None
    value_vi: str
    unit: str
    unit_vi: str
    parts_vi: str
    locator: str
    raw_text: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many figures and cells; ``doubtful`` ones are among the accepted or pending."""

    accepted: int = 0
    rejected: int = 0
    doubtful: int = 0
    pending: int = 0


@dataclass(frozen=True, kw_only=True)
class Feedback:
    """Everything the sender of one file is told.

    Attributes:
        file_name: The name it came under.
        origin: Path below the landing folder; the file's name where it has not been sent.
        received_at: In UTC, without a zone.
        period_start: First day of the claimed period; None where the file could not be read.
        verdict: refused, accepted, accepted_with_doubts, partly_rejected, all_rejected, pending, no_figures.
        verdict_vi: The same in words.
        refusal_vi: Why the file was refused as a whole; empty when it was not.
        notes_vi: What else there is to say: superseded, received twice, not sent yet.
        figures: At most ``MAX_FIGURES``; ``figure_count`` is how many were read.
        is_register: Whether it is a large register, of which rows are counted and none are shown.
    """

    file_name: str
    origin: str
    file_sha256: str
    size_bytes: int
    received_at: datetime
    source_code: str | None
    source_vi: str
    area_code: str | None
    area_vi: str
    period_start: date | None
    period_end: date | None
    period_vi: str
    is_sample: bool
    verdict: str
    verdict_vi: str
    refusal_vi: str
    refusal_en: str
    counts: Counts
    findings: tuple[Finding, ...]
    figures: tuple[ReadFigure, ...]
    figure_count: int
    notes_vi: tuple[str, ...] = ()
    is_preview: bool = False
    is_register: bool = False

    @property
    def received_at_vietnam(self) -> datetime:
        """When it was received, on a clock in Vietnam (UTC+7 all year)."""
        return self.received_at + timedelta(hours=VIETNAM_HOURS)

    @property
    def is_refused(self) -> bool:
        """Whether the file was refused as a whole."""
        return self.verdict == "refused"

    @cached_property
    def content_sha256(self) -> str:
        """Changes when there is something else to tell."""
        text = json.dumps([LAYOUT_VERSION, asdict(self)], ensure_ascii=False, sort_keys=True, default=plain)
        return hashlib.sha256(text.encode()).hexdigest()


def plain(value: object) -> str:
    """Days and moments as ISO text; for ``json.dumps``."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in a feedback file")


def twin_of(feedback: Feedback, workbook: dict[str, str]) -> dict[str, Any]:
    """The machine-readable twin; its keys are a contract and documented in docs/operations.md.

    Args:
        feedback: The content.
        workbook: Name of the workbook beside it, what it shows, and the sentence that says so.
    """
    return {
        "format": "dx_pipeline feedback",
        "version": 1,
        "content_sha256": feedback.content_sha256,
        "is_sample": feedback.is_sample,
        "label_vi": SAMPLE_LABEL if feedback.is_sample else None,
        "is_preview": feedback.is_preview,
        "file": {
            "name": feedback.file_name,
            "origin": feedback.origin,
            "sha256": feedback.file_sha256,
            "size_bytes": feedback.size_bytes,
            "received_at": f"{feedback.received_at.isoformat()}Z",
            "received_at_vietnam": f"{feedback.received_at_vietnam.isoformat()}+07:00",
        },
        "source": {"code": feedback.source_code, "name_vi": feedback.source_vi},
        "area": {"code": feedback.area_code, "name_vi": feedback.area_vi},
        "period": {
            "start": feedback.period_start,
            "end": feedback.period_end,
            "label_vi": feedback.period_vi,
        },
        "verdict": {"code": feedback.verdict, "text_vi": feedback.verdict_vi},
        "counts": asdict(feedback.counts),
        "refusal": {"message_vi": feedback.refusal_vi, "message_en": feedback.refusal_en}
        if feedback.is_refused
        else None,
        "notes_vi": list(feedback.notes_vi),
        "findings": [
            {"number": number, **asdict(finding)} for number, finding in enumerate(feedback.findings, start=1)
        ],
        "figure_count": feedback.figure_count,
        "figures": [asdict(figure) for figure in feedback.figures],
        "workbook": workbook,
    }

"""What a reader gives: observations and unread cells, each with the place it came from."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from dx_pipeline.ingest.period_text import ReportedPeriod

NATION = "VN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Observation:
    """One figure as read. Columns and units are those of ``core.observation``."""

    indicator_code: str
    area_code: str
    area_level: str
    scope: str
    period_start: date
    period_end: date
    as_of: date
    locator: str
    raw_text: str
    unit: str
    period_basis: str = "calendar"
    accumulates_from: date | None = None
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    status: str | None = None
    qualifier: str = "exact"
    method_version: str = ""
    source_title: str | None = None
    source_url: str | None = None
    is_sample: bool = False
    note: str | None = None
    revision_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadCell:
    """A cell or row that could not become an observation, and why."""

    rule: str
    locator: str
    raw_text: str
    message_vi: str
    message_en: str
    period_start: date | None = None
    indicator_code: str | None = None
    area_code: str | None = None
    scope: str | None = None
    severity: str = "ERROR"
    is_sample: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What is known of a file besides its content: its name and folder, or what the receiver was told.

    A reader takes them where the content is silent, and refuses the file where the content says otherwise
    than ``is_certain`` hints (those a person gave).
    """

    period: ReportedPeriod | None = None
    area_code: str | None = None
    is_certain: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a file says of itself before its figures are read.

    ``part`` is set where the file is one part of a submission (one sheet saved as CSV): it supersedes only
    the same part.
    """

    period_start: date
    period_end: date
    area_code: str | None = None
    part: str | None = None
    is_sample: bool = False


NO_HINTS = Hints()


@dataclass(slots=True)
class ReadResult:
    """Everything one file gave."""

    claim: Claim
    observations: list[Observation] = field(default_factory=list)
    unread_cells: list[UnreadCell] = field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStamp:
    """The file an observation came from and the vintage it belongs to."""

    file_sha256: str
    file_name: str
    source_code: str
    vintage_at: datetime


def _identifier(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:24]


def observation_frame(result: ReadResult, stamp: FileStamp) -> pd.DataFrame:
    """The observations as rows of ``core.observation``, not judged yet."""
    import pandas as pd

    rows = [
        {
            **asdict(item),
            **asdict(stamp),
            "observation_id": _identifier(
                stamp.file_sha256,
                stamp.vintage_at,
                item.locator,
                item.indicator_code,
                item.area_code,
                item.scope,
                item.period_start,
            ),
            "verdict": None,
            "is_latest": False,
        }
        for item in result.observations
    ]
    return pd.DataFrame(rows)


def unread_cell_frame(result: ReadResult, stamp: FileStamp) -> pd.DataFrame:
    """The unread cells as rows of ``core.unread_cell``."""
    import pandas as pd

    rows = [
        {
            **asdict(cell),
            **asdict(stamp),
            "period_start": cell.period_start or result.claim.period_start,
            "message_en": f"{stamp.file_name}: {cell.message_en}",
            "message_vi": f"Tệp {stamp.file_name}: {cell.message_vi}",
            "cell_id": _identifier(
                stamp.file_sha256, stamp.vintage_at, cell.locator, cell.rule, cell.indicator_code
            ),
        }
        for cell in result.unread_cells
    ]
    return pd.DataFrame(rows)

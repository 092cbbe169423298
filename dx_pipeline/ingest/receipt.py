"""Receipts: what is on record of every file that ever arrived, and which of them took another's place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from dx_pipeline.periods import months_between

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.source_models import Source

RESTATEMENT = "restatement"  # stands where a source's code stands
RESTATED = "restated:"  # how observation_id starts where a figure comes from the office's file


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedFile:
    """One receipt; the columns of ``raw.received_file``."""

    file_sha256: str
    origin: str
    received_at: datetime
    size_bytes: int
    batch_at: datetime | None = None
    container_sha256: str | None = None
    source_code: str | None = None
    period_start: date | None = None
    period_end: date | None = None
    area_code: str | None = None
    part: str | None = None
    is_sample: bool | None = None
    status: str = "received"
    reason_vi: str | None = None
    reason_en: str | None = None
    supersedes: str | None = None

    @property
    def file_name(self) -> str:
        """The name it came under."""
        return PurePosixPath(self.origin).name

    def speaks_of(self, months: Iterable[date]) -> bool:
        """Whether any of ``months`` lies in the claimed period."""
        start, end = self.period_start, self.period_end
        return start is not None and end is not None and any(start <= month <= end for month in months)

    def months(self, sources: Mapping[str, Source]) -> list[date]:
        """The months whose run takes it up; none where it was refused."""
        source = sources.get(self.source_code or "")
        if self.period_start is None or self.period_end is None:
            return []
        if self.source_code == RESTATEMENT and self.status != "rejected":
            return list(months_between(self.period_start, self.period_end))
        if source is None:
            return []
        return source.months_of(self.period_start, self.period_end)

    @property
    def for_the_record(self) -> dict[str, object]:
        """What the archive's record says of it."""
        names = ("source_code", "period_start", "period_end", "area_code", "part", "status", "reason_en")
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def known_receipts(connection: duckdb.DuckDBPyConnection) -> list[ReceivedFile]:
    """Every receipt so far, oldest first."""
    cursor = connection.execute("SELECT * FROM raw.received_file ORDER BY received_at, origin")
    names = [column[0] for column in cursor.description or []]
    return [ReceivedFile(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def in_force(history: Sequence[ReceivedFile], sha256: str) -> bool:
    """Whether this content has been received and nothing has taken its place since."""
    is_there = False
    for receipt in history:
        if receipt.supersedes == sha256:
            is_there = False
        elif receipt.file_sha256 == sha256 and receipt.status != "rejected":
            is_there = True
    return is_there


def superseded(history: Sequence[ReceivedFile], origin: str, claimed: ReceivedFile | None) -> str | None:
    """The newest file from the same place, or for the same source, province, period and part."""
    for receipt in reversed(history):
        if receipt.origin == origin:
            return receipt.file_sha256
        if claimed and claimed.area_code and _claim_of(receipt) == _claim_of(claimed):
            return receipt.file_sha256
    return None


def _claim_of(receipt: ReceivedFile) -> tuple[object, ...]:
    return (
        receipt.source_code,
        receipt.area_code,
        receipt.period_start,
        receipt.period_end,
        receipt.part,
    )

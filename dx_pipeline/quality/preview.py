"""What one file would give if it were received now: the row gate over a copy in memory, nothing written."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.guard import check_file
from dx_pipeline.ingest.observation import Claim, FileStamp, ReadResult, observation_frame, unread_cell_frame
from dx_pipeline.ingest.readers import no_surprises, reader_of
from dx_pipeline.periods import month_end, months_between
from dx_pipeline.quality import triage
from dx_pipeline.settings import DataDirectory, Office
from dx_pipeline.warehouse.database import create_schema, insert_frame

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would give. Rows are dictionaries with the columns of the tables they would go to."""

    source_code: str
    claim: Claim
    observations: list[dict[str, Any]]
    rejections: list[dict[str, Any]]
    warnings: list[dict[str, Any]]


def preview_file(
    path: Path, *, source_code: str | None, month: date | None, data: DataDirectory, catalogue: Catalogue
) -> Preview:
    """Reads and judges ``path`` against what the working file holds, without writing anywhere.

    Raises:
        UnreadableFileError: The file cannot be read as a whole, no source fits it, or it does not speak of
            ``month``.
    """
    check_file(path, path.name)
    source, result = _read(path, _candidates(source_code, catalogue), catalogue, month)
    claim = result.claim
    if month and not claim.period_start <= month <= claim.period_end:
        raise UnreadableFileError(
            f"{path.name} speaks of {claim.period_start:%Y-%m}, not of {month:%Y-%m}",
            f"Tệp {path.name} là số liệu tháng {claim.period_start:%m/%Y}, không phải tháng {month:%m/%Y}.",
        )
    stamp = FileStamp(
        file_sha256=sha256_of(path),
        file_name=path.name,
        source_code=source.code,
        vintage_at=datetime.now(UTC).replace(tzinfo=None),
    )
    with duckdb.connect(":memory:") as memory:
        create_schema(memory)
        _copy_history(memory, data)
        for table, frame in (
            ("core.observation", observation_frame(result, stamp)),
            ("core.unread_cell", unread_cell_frame(result, stamp)),
        ):
            insert_frame(memory, table, frame.dropna(axis="columns", how="all"))
        months = list(months_between(claim.period_start, claim.period_end))
        judgement = triage.judge_months(
            memory, months, catalogue=catalogue, office=Office(is_sample_world=True), run_at=stamp.vintage_at
        )
        triage.write_judgement(memory, judgement)
        return _preview(memory, stamp, source, claim)


def _candidates(source_code: str | None, catalogue: Catalogue) -> list[Source]:
    if source_code is None:
        return list(catalogue.sources.values())
    if source_code not in catalogue.sources:
        raise UnreadableFileError(
            f"there is no source {source_code!r}; known are {', '.join(catalogue.sources)}",
            f"Không có nguồn «{source_code}»; các nguồn hiện có: {', '.join(catalogue.sources)}.",
        )
    return [catalogue.sources[source_code]]


def _read(
    path: Path, sources: list[Source], catalogue: Catalogue, month: date | None
) -> tuple[Source, ReadResult]:
    """The first source whose reader understands the file; its suffix says which are tried first."""
    suffix = path.suffix.lower().lstrip(".")
    problems: list[tuple[Source, DxError]] = []
    for source in sorted(sources, key=lambda item: suffix not in item.formats):
        try:
            name = _name_with_day(path, source, month)
            with no_surprises(path.name):
                result = reader_of(source).read(path, file_name=name, source=source, catalogue=catalogue)
        except DxError as error:
            problems.append((source, error))
            continue
        return source, result
    fitting = [problem for problem in problems if suffix in problem[0].formats] or problems
    raise UnreadableFileError(
        "; ".join(f"as {source.code}: {error.message}" for source, error in fitting),
        "; ".join(f"{source.name_vi}: {error.message_vi}" for source, error in fitting),
    )


def _name_with_day(path: Path, source: Source, month: date | None) -> str:
    """The file's name; where the source wants a day in it and has none, with the last day of ``month``."""
    if month is None or not source.file_name or re.search(source.file_name, path.name):
        return path.name
    return f"{path.stem}_{month_end(month):%d%m%Y}{path.suffix}"


def _copy_history(memory: duckdb.DuckDBPyConnection, data: DataDirectory) -> None:
    """Accepted figures, so that neighbour months are compared; skipped where a run holds the working file."""
    if not data.warehouse.exists():
        return
    try:
        memory.execute(f"ATTACH '{str(data.warehouse).replace(chr(39), chr(39) * 2)}' AS working (READ_ONLY)")
    except duckdb.IOException:
        return
    memory.execute(
        "INSERT INTO core.observation BY NAME SELECT * FROM working.core.observation WHERE is_latest"
    )
    memory.execute("DETACH working")


def _preview(memory: duckdb.DuckDBPyConnection, stamp: FileStamp, source: Source, claim: Claim) -> Preview:
    accepted = (
        "SELECT * FROM core.observation WHERE vintage_at = ? AND file_sha256 = ? AND verdict = 'accepted' "
        "ORDER BY locator"
    )
    findings = (
        "SELECT * FROM quality.rejection WHERE file_sha256 = ? AND is_current AND severity = ? "
        "ORDER BY locator, rule"
    )
    return Preview(
        source_code=source.code,
        claim=claim,
        observations=_rows(memory, accepted, [stamp.vintage_at, stamp.file_sha256]),
        rejections=_rows(memory, findings, [stamp.file_sha256, "ERROR"]),
        warnings=_rows(memory, findings, [stamp.file_sha256, "WARN"]),
    )


def _rows(memory: duckdb.DuckDBPyConnection, sql: str, parameters: list[object]) -> list[dict[str, Any]]:
    cursor = memory.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    return [
        {
            name: None if isinstance(value, float) and math.isnan(value) else value
            for name, value in zip(names, row, strict=True)
        }
        for row in cursor.fetchall()
    ]

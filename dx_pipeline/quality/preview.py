"""What one file would give if it were received now: the row gate over a copy in memory, nothing written."""

from __future__ import annotations

import math
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.isolation import as_unreadable, read_apart
from dx_pipeline.ingest.landing import contents
from dx_pipeline.ingest.observation import Claim, FileStamp
from dx_pipeline.ingest.reading import FiguresRead, FileToRead, read_figures
from dx_pipeline.ingest.receive import check_period
from dx_pipeline.periods import months_between, vietnam_day
from dx_pipeline.quality import triage
from dx_pipeline.settings import DataDirectory, Office
from dx_pipeline.warehouse.contract import tables
from dx_pipeline.warehouse.database import create_schema, insert_frame

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue


@dataclass(frozen=True, slots=True)
class Preview:
    """What a file would give. Rows are dictionaries with the columns of the tables they would go to.

    ``compared`` is false where the months beside it could not be looked at: a run holds the working file.
    """

    file_name: str
    source_code: str
    claim: Claim
    observations: list[dict[str, Any]]
    rejections: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    compared: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person says of a file: its source's code, its period and province as people write them."""

    source: str | None = None
    period: str | None = None
    province: str | None = None


def preview_files(
    path: Path, *, data: DataDirectory, catalogue: Catalogue, told: Told | None = None
) -> list[Preview | UnreadableFileError]:
    """Reads and judges ``path``, or each file inside it, against what the working file holds.

    Args:
        path: A file, or an archive of files.
        data: The office's data directory; nothing in it is written.
        catalogue: The loaded catalogue.
        told: What the person who asks says of the file.

    Returns:
        One preview per file, or why that file cannot be read as a whole.

    Raises:
        UnreadableFileError: There is no such source, or the archive cannot be opened.
    """
    told = told or Told()
    if told.source and told.source not in catalogue.sources:
        raise UnreadableFileError(
            f"there is no source {told.source!r}; known are {', '.join(catalogue.sources)}",
            f"Không có nguồn «{told.source}»; các nguồn hiện có: {', '.join(catalogue.sources)}.",
        )
    with tempfile.TemporaryDirectory() as folder:
        files = [
            _to_read(content, origin, told)
            for content, origin in contents(path, _origin(path, data), Path(folder), catalogue.sources)
        ]
        found = list(read_apart(read_figures, files, catalogue))
    return [
        _as_received(file, figures, data, catalogue)
        if isinstance(figures, FiguresRead)
        else as_unreadable(figures)
        for file, figures in zip(files, found, strict=True)
    ]


def preview_file(
    path: Path, *, data: DataDirectory, catalogue: Catalogue, told: Told | None = None
) -> Preview:
    """As ``preview_files``, of a single file.

    Raises:
        UnreadableFileError: The file cannot be read as a whole, nothing tells its source or period, or it is an
            archive of several files.
    """
    found = preview_files(path, data=data, catalogue=catalogue, told=told)
    if len(found) != 1:
        raise UnreadableFileError(
            f"{path.name} holds {len(found)} files; unpack it and look at them one by one",
            f"Tệp {path.name} chứa {len(found)} tệp; đề nghị giải nén và xem từng tệp.",
        )
    if isinstance(found[0], UnreadableFileError):
        raise found[0]
    return found[0]


def _origin(path: Path, data: DataDirectory) -> str:
    """The path below the landing folder where the file lies there, so that its place speaks; else its name."""
    resolved = path.resolve()
    if resolved.is_relative_to(data.landing):
        return resolved.relative_to(data.landing).as_posix()
    return path.name


def _to_read(path: Path, origin: str, told: Told) -> FileToRead:
    stamp = FileStamp(
        file_sha256=sha256_of(path),
        file_name=origin,
        source_code=told.source or "",
        vintage_at=datetime.now(UTC).replace(tzinfo=None),
    )
    return FileToRead(
        path, origin, source_code=told.source, told_period=told.period, told_area=told.province, stamp=stamp
    )


def _as_received(
    file: FileToRead, found: FiguresRead, data: DataDirectory, catalogue: Catalogue
) -> Preview | UnreadableFileError:
    """The preview, or the refusal that the file would meet on receipt for its months."""
    try:
        source = catalogue.sources.get(found.source_code)
        check_period(
            found.claim,
            file.origin,
            vietnam_day(datetime.now(UTC).replace(tzinfo=None)),
            is_publication=source is not None and source.is_publication,
        )
    except UnreadableFileError as error:
        return error
    if file.stamp is None:
        raise ValueError("a preview needs a stamp")
    return _judged(file.stamp, found, data, catalogue)


def _judged(stamp: FileStamp, found: FiguresRead, data: DataDirectory, catalogue: Catalogue) -> Preview:
    with duckdb.connect(":memory:") as memory:
        create_schema(memory)
        compared = _copy_history(memory, data, catalogue)
        for table, frame in (
            ("core.observation", found.observations),
            ("core.unread_cell", found.unread_cells),
            *found.tables.items(),
        ):
            known = frame.columns.intersection(tables()[table].column_names)
            insert_frame(memory, table, frame[known].dropna(axis="columns", how="all"))
        months = list(months_between(found.claim.period_start, found.claim.period_end))
        judgement = triage.judge_months(
            memory,
            months,
            catalogue=catalogue,
            office=Office(is_sample_world=True),
            run_at=stamp.vintage_at,
        )
        triage.write_judgement(memory, judgement)
        return _preview(memory, stamp, found, compared=compared)


def _copy_history(memory: duckdb.DuckDBPyConnection, data: DataDirectory, catalogue: Catalogue) -> bool:
    """Accepted figures, so that neighbour months are compared; false where a run holds the working file.

    Those of large registers, 65,000 a month, are plain flows and compared with nothing.
    """
    if not data.warehouse.exists():
        return True
    try:
        memory.execute(f"ATTACH '{str(data.warehouse).replace(chr(39), chr(39) * 2)}' AS working (READ_ONLY)")
    except duckdb.IOException:
        return False
    registers = [source.code for source in catalogue.sources.values() if source.records is not None]
    memory.execute(
        "INSERT INTO core.observation BY NAME SELECT * FROM working.core.observation "
        "WHERE is_latest AND NOT list_contains(?, source_code)",
        [registers],
    )
    memory.execute("DETACH working")
    return True


def _preview(
    memory: duckdb.DuckDBPyConnection, stamp: FileStamp, found: FiguresRead, *, compared: bool
) -> Preview:
    accepted = (
        "SELECT * FROM core.observation WHERE vintage_at = ? AND file_sha256 = ? AND verdict = 'accepted' "
        "ORDER BY locator"
    )
    findings = (
        "SELECT * FROM quality.rejection WHERE file_sha256 = ? AND is_current AND severity = ? "
        "ORDER BY locator, rule"
    )
    return Preview(
        file_name=stamp.file_name,
        source_code=found.source_code,
        claim=found.claim,
        observations=_rows(memory, accepted, [stamp.vintage_at, stamp.file_sha256]),
        rejections=_rows(memory, findings, [stamp.file_sha256, "ERROR"]),
        warnings=_rows(memory, findings, [stamp.file_sha256, "WARN"]),
        compared=compared,
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

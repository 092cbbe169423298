"""Puts feedback in place: the workbook and its twin, whole or not at all, and only where there is news."""

from __future__ import annotations

import json
import os
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

from openpyxl.writer.excel import ExcelWriter

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.failures import DxError
from dx_pipeline.ingest.archive import archived_path
from dx_pipeline.ingest.isolation import run_apart
from dx_pipeline.ingest.receive import known_receipts
from dx_pipeline.periods import month_key
from dx_pipeline.quality.feedback.collect import answerable, feedbacks, files_with_findings
from dx_pipeline.quality.feedback.content import SAMPLE_LABEL, Feedback, plain, twin_of
from dx_pipeline.quality.feedback.sender_file import SenderFile, marked_file, nothing
from dx_pipeline.quality.feedback.summary import write_summary

if TYPE_CHECKING:
    import duckdb
    import openpyxl

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.settings import DataDirectory

NO_SOURCE, NO_MONTH = "khong-ro-nguon", "khong-ro-ky"
WORKBOOK_SUFFIX, TWIN_SUFFIX = ".phan-hoi.xlsx", ".phan-hoi.json"
_STEM_BYTES = 120
_MANY = 8  # files: fewer are written sooner than they are handed to another process
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]')
_EARLIEST_IN_ZIP = datetime(1980, 1, 1)  # noqa: DTZ001 - zip knows no zones

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class FeedbackFiles:
    """Where the feedback of one file is."""

    workbook: Path
    twin: Path


@dataclass(slots=True)
class Written:
    """What a round of feedback came to: what was written anew, and how many files needed nothing."""

    new: list[tuple[Feedback, FeedbackFiles]] = field(default_factory=list)
    unchanged_count: int = 0

    def by_area(self) -> list[dict[str, object]]:
        """A row per source and sender of the new files: files, figures and cells by what became of them."""
        rows: dict[tuple[str, str], dict[str, int]] = {}
        for feedback, _ in self.new:
            key = (feedback.source_code or "", feedback.area_vi or feedback.file_name)
            row = rows.setdefault(
                key, dict.fromkeys(("files", "refused", "accepted", "rejected", "doubtful", "pending"), 0)
            )
            row["files"] += 1
            row["refused"] += feedback.is_refused
            for name in ("accepted", "rejected", "doubtful", "pending"):
                row[name] += getattr(feedback.counts, name)
        return [{"source": source, "sender": sender, **row} for (source, sender), row in sorted(rows.items())]


@dataclass(frozen=True, slots=True)
class Outdated:
    """Feedback that has to be written, and how many files have what they need."""

    feedbacks: list[Feedback]
    unchanged_count: int


def write_missing(
    connection: duckdb.DuckDBPyConnection,
    months: Iterable[date] | None,
    data: DataDirectory,
    catalogue: Catalogue,
) -> Written:
    """Writes the feedback of every file of the months that has none, or to whose sender there is news.

    Where others wait for the working file, call ``find_outdated``, close the connection, and ``write_all``.
    """
    return write_all(find_outdated(connection, months, data, catalogue), data)


def find_outdated(
    connection: duckdb.DuckDBPyConnection,
    months: Iterable[date] | None,
    data: DataDirectory,
    catalogue: Catalogue,
) -> Outdated:
    """The files of the months, and files of any month with findings, whose feedback is missing or differs.

    A judgement in one month can change what there is to tell about a file of another. Files that were
    refused without a readable period belong to every month.

    Args:
        connection: An open connection; nothing is written to it.
        months: First days of months; None for all.
        data: The office's data directory, for its feedback folder.
        catalogue: For names.
    """
    receipts = known_receipts(connection)
    asked = answerable(receipts, months, also=files_with_findings(connection))
    found, seen, unchanged = [], set[Path](), 0
    # the same bytes under the same name are told of once, as they were first received
    for feedback in feedbacks(connection, sorted(asked, key=lambda item: item.is_duplicate), catalogue):
        files = files_of(feedback, data.feedback)
        if files.workbook in seen:
            continue
        seen.add(files.workbook)
        if _is_current(feedback, files):
            unchanged += 1
        else:
            found.append(feedback)
    return Outdated(found, unchanged)


def write_all(outdated: Outdated, data: DataDirectory, progress: Progress | None = None) -> Written:
    """Writes what ``find_outdated`` found; ``progress`` is called with the number done and the number of all."""
    written = Written(unchanged_count=outdated.unchanged_count)
    tasks = [
        _Task(item, archived_path(data.archive, item.file_sha256), data.feedback)
        for item in outdated.feedbacks
    ]
    for number, (task, files) in enumerate(zip(tasks, _each_written(tasks), strict=True), start=1):
        written.new.append((task.feedback, files))
        if progress:
            progress(number, len(tasks))
    return written


@dataclass(frozen=True, slots=True)
class _Task:
    """One file's feedback to be written, perhaps in another process."""

    feedback: Feedback
    archive_path: Path
    folder: Path

    @property
    def origin(self) -> str:
        """The file it is about."""
        return self.feedback.file_name


def _each_written(tasks: list[_Task]) -> Iterator[FeedbackFiles]:
    """Many at once are written by the reading processes; what is too much for one is summed up without its file."""
    if len(tasks) < _MANY:
        yield from map(_write_task, tasks)
        return
    for task, files in zip(tasks, run_apart(_write_task, tasks, load_catalogue()), strict=True):
        if isinstance(files, DxError):
            yield write_feedback(task.feedback, None, task.folder)
        else:
            yield files


def _write_task(task: _Task, _catalogue: Catalogue | None = None) -> FeedbackFiles:
    return write_feedback(task.feedback, task.archive_path, task.folder)


def write_feedback(feedback: Feedback, archive_path: Path | None, folder: Path) -> FeedbackFiles:
    """Writes the workbook and the twin of one file below ``folder``, each complete or not at all.

    Args:
        feedback: The content.
        archive_path: The file's bytes; None where they are not at hand.
        folder: The office's feedback folder.
    """
    files = files_of(feedback, folder)
    write_files(feedback, archive_path, files)
    return files


def write_files(feedback: Feedback, archive_path: Path | None, files: FeedbackFiles) -> None:
    """Writes the workbook and the twin to given places. The twin comes last: where it is, both are."""
    files.workbook.parent.mkdir(parents=True, exist_ok=True)
    sender = marked_file(feedback, archive_path)
    try:
        _save(feedback, sender, files.workbook)
    except Exception:  # a sender's styles can break the writer; the summary still has to go out
        sender = nothing()
        _save(feedback, sender, files.workbook)
    workbook = {"name": files.workbook.name, "shows": sender.shows, "note_vi": sender.note_vi}
    text = json.dumps(twin_of(feedback, workbook), ensure_ascii=False, indent=1, default=plain)
    part = _part(files.twin)
    part.write_text(text + "\n", encoding="utf-8")
    part.replace(files.twin)


def files_of(feedback: Feedback, folder: Path) -> FeedbackFiles:
    """``<source>/<month>/<stem>.<first 8 of the sha256>.phan-hoi.xlsx`` and ``.json`` below ``folder``."""
    month = month_key(feedback.period_start) if feedback.period_start else NO_MONTH
    name = f"{safe_stem(feedback.file_name)}.{feedback.file_sha256[:8]}"
    place = folder / (feedback.source_code or NO_SOURCE) / month
    return FeedbackFiles(place / f"{name}{WORKBOOK_SUFFIX}", place / f"{name}{TWIN_SUFFIX}")


def safe_stem(file_name: str) -> str:
    """The name without its ending, as a file name that every system takes."""
    stem = unicodedata.normalize("NFC", PurePosixPath(file_name.replace("\\", "/")).stem)
    stem = _NOT_IN_NAMES.sub("_", stem).strip(". ")
    return stem.encode("utf-8", "replace")[:_STEM_BYTES].decode("utf-8", "ignore").strip(". ") or "tep"


def _is_current(feedback: Feedback, files: FeedbackFiles) -> bool:
    if not files.workbook.exists():
        return False
    try:
        twin: dict[str, Any] = json.loads(files.twin.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return twin.get("content_sha256") == feedback.content_sha256


def _save(feedback: Feedback, sender: SenderFile, path: Path) -> None:
    write_summary(feedback, sender)
    _describe(sender.workbook, feedback)
    part = _part(path)
    try:
        with _SteadyZip(part, feedback.received_at) as archive:
            ExcelWriter(sender.workbook, archive).write_data()
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _describe(workbook: openpyxl.Workbook, feedback: Feedback) -> None:
    properties = workbook.properties
    properties.title = f"Phản hồi: {feedback.file_name}"[:200]
    properties.creator = properties.lastModifiedBy = "dx_pipeline"
    properties.description = SAMPLE_LABEL if feedback.is_sample else None
    properties.created = properties.modified = feedback.received_at.replace(microsecond=0)


def _part(path: Path) -> Path:
    return path.with_name(f".{path.name[:100]}.{os.getpid()}.part")


class _SteadyZip(zipfile.ZipFile):
    """A zip whose members bear one given date, so that the same content gives the same bytes."""

    def __init__(self, path: Path, moment: datetime) -> None:
        super().__init__(path, "w", zipfile.ZIP_DEFLATED)
        self._date_time = max(moment, _EARLIEST_IN_ZIP).timetuple()[:6]

    def writestr(self, zinfo_or_arcname: Any, data: Any, *_: Any, **__: Any) -> None:
        info = zipfile.ZipInfo(str(zinfo_or_arcname), self._date_time)
        info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
        super().writestr(info, data)

    def write(self, filename: Any, arcname: Any = None, *_: Any, **__: Any) -> None:
        self.writestr(arcname or filename, Path(filename).read_bytes())

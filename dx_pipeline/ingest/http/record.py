"""The record beside a fetched file: where it came from and how, and what a server needs to say "nothing new"."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from dx_pipeline.ingest.archive import sha256_of

_SUFFIX = ".fetch.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchRecord:
    """How a landed file was fetched; holds no secret.

    Attributes:
        url: As asked, with its query.
        fingerprint: Of method, URL and body.
        period: Month key.
        fetched_at: UTC, in ISO format.
        end: What proves that all of it came: ``length``, ``chunked`` or ``pages``; ``closed`` where the server
            gave no length and only the content could tell.
        pages: How many were put together; 0 for an answer in one piece.
    """

    source: str
    request: str
    method: str
    url: str
    fingerprint: str
    period: str
    fetched_at: str
    status: int
    sha256: str
    size_bytes: int
    end: str
    etag: str | None = None
    last_modified: str | None = None
    content_type: str | None = None
    pages: int = 0


def fetch_record(path: Path, sha256: str | None = None) -> FetchRecord | None:
    """How a landed file was fetched; None if it came by another way.

    Args:
        path: The file in the landing folder.
        sha256: Of its bytes, where known: a file that was replaced by hand is not the one fetched.
    """
    try:
        record = FetchRecord(**json.loads(_record_path(path).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return record if sha256 is None or record.sha256 == sha256 else None


def write_record(path: Path, record: FetchRecord) -> None:
    """Writes the record beside ``path``, whole or not at all."""
    place = _record_path(path)
    part = place.with_name(f"{place.name}.part")
    part.write_text(json.dumps(asdict(record), ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(place)


def latest_record(folder: Path, fingerprint: str) -> tuple[Path, FetchRecord] | None:
    """The file last fetched into ``folder`` by the same request, if its bytes are still those fetched."""
    found = sorted(_records(folder), key=lambda item: item[1].fetched_at, reverse=True)
    for path, record in found:
        if record.fingerprint == fingerprint and path.is_file() and sha256_of(path) == record.sha256:
            return path, record
    return None


def put_in_place(finished: Path, target: Path) -> None:
    """Moves a finished file to its place so that a reader sees the old one or the new one, also after a crash."""
    with finished.open("rb+") as stream:
        os.fsync(stream.fileno())
    finished.replace(target)
    if os.name == "posix":  # elsewhere a folder cannot be opened
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _records(folder: Path) -> Iterator[tuple[Path, FetchRecord]]:
    for place in folder.glob(f".*{_SUFFIX}"):
        path = folder / place.name[1 : -len(_SUFFIX)]
        record = fetch_record(path)
        if record:
            yield path, record


def _record_path(path: Path) -> Path:
    return path.with_name(f".{path.name}{_SUFFIX}")

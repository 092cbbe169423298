"""Fetched files put into the landing folder, each with its record; receiving takes them in like any other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from filelock import FileLock, Timeout

from dx_pipeline.failures import DxError, TransientError
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.http.client import Answer, HttpClient, OnBytes
from dx_pipeline.ingest.http.pages import download_pages
from dx_pipeline.ingest.http.part import Part
from dx_pipeline.ingest.http.plan import PlannedRequest
from dx_pipeline.ingest.http.record import FetchRecord, latest_record, put_in_place, write_record
from dx_pipeline.ingest.http.retries import Patience
from dx_pipeline.periods import month_key

State = Literal["new", "changed", "unchanged", "not_modified", "failed"]
_LOCK = ".fetch.lock"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of one request.

    Attributes:
        state: ``unchanged``: the same bytes came again; ``not_modified``: the server said so without sending them.
        path: The file in the landing folder; None if it failed.
        failure: Why it failed.
    """

    request: PlannedRequest
    state: State
    path: Path | None = None
    record: FetchRecord | None = None
    failure: DxError | None = None


def fetch_source(
    planned: Sequence[PlannedRequest],
    landing: Path,
    *,
    patience: Patience | None = None,
    on_bytes: OnBytes | None = None,
) -> Iterator[Fetched]:
    """Asks every planned request of one source and puts what comes into the landing folder.

    One that fails does not keep the others from being asked; its failure is in its result.

    Raises:
        TransientError: The source is being fetched by another process.
    """
    for request in planned:
        folder = landing / request.target.parts[0]
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise TransientError(
                f"{request.source_code} is being fetched by another process; wait until it has ended",
                f"Một tiến trình khác đang lấy {request.source_code}; chờ xong rồi chạy lại.",
            ) from None
        try:
            yield _fetch_one(request, landing, patience or Patience(), on_bytes)
        except DxError as error:
            yield Fetched(request, "failed", failure=error)
        finally:
            lock.release()


def _fetch_one(
    request: PlannedRequest, landing: Path, patience: Patience, on_bytes: OnBytes | None
) -> Fetched:
    target = landing / request.target
    target.parent.mkdir(parents=True, exist_ok=True)
    part = Part(target, request.fingerprint)
    known = None
    with closing(HttpClient(request, patience, on_bytes)) as client:
        if request.pages:
            answer: Answer | None = download_pages(client, request, target)
        else:
            known = latest_record(target.parent, request.fingerprint) if request.method == "GET" else None
            answer = client.download(request, part, _conditions(known[1]) if known else None)
    if answer is None:
        path, record = known or (target, None)
        return Fetched(request, "not_modified", path, record)
    return _land(request, answer, target, part)


def _land(request: PlannedRequest, answer: Answer, target: Path, part: Part) -> Fetched:
    record = _record(request, answer)
    state: State = "changed" if target.exists() else "new"
    if target.exists() and sha256_of(target) == record.sha256:
        state = "unchanged"
        answer.path.unlink()
    else:
        put_in_place(answer.path, target)
    part.discard()
    write_record(target, record)
    return Fetched(request, state, target, record)


def _conditions(record: FetchRecord) -> dict[str, str]:
    """Asks for the file only if it is another one than the record's."""
    if record.etag:
        return {"If-None-Match": record.etag}
    return {"If-Modified-Since": record.last_modified} if record.last_modified else {}


def _record(request: PlannedRequest, answer: Answer) -> FetchRecord:
    return FetchRecord(
        source=request.source_code,
        request=request.name,
        method=request.method,
        url=request.address,
        fingerprint=request.fingerprint,
        period=month_key(request.period),
        fetched_at=datetime.now(UTC).isoformat(timespec="microseconds"),
        status=answer.status,
        sha256=sha256_of(answer.path),
        size_bytes=answer.path.stat().st_size,
        end=answer.end,
        etag=answer.headers.get("ETag"),
        last_modified=answer.headers.get("Last-Modified"),
        content_type=answer.headers.get("Content-Type"),
        pages=answer.pages,
    )

"""The archive: every received file's bytes under their sha256, never changed, with a record beside them.

The record tells each receipt and what became of it, so that an empty working file can be built again from
the archive alone (``replay.py``).
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class ArchivedFile:
    """Where the bytes are kept."""

    sha256: str
    size_bytes: int
    path: Path


@dataclass(frozen=True, slots=True)
class ArchiveFault:
    """Something in the archive that is not as it was received."""

    sha256: str
    message: str
    message_vi: str


def sha256_of(path: Path) -> str:
    """The sha256 of a file's bytes, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def archived_path(archive: Path, sha256: str) -> Path:
    """Where the bytes with this sha256 are kept. The name never comes from outside."""
    return archive / sha256[:2] / sha256


def record_path(archive: Path, sha256: str) -> Path:
    """Where the record of those bytes is kept."""
    return archived_path(archive, sha256).with_suffix(".json")


def store(path: Path, archive: Path, *, origin: str, received_at: datetime, **facts: object) -> ArchivedFile:
    """Copies ``path`` into the archive, once per content, and adds this receipt to its record.

    The digest is taken of the bytes that were written, so a file that changes while it is read is
    archived as what was read.

    Args:
        path: The file that arrived.
        archive: The archive's folder.
        origin: Where it came from: its path below the landing folder.
        received_at: When (UTC, without a zone).
        facts: What else the record says of this receipt, as JSON: ``container``, ``fetched``.
    """
    archive.mkdir(parents=True, exist_ok=True)
    part = archive / f".receiving.{os.getpid()}.part"
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, part.open("wb") as target:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            target.write(chunk)
            size += len(chunk)
        target.flush()
        os.fsync(target.fileno())
    sha256 = digest.hexdigest()
    kept = archived_path(archive, sha256)
    if kept.exists():
        part.unlink()
    else:
        kept.parent.mkdir(exist_ok=True)
        part.replace(kept)
        kept.chmod(0o444)
    note(archive, sha256, origin=origin, received_at=received_at, size_bytes=size, **facts)
    return ArchivedFile(sha256, size, kept)


def note(archive: Path, sha256: str, *, origin: str, received_at: datetime, **facts: object) -> None:
    """Adds ``facts`` to what the record says of one receipt; a receipt not in it yet is added.

    Args:
        archive: The archive's folder.
        sha256: Of the bytes.
        origin: Of the receipt.
        received_at: Of the receipt (UTC, without a zone).
        facts: Values for JSON; ``size_bytes`` belongs to the bytes, everything else to the receipt.
    """
    record = read_record(archive, sha256) or {"sha256": sha256, "receipts": []}
    if "size_bytes" in facts:
        record["size_bytes"] = facts.pop("size_bytes")
    key = {"origin": origin, "received_at": received_at.isoformat()}
    for receipt in record["receipts"]:
        if key.items() <= receipt.items():
            receipt.update(facts)
            break
    else:
        record["receipts"].append({**key, **facts})
    path = record_path(archive, sha256)
    part = path.with_suffix(".json.part")
    part.write_text(json.dumps(record, ensure_ascii=False, indent=1, default=str), encoding="utf-8")
    part.replace(path)


def read_record(archive: Path, sha256: str) -> dict[str, Any] | None:
    """The record of these bytes; None where there is none."""
    path = record_path(archive, sha256)
    if not path.exists():
        return None
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def archived_digests(archive: Path) -> Iterator[str]:
    """The sha256 of everything that is kept or on record."""
    seen = set()
    for path in sorted(archive.glob("[0-9a-f][0-9a-f]/*")):
        sha256 = path.name.partition(".")[0]
        if sha256 not in seen:
            seen.add(sha256)
            yield sha256


def verify(archive: Path) -> Iterator[ArchiveFault]:
    """Everything that is not as it was received: bytes that changed or are gone, records that are missing."""
    for sha256 in archived_digests(archive):
        fault = _fault(archive, sha256)
        if fault:
            yield ArchiveFault(sha256, *fault)


def _fault(archive: Path, sha256: str) -> tuple[str, str] | None:
    kept = archived_path(archive, sha256)
    try:
        record = read_record(archive, sha256)
    except ValueError:
        return "its record is not valid JSON", "bản ghi kèm theo không phải JSON hợp lệ"
    if not kept.exists():
        return "its bytes are gone; only the record is left", "mất nội dung tệp, chỉ còn bản ghi"
    if record is None or not record.get("receipts"):
        return "it has no record of how it was received", "không có bản ghi về việc nhận tệp"
    if kept.stat().st_size != record.get("size_bytes"):
        return "its size is not the recorded one", "kích thước khác với bản ghi"
    if sha256_of(kept) != sha256:
        return "its bytes were changed: their sha256 differs", "nội dung đã bị thay đổi: mã băm không khớp"
    return None

"""The archive: every received file's bytes under their sha256, never changed, with a record beside them."""

from __future__ import annotations

import hashlib
import json
import os
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


def store(path: Path, archive: Path, *, origin: str, received_at: datetime) -> ArchivedFile:
    """Copies ``path`` into the archive, once per content, and adds this receipt to its record.

    The digest is taken of the bytes that were written, so a file that changes while it is read is
    archived as what was read.
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
    _add_receipt(kept, size=size, origin=origin, received_at=received_at)
    return ArchivedFile(sha256, size, kept)


def _add_receipt(kept: Path, *, size: int, origin: str, received_at: datetime) -> None:
    record_path = kept.with_suffix(".json")
    record: dict[str, Any] = (
        json.loads(record_path.read_text(encoding="utf-8"))
        if record_path.exists()
        else {"sha256": kept.name, "size_bytes": size, "receipts": []}
    )
    record["receipts"].append({"origin": origin, "received_at": received_at.isoformat()})
    part = record_path.with_suffix(".json.part")
    part.write_text(json.dumps(record, ensure_ascii=False, indent=1), encoding="utf-8")
    part.replace(record_path)

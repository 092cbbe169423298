"""The archive: every received file's bytes under their sha256, never changed, with a record beside them.

The record tells each receipt and what became of it, so that an empty working file can be built again from
the archive alone (``replay.py``).
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

_PIECE = 16 << 20
_BLOCK = 1 << 20
_ABANDONED_SECONDS = 24 * 60 * 60


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
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


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
    kept = archived_path(archive, path.name)
    if path == kept and sha256_of(kept) == path.name:  # it comes from the archive itself
        sha256, size = path.name, kept.stat().st_size
    else:
        sha256, size = _keep(path, archive)
    note(archive, sha256, origin=origin, received_at=received_at, size_bytes=size, **facts)
    return ArchivedFile(sha256, size, archived_path(archive, sha256))


def _keep(path: Path, archive: Path) -> tuple[str, int]:
    """Puts a copy of the file into the archive, unless it is there; gives the sha256 and size of the copy."""
    part = archive / f".receiving.{os.getpid()}.part"
    try:
        sha256, size = _copy(path, part)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    kept = archived_path(archive, sha256)
    if kept.exists():
        part.unlink()
    else:
        kept.parent.mkdir(exist_ok=True)
        part.replace(kept)
        kept.chmod(0o444)
    return sha256, size


def _copy(path: Path, part: Path) -> tuple[str, int]:
    """Copies a file to the disk, not only to its cache; gives the sha256 and size of the copy.

    The system copies (and shares the blocks where the file system can) while a second thread reads what has
    been written: a large file takes as long as its sha256 does.
    """
    pieces: SimpleQueue[int] = SimpleQueue()
    size = 0
    with (
        path.open("rb", buffering=0) as source,
        part.open("wb", buffering=0) as target,
        ThreadPoolExecutor(max_workers=1) as worker,
    ):
        digest = worker.submit(_sha256_behind, part, pieces)
        try:
            while length := _copy_piece(source.fileno(), target.fileno()):
                pieces.put(length)
                size += length
        finally:
            pieces.put(0)
        os.fsync(target.fileno())
        return digest.result(), size


def _copy_piece(source: int, target: int) -> int:
    """Copies the next bytes between two open files; 0 at the end."""
    copied = 0
    if hasattr(os, "copy_file_range"):
        # Where the file systems cannot do it, it goes through memory, as on other systems.
        with suppress(OSError):
            copied = os.copy_file_range(source, target, _PIECE)
    if copied:
        return copied
    block = memoryview(os.read(source, _BLOCK))
    while copied < len(block):
        copied += os.write(target, block[copied:])
    return copied


def _sha256_behind(copy: Path, pieces: SimpleQueue[int]) -> str:
    """The sha256 of a file that is being written: each number in ``pieces`` says how much more there is."""
    digest, block = hashlib.sha256(), memoryview(bytearray(_BLOCK))
    with copy.open("rb", buffering=0) as stream:
        while waiting := pieces.get():
            while waiting:
                length = stream.readinto(block[:waiting])
                if not length:
                    raise OSError(f"{copy} ends before what was written to it")
                digest.update(block[:length])
                waiting -= length
    return digest.hexdigest()


def remove_abandoned(archive: Path) -> None:
    """Removes what runs that were killed while they received a file have left: copies that nothing refers to."""
    for part in archive.glob(".receiving.*.part"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _ABANDONED_SECONDS:
                part.unlink()


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


def verify(archive: Path, progress: Callable[[int, int], None] | None = None) -> Iterator[ArchiveFault]:
    """Everything that is not as it was received: bytes that changed or are gone, records that are missing.

    Args:
        archive: The archive's folder.
        progress: Called with the bytes looked at and all bytes.
    """
    digests = list(archived_digests(archive))
    sizes = [_size(archived_path(archive, sha256)) for sha256 in digests]
    done, total = 0, sum(sizes)
    for sha256, size in zip(digests, sizes, strict=True):
        fault = _fault(archive, sha256)
        done += size
        if progress:
            progress(done, total)
        if fault:
            yield ArchiveFault(sha256, *fault)


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


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

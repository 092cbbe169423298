"""Files put in place in one step: written beside their place, flushed to disk, then renamed over the old one."""

from __future__ import annotations

import os
import re
from pathlib import Path

_PART = re.compile(r"^\..+\.(?P<pid>\d+)\.part(\.wal)?$")


def part_path(target: Path) -> Path:
    """Where this process writes what will become ``target``: hidden, in the same folder."""
    return target.with_name(f".{target.name}.{os.getpid()}.part")


def put_in_place(part: Path, target: Path) -> None:
    """Renames the finished ``part`` over ``target``; after a power cut one of the two is there, whole."""
    _flush(part)
    os.replace(part, target)  # noqa: PTH105 - the one call that replaces an open file atomically
    if os.name == "posix":
        _flush(target.parent)


def write_text(target: Path, text: str) -> None:
    """Writes ``target`` as UTF-8 in one step."""
    part = part_path(target)
    part.write_text(text, encoding="utf-8")
    put_in_place(part, target)


def remove_stale_parts(folder: Path) -> list[Path]:
    """Removes what killed runs left behind; leaves alone what a living process is writing.

    Returns:
        The files removed.
    """
    removed = []
    for path in folder.glob(".*.part*"):
        match = _PART.match(path.name)
        if match and not _is_another_living_process(int(match["pid"])):
            path.unlink(missing_ok=True)
            removed.append(path)
    return removed


def _is_another_living_process(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True  # it lives, and belongs to somebody else
    return True


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

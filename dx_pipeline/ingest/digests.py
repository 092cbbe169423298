"""What is known of the contents of the landing folder, so that no large file is read again to see that it is the same.

A small file beside the working file. Whatever is lost or doubtful in it costs one more reading, nothing else.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.ingest.archive import sha256_of

if TYPE_CHECKING:
    from dx_pipeline.settings import DataDirectory

_SETTLES_NS = 2_000_000_000
"""Some file systems keep times to two seconds only: a file that changed twice within them may look unchanged."""


@dataclass(frozen=True, slots=True)
class FileState:
    """What the file system says of a file's content.

    Attributes:
        size_bytes: Its size.
        modified_ns: When it was last written.
        changed: Its size and times as one text; another text means that it may hold something else. The time of
            the last change of any kind tells apart what was put in place with an older date.
        is_settled: Whether a further change would show in ``changed``.
    """

    size_bytes: int
    modified_ns: int
    changed: str
    is_settled: bool

    @classmethod
    def of(cls, path: Path) -> FileState:
        """The state of the file now.

        Raises:
            OSError: There is no such file.
        """
        found = path.stat()
        size, modified, altered = found.st_size, found.st_mtime_ns, found.st_ctime_ns
        age = time.time_ns() - max(modified, altered)
        return cls(size, modified, f"{size}:{modified}:{altered}", abs(age) >= _SETTLES_NS)


class Digests:
    """The sha256 last found at each place of the landing folder, and the state of the file it was found in.

    Args:
        path: Where it is kept; None keeps nothing.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._known = _read(path) if path else {}
        self._unsettled: dict[tuple[str, str], str] = {}
        self._has_changed = False

    @classmethod
    def of_office(cls, data: DataDirectory) -> Digests:
        """Those of an office's landing folder."""
        return cls(data.warehouse.parent / "landing_digests.json")

    def of(self, path: Path, origin: str, state: FileState | None = None) -> str:
        """The sha256 of a landed file, read only where that is needed to know it."""
        state = state or FileState.of(path)
        known = self.known(origin, state.changed) or self._unsettled.get((origin, state.changed))
        if known:
            return known
        sha256 = sha256_of(path)
        self.note(path, origin, state, sha256)
        return sha256

    def known(self, origin: str, changed: str) -> str | None:
        """The sha256 of the content that was at this place in this state; None where nobody has read it."""
        found, sha256 = self._known.get(origin, ("", ""))
        return sha256 if found == changed else None

    def note(self, path: Path, origin: str, before: FileState, sha256: str) -> None:
        """Remembers what was read.

        Args:
            path: The file.
            origin: Its place.
            before: Its state before it was read; nothing is remembered if it is another one now.
            sha256: Of what was read.
        """
        with suppress(OSError):
            if FileState.of(path).changed != before.changed:
                return
            if before.is_settled:
                self._known[origin] = (before.changed, sha256)
                self._has_changed = True
            else:
                self._unsettled[origin, before.changed] = sha256

    def is_same(self, path: Path, origin: str, state: FileState, content: str) -> bool:
        """Whether a landed file still holds ``content``.

        Args:
            path: The file.
            origin: Its place.
            state: Its state.
            content: A sha256, or a state: see ``content_of``.
        """
        if ":" in content:
            return content == state.changed
        found, sha256 = self._known.get(origin, ("", ""))
        if sha256 == content and not found.startswith(f"{state.size_bytes}:"):
            return False
        return self.of(path, origin, state) == content

    def content_of(self, path: Path, origin: str) -> str:
        """What to remember a landed file's content by: its sha256 where that is known, else its state.

        A file that changed a moment ago is read, since its next state may look the same.
        """
        state = FileState.of(path)
        if not state.is_settled:
            return self.of(path, origin, state)
        return self.known(origin, state.changed) or state.changed

    def named(self, origin: str, content: str) -> str:
        """The sha256 that ``content`` stands for, where it is a state and somebody has read the file since."""
        return self.known(origin, content) or content

    def keep_only(self, origins: Iterable[str]) -> None:
        """Forgets the places where nothing lies any more."""
        for origin in set(self._known) - set(origins):
            del self._known[origin]
            self._has_changed = True

    def save(self) -> None:
        """Writes what is known, whole or not at all; a folder that cannot be written to costs time only."""
        if not self._path or not self._has_changed:
            return
        part = self._path.with_name(f"{self._path.name}.{os.getpid()}.part")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(self._known, ensure_ascii=False, indent=0), encoding="utf-8")
            part.replace(self._path)
            self._has_changed = False


def _read(path: Path) -> dict[str, tuple[str, str]]:
    """What was kept; nothing where it is missing, damaged or of another form."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {origin: (str(changed), str(sha256)) for origin, (changed, sha256) in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}

"""A file on its way in: hidden beside its target, and continued where the server can tell that it still fits."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path

_CONTENT_RANGE = re.compile(r"bytes\s+(\d+)-(\d+)/(\d+|\*)\s*", re.IGNORECASE)
_SURE_AFTER = timedelta(seconds=60)  # RFC 9110, 8.8.2.2: when a modification date tells two versions apart


class TooLargeError(Exception):
    """More bytes came than are allowed."""


class Part:
    """What has come of a file so far, and the version of the file it belongs to."""

    def __init__(self, target: Path, fingerprint: str) -> None:
        self.path = target.with_name(f".{target.name}.part")
        self.decoded = target.with_name(f".{target.name}.decoded.part")
        self._state = target.with_name(f".{target.name}.part.json")
        self._fingerprint = fingerprint

    @property
    def size(self) -> int:
        """Bytes so far."""
        return self.path.stat().st_size if self.path.exists() else 0

    def range_headers(self) -> dict[str, str]:
        """Asks for the rest, if the version is known to which the beginning belongs; else empty."""
        version = self._version()
        return {"Range": f"bytes={self.size}-", "If-Range": version} if version and self.size else {}

    def begin(self, headers: Mapping[str, str]) -> None:
        """Starts from the first byte of the version that these headers of an answer name."""
        self.discard()
        self.path.touch()
        version = None if "Content-Encoding" in headers else _version_of(headers)
        if version and headers.get("Accept-Ranges", "").strip().lower() != "none":
            state = json.dumps({"fingerprint": self._fingerprint, "version": version})
            self._state.write_text(state, encoding="utf-8")

    def continues_with(self, headers: Mapping[str, str]) -> bool:
        """Whether a 206 answer starts where this part ends, and is of the same version."""
        match = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
        known = self._version() or ""
        is_same = not known.startswith('"') or headers.get("ETag", known).strip() == known
        is_plain = headers.get("Content-Encoding", "identity").strip().lower() == "identity"
        return match is not None and int(match[1]) == self.size and is_same and is_plain

    def append(self, chunks: Iterable[bytes], limit: int) -> None:
        """Adds what comes.

        Raises:
            TooLargeError: It is more than ``limit`` bytes in all.
        """
        size = self.size
        with self.path.open("ab") as stream:
            for chunk in chunks:
                size += len(chunk)
                if size > limit:
                    raise TooLargeError
                stream.write(chunk)

    def discard(self) -> None:
        """Removes it."""
        self.path.unlink(missing_ok=True)
        self.decoded.unlink(missing_ok=True)
        self._state.unlink(missing_ok=True)

    def _version(self) -> str | None:
        try:
            state = json.loads(self._state.read_text(encoding="utf-8"))
            return state["version"] if state["fingerprint"] == self._fingerprint else None
        except (OSError, ValueError, TypeError, KeyError):
            return None


def whole_size(headers: Mapping[str, str]) -> int | None:
    """The size of the whole file that a 206 answer is a part of; None where it is not said."""
    match = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    return int(match[3]) if match and match[3] != "*" else None


def _version_of(headers: Mapping[str, str]) -> str | None:
    """What tells this version from every other, byte by byte; weak tags and fresh dates do not."""
    etag = headers.get("ETag", "").strip()
    if etag:
        return etag if etag.startswith('"') else None
    modified = headers.get("Last-Modified")
    try:
        if (
            modified
            and parsedate_to_datetime(headers["Date"]) - parsedate_to_datetime(modified) >= _SURE_AFTER
        ):
            return modified
    except (KeyError, ValueError, TypeError):
        pass
    return None

"""The landing folder: which files in it are new, and which months they speak of.

Nothing in it is moved, changed or deleted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import DxError
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.formats import Format, sniff, unpack
from dx_pipeline.ingest.isolation import read_apart
from dx_pipeline.ingest.reading import FileToRead, Identified, identify
from dx_pipeline.ingest.receive import INSIDE, Arrival, ReceivedFile

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

_IGNORED = ("~$*", ".*", "*.part", "*.tmp", "*.crdownload", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file of the landing folder that has not been received in this content yet."""

    path: Path
    origin: str
    sha256: str


def scan_landing(landing: Path, known: Sequence[ReceivedFile]) -> list[LandedFile]:
    """The files whose content is not the last one received from their place, in the order they were written."""
    last_sha = {receipt.origin: receipt.file_sha256 for receipt in known}
    found: list[tuple[float, LandedFile]] = []
    for path in _files(landing):
        origin = _text(path.relative_to(landing).as_posix())
        sha256 = sha256_of(path)
        if last_sha.get(origin) != sha256:
            found.append((path.stat().st_mtime, LandedFile(path, origin, sha256)))
    return [landed for _, landed in sorted(found, key=lambda item: (item[0], item[1].origin))]


def _text(name: str) -> str:
    """A file name as text that can be stored; bytes that are no UTF-8 are written out."""
    return name.encode("utf-8", "backslashreplace").decode()


def _files(landing: Path) -> Iterator[Path]:
    for path in sorted(landing.rglob("*")):
        is_plain = path.is_file() and not path.is_symlink()
        if is_plain and not any(fnmatch(part, pattern) for part in path.parts[-1:] for pattern in _IGNORED):
            yield path


def arrivals(landed: Sequence[LandedFile], received_at: datetime) -> Iterator[Arrival]:
    """The landed files as they are received now, a millisecond apart in the order they were written.

    So of two files for the same figures the later one is the later vintage, and the files inside an archive
    have their own moments before the next file's.
    """
    for number, file in enumerate(landed):
        yield Arrival(file.path, file.origin, received_at + timedelta(milliseconds=number))


def claimed_months(landed: Sequence[LandedFile], catalogue: Catalogue) -> Iterator[date]:
    """The months that landed files speak of; none for one that cannot be read: receiving it records why."""
    with tempfile.TemporaryDirectory() as folder:
        files = [
            FileToRead(path, origin)
            for number, file in enumerate(landed)
            for path, origin in _contents_if_whole(file, Path(folder) / str(number))
        ]
        for found in read_apart(identify, files, catalogue):
            if isinstance(found, Identified):
                source = catalogue.sources[found.source_code]
                yield from source.months_of(found.claim.period_start, found.claim.period_end)


def _contents_if_whole(file: LandedFile, folder: Path) -> list[tuple[Path, str]]:
    try:
        return list(contents(file.path, file.origin, folder))
    except DxError:
        return []


def contents(path: Path, origin: str, folder: Path) -> Iterator[tuple[Path, str]]:
    """The file itself with its origin, or those inside it where it is an archive.

    Args:
        path: The file.
        origin: Where it came from.
        folder: Where to unpack it; the caller removes it once the files have been read.

    Raises:
        UnreadableFileError: It is no file that we read, or an archive that cannot be opened.
    """
    if sniff(path, origin) not in (Format.ZIP, Format.GZIP):
        yield path, origin
        return
    folder.mkdir(parents=True, exist_ok=True)
    for member in unpack(path, origin, folder):
        yield member.path, origin + INSIDE + member.name

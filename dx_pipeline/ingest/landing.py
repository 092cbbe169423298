"""The landing folder: which files in it are new, and which months they speak of.

Nothing in it is moved, changed or deleted.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import DxError
from dx_pipeline.ingest.digests import Digests, FileState
from dx_pipeline.ingest.formats import sniff, unpack
from dx_pipeline.ingest.isolation import read_apart
from dx_pipeline.ingest.reading import FileToRead, Identified, identify
from dx_pipeline.ingest.receive import INSIDE, Arrival, ReceivedFile, is_container
from dx_pipeline.ingest.recognition import register_of_place
from dx_pipeline.ingest.restatement_receipt import is_restatement, restatement_origin

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

_IGNORED = ("~$*", ".*", "*.part", "*.tmp", "*.crdownload", "Thumbs.db", "desktop.ini")
_RESTATEMENTS = (".yaml", ".yml")


@dataclass(frozen=True, slots=True)
class LandedFile:
    """A file of the landing folder that has not been received in this content yet.

    Attributes:
        path: Where it is.
        origin: Its place below the landing folder.
        changed: Its size and times: another text after every change. It has not been read for this.
    """

    path: Path
    origin: str
    changed: str


def scan_landing(
    landing: Path, known: Sequence[ReceivedFile], digests: Digests | None = None
) -> list[LandedFile]:
    """The files whose content is not the last one received from their place, in the order they were written.

    Args:
        landing: The landing folder.
        known: Every receipt so far, oldest first.
        digests: What is known of the folder's contents; without it, what came before is read again.
    """
    return changed_files(landing, {receipt.origin: receipt.file_sha256 for receipt in known}, digests)


def changed_files(landing: Path, seen: Mapping[str, str], digests: Digests | None = None) -> list[LandedFile]:
    """The files that hold something else than ``seen`` says of their place, in the order they were written.

    A file at a place never seen before is not read; one that was is read only where its size and times say
    that it may have changed.

    Args:
        landing: The landing folder.
        seen: Place -> the content last seen there (``Digests.content_of``).
        digests: What is known of the folder's contents; it is brought up to date.
    """
    digests = digests or Digests()
    found: list[tuple[int, LandedFile]] = []
    places = []
    for path in _files(landing):
        origin = _text(path.relative_to(landing).as_posix())
        try:
            state = FileState.of(path)
        except FileNotFoundError:  # taken away since the folder was listed
            continue
        places.append(origin)
        if origin not in seen or not digests.is_same(path, origin, state, seen[origin]):
            found.append((state.modified_ns, LandedFile(path, origin, state.changed)))
    digests.keep_only(places)
    digests.save()
    return [landed for _, landed in sorted(found, key=lambda item: (item[0], item[1].origin))]


def scan_restatements(folder: Path, seen: Mapping[str, str]) -> list[LandedFile]:
    """The files of the office's ``restatements/`` folder that hold something else than ``seen`` says.

    Args:
        folder: The folder.
        seen: Origin -> the content last seen there.
    """
    start = restatement_origin("")
    known = {place.removeprefix(start): content for place, content in seen.items() if is_restatement(place)}
    return [
        replace(file, origin=restatement_origin(file.origin))
        for file in changed_files(folder, known)
        if file.path.suffix.lower() in _RESTATEMENTS
    ]


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
    restated = [file for file in landed if is_restatement(file.origin)]
    landed = [file for file in landed if not is_restatement(file.origin)]
    for file in restated:
        yield from _restated_months(file, catalogue)
    with tempfile.TemporaryDirectory() as folder:
        files = [
            FileToRead(path, origin)
            for number, file in enumerate(landed)
            for path, origin in _contents_if_whole(file, Path(folder) / str(number), catalogue.sources)
        ]
        for found in read_apart(identify, files, catalogue):
            if isinstance(found, Identified):
                source = catalogue.sources[found.source_code]
                yield from source.months_of(found.claim.period_start, found.claim.period_end)


def _restated_months(file: LandedFile, catalogue: Catalogue) -> list[date]:
    from dx_pipeline.ingest.restatements import read_restatements

    try:
        return read_restatements(file.path, file.origin, catalogue, date.max).months
    except DxError:
        return []


def _contents_if_whole(
    file: LandedFile, folder: Path, sources: Mapping[str, Source]
) -> list[tuple[Path, str]]:
    try:
        return list(contents(file.path, file.origin, folder, sources))
    except DxError:
        return []


def contents(
    path: Path, origin: str, folder: Path, sources: Mapping[str, Source] | None = None
) -> Iterator[tuple[Path, str]]:
    """The file itself with its origin, or those inside it where it is an archive.

    Args:
        path: The file.
        origin: Where it came from.
        folder: Where to unpack it; the caller removes it once the files have been read.
        sources: The catalogue's sources: what lies compressed in the place of a large register stays as it is.

    Raises:
        UnreadableFileError: It is no file that we read, or an archive that cannot be opened.
    """
    is_register = register_of_place(origin, sources or {}) is not None
    if not is_container(sniff(path, origin, is_register=is_register), is_register=is_register):
        yield path, origin
        return
    folder.mkdir(parents=True, exist_ok=True)
    for member in unpack(path, origin, folder, keep_gzip=is_register):
        yield member.path, origin + INSIDE + member.name

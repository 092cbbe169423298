"""Gzip and zip archives unpacked into a temporary folder: every member within the guard's limits, or none.

Names in an archive are only names: what is written is numbered, and no path from inside is ever used.
"""

from __future__ import annotations

import gzip
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.refusals import has_password, reading, refused
from dx_pipeline.ingest.formats.sheet import Format
from dx_pipeline.ingest.formats.sniffing import sniff
from dx_pipeline.ingest.guard import (
    MAX_EXPANDED_BYTES,
    MAX_MEMBERS,
    check_members,
    checked_pieces,
    open_whole,
)

MAX_DEPTH = 2
_ENCRYPTED = 0x1
_UTF8_NAME = 0x800
_JUNK = re.compile(r"(?:^|/)(?:__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._[^/]*$|~\$[^/]*$)", re.I)


@dataclass(frozen=True, slots=True)
class Member:
    """One file out of an archive.

    Attributes:
        name: As the archive gives it, below the names of the archives it is in: ``bo.zip/Hà Nội.xlsx``
            for a member of an archive inside the one received. For people and hints, never a path.
        path: Where its content is, in the folder given to ``unpack``.
    """

    name: str
    path: Path


def unpack(path: Path, file_name: str, folder: Path, *, keep_gzip: bool = False) -> Iterator[Member]:
    """The files in a gzip or zip archive, also in archives inside it, two deep.

    Everything is written before the first member is given, so that an archive comes in whole or not at all.

    Args:
        path: The archive.
        file_name: Its name, for messages and for a gzip that carries none.
        folder: An empty folder that the caller removes afterwards.
        keep_gzip: Whether a gzip inside it stays as it is: the large registers are read compressed.

    Raises:
        UnreadableFileError: It is damaged, cut off, has a password, holds nothing, is nested too deep or
            passes a limit of the guard.
    """
    what = ("complete, readable archive (.zip, .gz)", "tệp nén hoàn chỉnh, đọc được (.zip, .gz)")
    with reading(file_name, *what):
        members = list(_members(path, file_name, folder, keep_gzip=keep_gzip))
        total = sum(member.path.stat().st_size for member in members)
    if not members:
        raise refused(file_name, "the archive holds no file; send it again", "tệp nén rỗng. Đề nghị gửi lại.")
    if len(members) > MAX_MEMBERS or total > MAX_EXPANDED_BYTES:
        raise refused(
            file_name,
            f"with the archives inside it expands to {total:,} bytes in {len(members)} files; send fewer at a time",
            f"tệp nén bung ra {total} byte trong {len(members)} tệp, quá giới hạn. Đề nghị chia nhỏ và gửi lại.",
        )
    return iter(members)


def _members(
    path: Path, file_name: str, folder: Path, depth: int = 1, *, keep_gzip: bool
) -> Iterator[Member]:
    kind = sniff(path, file_name)
    if kind is Format.GZIP:
        found = [_gunzip(path, file_name, folder)]
    elif kind is Format.ZIP:
        found = list(_unzip(path, file_name, folder))
    else:
        raise refused(
            file_name,
            f"it is no archive but {kind.value}; send it as it is",
            f"tệp không phải tệp nén mà là {kind.value}. Đề nghị gửi nguyên tệp.",
        )
    for member in found:
        if not _is_archive(member, keep_gzip=keep_gzip):
            yield member
        elif depth >= MAX_DEPTH:
            raise refused(
                file_name,
                f"the archive {member.name} lies more than {MAX_DEPTH} archives deep; pack the files in one archive",
                f"tệp nén {member.name} nằm sâu quá {MAX_DEPTH} lớp nén. Đề nghị nén các tệp vào một tệp nén.",
            )
        else:
            for inner in _members(member.path, member.name, folder, depth + 1, keep_gzip=keep_gzip):
                yield Member(f"{member.name}/{inner.name}", inner.path)


def _is_archive(member: Member, *, keep_gzip: bool) -> bool:
    """Whether there are files to take out of it; what else it may be is for whoever reads it to say."""
    try:
        return sniff(member.path, member.name) in ((Format.ZIP,) if keep_gzip else (Format.ZIP, Format.GZIP))
    except UnreadableFileError:
        return False


def _gunzip(path: Path, file_name: str, folder: Path) -> Member:
    target = _next_file(folder)
    with gzip.open(path) as stream, target.open("wb") as file:
        for piece in checked_pieces(stream, path.stat().st_size, file_name):
            file.write(piece)
    return Member(_gzip_name(path) or re.sub(r"\.gz(ip)?$", "", file_name, flags=re.IGNORECASE), target)


def _gzip_name(path: Path) -> str:
    """The name in the header of the gzip: after ten bytes and the extra field, if flagged, up to a zero."""
    with path.open("rb") as file:
        header = file.read(10)
        if not header[3] & 0x8:
            return ""
        if header[3] & 0x4:
            file.read(int.from_bytes(file.read(2), "little"))
        raw = file.read(1024).partition(b"\0")[0]
    try:
        name = raw.decode("utf-8")
    except UnicodeDecodeError:
        name = raw.decode("latin-1")
    return PurePosixPath(_plain(name)).name


def _unzip(path: Path, file_name: str, folder: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        check_members(archive, file_name)
        for item in archive.infolist():
            name = _member_name(item)
            if item.is_dir() or name.endswith("/") or _JUNK.search(name):
                continue
            if item.flag_bits & _ENCRYPTED:
                raise has_password(f"{file_name}/{name}")
            target = _next_file(folder)
            with open_whole(archive, item) as stream, target.open("wb") as file:
                for piece in checked_pieces(stream, item.compress_size, file_name):
                    file.write(piece)
            if target.stat().st_size != item.file_size:
                raise zipfile.BadZipFile(f"{name} has another size than the archive declares")
            yield Member(name, target)


def _member_name(item: zipfile.ZipInfo) -> str:
    """The name as text: flagged as UTF-8, or bytes that are UTF-8 without the flag, or else cp437."""
    name = item.orig_filename
    if not item.flag_bits & _UTF8_NAME:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            name = item.orig_filename
    return _plain(name)


def _plain(name: str) -> str:
    """With slashes only, without control characters, composed (NFC)."""
    text = unicodedata.normalize("NFC", name.replace("\\", "/"))
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C") or "tệp"


def _next_file(folder: Path) -> Path:
    return folder / f"member-{len(list(folder.iterdir())) + 1:04}"

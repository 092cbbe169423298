"""Files from outside are hostile until read: size and expansion limits, and no XML declarations of types."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from dx_pipeline.failures import UnreadableFileError

MAX_BYTES = 512 * 1024 * 1024
MAX_EXPANDED_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 2_000
_CHUNK = 1 << 20
_OVERLAP = 64
# A reader lays a sheet out as one rectangle: two cells in far corners would take all memory. Columns beyond IV
# (256) and rows from 100,000 on are refused; the largest report, one row per commune, has 3,321.
_FAR_CELL = re.compile(rb"""\sr=["'](?:(?:[A-Z]{3,}|[J-Z][A-Z]|I[W-Z])\d+|[A-Z]*\d{6,})["']""")


def check_file(path: Path, file_name: str) -> None:
    """Refuses a file that is too large, expands too far, or declares an XML document type.

    Raises:
        UnreadableFileError: With the limit that was passed.
    """
    size = path.stat().st_size
    if size == 0:
        raise _refused(file_name, "it is empty", "tệp rỗng")
    if size > MAX_BYTES:
        raise _refused(
            file_name,
            f"it has {size:,} bytes, more than {MAX_BYTES:,}",
            f"tệp có {size} byte, quá giới hạn {MAX_BYTES} byte",
        )
    if zipfile.is_zipfile(path):
        _check_zip(path, file_name)


def _check_zip(path: Path, file_name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            expanded = sum(member.file_size for member in members)
            compressed = sum(member.compress_size for member in members)
            if len(members) > MAX_MEMBERS or expanded > MAX_EXPANDED_BYTES:
                raise _refused(
                    file_name,
                    f"it would expand to {expanded:,} bytes in {len(members)} parts",
                    f"tệp nén bung ra {expanded} byte trong {len(members)} phần, quá giới hạn",
                )
            if compressed and expanded / compressed > MAX_RATIO and expanded > MAX_BYTES // 8:
                raise _refused(
                    file_name,
                    f"it would expand {expanded // compressed} times",
                    f"tệp nén bung ra gấp {expanded // compressed} lần, quá giới hạn",
                )
            for member in members:
                _check_member(archive, member, file_name)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise _refused(file_name, f"its archive is damaged ({error})", "tệp nén bị hỏng") from error


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file_name: str) -> None:
    if not member.filename.endswith((".xml", ".rels")):
        return
    is_sheet = member.filename.startswith("xl/worksheets/")
    for piece in _pieces(archive, member):
        if b"<!DOCTYPE" in piece:
            raise _refused(
                file_name,
                f"its part {member.filename} declares a document type",
                f"phần {member.filename} có khai báo DOCTYPE không được phép",
            )
        far = _FAR_CELL.search(piece) if is_sheet else None
        if far:
            cell = far[0].decode().strip()[3:-1]
            raise _refused(
                file_name,
                f"its part {member.filename} has something in {cell}, beyond column IV or row 99,999",
                f"phần {member.filename} có nội dung ở {cell}, vượt quá cột IV hoặc dòng 99.999",
            )


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The member's bytes piece by piece, each with the end of the one before."""
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            yield tail + chunk
            tail = chunk[-_OVERLAP:]


def _refused(file_name: str, reason: str, reason_vi: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name} was not read: {reason}; send the file again as saved by the office program",
        f"Không đọc tệp {file_name}: {reason_vi}. Đề nghị lưu lại bằng phần mềm văn phòng và gửi lại.",
    )

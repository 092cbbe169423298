"""Files from outside are hostile until read: limits on size, expansion and extent, no declared XML types.

``check_file`` looks at a file before anything opens it. The other functions hold the readers to the same
limits where the size only shows while reading. Memory and time are limited by the process that reads.
"""

from __future__ import annotations

import copy
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Protocol

from dx_pipeline.failures import UnreadableFileError

MAX_BYTES = 512 * 1024 * 1024
MAX_REGISTER_BYTES = 64 * 1024 * 1024 * 1024
"""Of a large register, which is never read into memory. 45 million dossiers take 6 GB as CSV."""
MAX_EXPANDED_BYTES = 1024 * 1024 * 1024
MAX_RATIO = 200
MAX_MEMBERS = 2_000
MAX_TEXT_TABLE_BYTES = 64 * 1024 * 1024
"""Of a CSV or HTML file read as a report. The largest report, one row per commune, takes 1 MB."""
MAX_COLUMNS = 256
MAX_ROWS = 99_999
MAX_CELLS = 5_000_000
_CHUNK = 1 << 20
_OVERLAP = 512
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PACKAGE = ("[content_types].xml", "content.xml", "mimetype")
_DOCTYPE = b"<!DOCTYPE"
_WIDE_DOCTYPES = (_DOCTYPE.decode().encode("utf-16-le"), _DOCTYPE.decode().encode("utf-16-be"))
# A reader lays a sheet out as one rectangle: two cells in far corners would take all memory. Columns beyond IV
# (256) and rows from 100,000 on are refused; the largest report, one row per commune, has 3,321. LibreOffice
# writes an empty last row, and styled cells without content: those take no room and pass.
_FAR = rb"(?:[A-Z]{3,}|[J-Z][A-Z]|I[W-Z])\d+|[A-Z]*0*[1-9]\d{5,}"
_FAR_CELL = re.compile(
    rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["'](""" + _FAR + rb""")["'][^>]*(?<!/)>(?=[^<]|<[^/])""", re.I
)
_FAR_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](0*[1-9]\d{5,})["'][^>]*(?<!/)>""", re.I)
# Looked for first, where every attribute is written ="...": fifty times faster.
_FAR_REFERENCE = re.compile(rb'r="(?:[A-Za-z]{3,}\d|[J-Zj-z][A-Za-z]\d|[Ii][W-Zw-z]\d|[A-Za-z]*0*[1-9]\d{5})')
_BARE_CELL = re.compile(rb"""<(?:\w+:)?c(?:>|\s(?![^>]*\br\s*=)[^>]*(?<!/)>)""")  # fmt: skip


class Readable(Protocol):
    """Anything that gives bytes piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Up to ``size`` bytes; none at the end."""


def check_file(path: Path, file_name: str, *, is_register: bool = False) -> None:
    """Refuses a file that is too large, expands too far, or declares an XML document type.

    Args:
        path: The file.
        file_name: For the message.
        is_register: Whether it is a large register (``recognition.register_of``), which may have more bytes.

    Raises:
        UnreadableFileError: With the limit that was passed.
    """
    size = path.stat().st_size
    if size == 0:
        raise _refused(file_name, "it is empty", "tệp rỗng")
    if is_register:
        _check_register_size(size, file_name)
    elif size > MAX_BYTES:
        raise _refused(
            file_name,
            f"it has {size:,} bytes, more than {MAX_BYTES:,}; only a large register in its source's own folder may",
            f"tệp có {size} byte, quá giới hạn {MAX_BYTES} byte (chỉ danh sách lớn đặt trong thư mục của nguồn mới "
            "được lớn hơn)",
        )
    with path.open("rb") as file:
        is_zip = file.read(4) in _ZIP
    if is_zip:
        _check_zip(path, file_name)


def _check_register_size(size: int, file_name: str) -> None:
    if size > MAX_REGISTER_BYTES:
        raise UnreadableFileError(
            f"{file_name} was not read: it has {size:,} bytes, more than the {MAX_REGISTER_BYTES:,} of a register; "
            "export one month per file, as .csv.gz, .csv.zst or .parquet",
            f"Không đọc tệp {file_name}: tệp có {size} byte, quá giới hạn {MAX_REGISTER_BYTES} byte của một danh sách. "
            "Đề nghị xuất mỗi tháng một tệp, dạng .csv.gz, .csv.zst hoặc .parquet.",
        )


def check_text_table(path: Path, file_name: str) -> None:
    """Refuses a CSV or HTML table that is larger than any report.

    Raises:
        UnreadableFileError: It has more than ``MAX_TEXT_TABLE_BYTES``.
    """
    size = path.stat().st_size
    if size > MAX_TEXT_TABLE_BYTES:
        raise _refused(
            file_name,
            f"as a table of figures it has {size:,} bytes, more than {MAX_TEXT_TABLE_BYTES:,}",
            f"bảng số liệu có {size} byte, quá giới hạn {MAX_TEXT_TABLE_BYTES} byte",
        )


def check_extent(rows: int, columns: int, file_name: str, sheet_name: str) -> None:
    """Refuses a sheet with cells beyond column IV or row 99,999, or with more cells than any report.

    Raises:
        UnreadableFileError: With the sheet and how far it reaches.
    """
    if rows > MAX_ROWS or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise _refused(
            file_name,
            f"its sheet {sheet_name} reaches over {rows:,} rows and {columns:,} columns",
            f"trang {sheet_name} trải trên {rows} dòng và {columns} cột, vượt quá giới hạn",
        )


def check_members(archive: zipfile.ZipFile, file_name: str) -> None:
    """Refuses an archive whose parts are too many or expand too far, by the sizes they declare.

    Raises:
        UnreadableFileError: With the limit that was passed.
    """
    members = archive.infolist()
    expanded = sum(member.file_size for member in members)
    compressed = sum(member.compress_size for member in members)
    if len(members) > MAX_MEMBERS or expanded > MAX_EXPANDED_BYTES:
        raise _refused(
            file_name,
            f"it would expand to {expanded:,} bytes in {len(members)} parts",
            f"tệp nén bung ra {expanded} byte trong {len(members)} phần, quá giới hạn",
        )
    if expanded > MAX_BYTES // 8 and expanded > MAX_RATIO * compressed:
        raise _too_dense(file_name, expanded // max(compressed, 1))


def checked_pieces(stream: Readable, packed_bytes: int, file_name: str) -> Iterator[bytes]:
    """The bytes of an unpacked stream, piece by piece, as long as they keep within the limits.

    Args:
        stream: What is being unpacked.
        packed_bytes: The size it is unpacked from.
        file_name: For the message.

    Raises:
        UnreadableFileError: It expands beyond ``MAX_EXPANDED_BYTES``, or more than ``MAX_RATIO`` times.
    """
    total = 0
    while chunk := stream.read(_CHUNK):
        total += len(chunk)
        if total > MAX_EXPANDED_BYTES:
            raise _refused(
                file_name,
                f"it expands to more than {MAX_EXPANDED_BYTES:,} bytes",
                f"tệp nén bung ra quá {MAX_EXPANDED_BYTES} byte",
            )
        if total > MAX_BYTES // 8 and total > MAX_RATIO * packed_bytes:
            raise _too_dense(file_name, total // max(packed_bytes, 1))
        yield chunk


def open_whole(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> IO[bytes]:
    """The member as a stream of all its bytes, however many it declares; its checksum is verified at the end."""
    undeclared = copy.copy(member)
    undeclared.file_size = 1 << 62
    return archive.open(undeclared)


def _check_zip(path: Path, file_name: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            check_members(archive, file_name)
            if any(_is_of_package(name) for name in archive.namelist()):
                for member in archive.infolist():
                    _check_member(archive, member, file_name)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError) as error:
        raise _refused(file_name, f"its archive is damaged ({error})", "tệp nén bị hỏng") from error


def _is_of_package(name: str) -> bool:
    plain = name.replace("\\", "/").lower()
    return plain in _PACKAGE or plain.startswith("xl/")


def _check_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, file_name: str) -> None:
    far_row, size = b"", 0
    for piece, new_bytes in _overlapping(archive, member, file_name):
        size += new_bytes
        if _DOCTYPE in piece or (b"\0" in piece and any(wide in piece for wide in _WIDE_DOCTYPES)):
            raise _refused(
                file_name,
                f"its part {member.filename} declares a document type",
                f"phần {member.filename} có khai báo DOCTYPE không được phép",
            )
        if not far_row and piece.count(b"=") == piece.count(b'="') and not _FAR_REFERENCE.search(piece):
            continue
        far = _FAR_CELL.search(piece)
        row = None if far_row else _FAR_ROW.search(piece)
        bare = None
        if row or far_row:
            bare = _BARE_CELL.search(piece, row.end() if row else 0)
            far_row = far_row or (row[1] if row else b"")
        if far or bare:
            raise _reaches_far(file_name, member.filename, (far[1] if far else far_row).decode())
    if size != member.file_size:
        raise zipfile.BadZipFile(f"{member.filename} has {size} bytes and declares {member.file_size}")


def _overlapping(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, file_name: str
) -> Iterator[tuple[bytes, int]]:
    """The member's bytes piece by piece, each with the end of the one before, and how many are new."""
    tail = b""
    with open_whole(archive, member) as stream:
        for chunk in checked_pieces(stream, member.compress_size, file_name):
            yield tail + chunk, len(chunk)
            tail = chunk[-_OVERLAP:]


def _reaches_far(file_name: str, part: str, cell: str) -> UnreadableFileError:
    return _refused(
        file_name,
        f"its part {part} has something in {cell}, beyond column IV or row 99,999",
        f"phần {part} có nội dung ở {cell}, vượt quá cột IV hoặc dòng 99.999",
    )


def _too_dense(file_name: str, ratio: int) -> UnreadableFileError:
    return _refused(
        file_name,
        f"it would expand {ratio} times",
        f"tệp nén bung ra gấp {ratio} lần, quá giới hạn",
    )


def _refused(file_name: str, reason: str, reason_vi: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name} was not read: {reason}; send the file again as saved by the office program",
        f"Không đọc tệp {file_name}: {reason_vi}. Đề nghị lưu lại bằng phần mềm văn phòng và gửi lại.",
    )

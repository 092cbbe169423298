"""The physical lines of a text table: how many there are, which are empty, what stands in some of them.

The bytes are read in pieces, in a thread beside DuckDB; nothing is taken apart but the lines that are shown.
"""

from __future__ import annotations

import csv
import gzip
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.records.layout import open_text

if TYPE_CHECKING:
    from dx_pipeline.ingest.records.layout import Layout

_PIECE = 1 << 20
_SOME = 64
_PACKED = 1 << 12  # a block of four bytes may unpack to 128 KB


@dataclass(slots=True)
class Lines:
    """What was found among the lines.

    Attributes:
        count: How many there are, the last one whether it ends or not.
        has_quotes: Whether there is any quotation mark.
        shown: Number of a line, from 1, and its text: one of each piece that was read.
    """

    count: int = 0
    has_quotes: bool = False
    shown: dict[int, str] = field(default_factory=dict)

    def cells(self, column: int, delimiter: str) -> dict[int, str]:
        """One cell of some of the lines that are shown, from the first to the last."""
        some = list(self.shown.items())[:: -(-len(self.shown) // _SOME) or 1]
        rows = {number: next(csv.reader([text], delimiter=delimiter), []) for number, text in some}
        return {number: row[column] for number, row in rows.items() if column < len(row)}


@contextmanager
def naming_damage(file_name: str) -> Iterator[None]:
    """What is raised inside because the bytes are damaged becomes a refusal of the file.

    Raises:
        UnreadableFileError: In its place.
    """
    import duckdb
    import zstandard

    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error, zstandard.ZstdError) as error:
        raise UnreadableFileError(
            f"{file_name} is damaged or cut off ({error}); send it again",
            f"Tệp {file_name} bị hỏng hoặc chưa truyền đủ. Đề nghị gửi lại.",
        ) from error
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.SerializationException) as error:
        raise UnreadableFileError(
            f"{file_name} cannot be read as a table: it is damaged, or its lines do not all end in the same way "
            f"({str(error).partition(chr(10))[0]}); export it again",
            f"Không đọc được tệp {file_name} thành bảng: tệp bị hỏng hoặc các dòng kết thúc không giống nhau. Đề nghị "
            "xuất lại tệp.",
        ) from error


def count_lines(path: Path, layout: Layout) -> Lines:
    """Counts the lines and shows one of each piece."""
    lines, last = Lines(), b"\n"
    for piece in _pieces(path, layout):
        first = piece.find(b"\n")
        second = piece.find(b"\n", first + 1)
        if 0 <= first < second:
            lines.shown[lines.count + 2] = piece[first + 1 : second].decode("utf-8", "replace")
        lines.count += piece.count(b"\n")
        lines.has_quotes = lines.has_quotes or b'"' in piece
        last = piece[-1:]
    lines.count += last != b"\n"
    return lines


def blank_lines(path: Path, layout: Layout) -> Iterator[int]:
    """Numbers of the lines below the headings that hold nothing."""
    number, tail = 0, b""
    for piece in _pieces(path, layout):
        lines = (tail + piece).split(b"\n")
        tail = lines.pop()
        for line in lines:
            number += 1
            if number > layout.header_line and line in (b"", b"\r"):
                yield number
    if tail == b"\r":
        yield number + 1


def lines_at(places: Sequence[int], path: Path, layout: Layout) -> Iterator[int]:
    """The lines, from 1, that the bytes at ``places``, ascending and from 1, lie in."""
    line, start, waiting = 1, 0, deque(places)
    for piece in _pieces(path, layout):
        done = 0
        while waiting and waiting[0] - 1 < start + len(piece):
            place = waiting.popleft() - 1 - start
            line, done = line + piece.count(b"\n", done, place), place
            yield line
        line, start = line + piece.count(b"\n", done), start + len(piece)


def _pieces(path: Path, layout: Layout) -> Iterator[bytes]:
    if layout.compression == "zstd":
        yield from _zstd_pieces(path)
        return
    with open_text(path, layout.compression) as stream:
        while piece := stream.read(_PIECE):
            yield piece


def _zstd_pieces(path: Path) -> Iterator[bytes]:
    """Like the others; unlike zstandard's stream, and DuckDB, it says so when the file is cut off."""
    import zstandard

    frame, piece = None, bytearray()
    with path.open("rb") as file:
        while packed := file.read(_PACKED):
            while packed:
                frame = frame or zstandard.ZstdDecompressor().decompressobj()
                piece += frame.decompress(packed)
                packed, frame = (frame.unused_data, None) if frame.eof else (b"", frame)
            if len(piece) >= _PIECE:
                yield bytes(piece)
                piece.clear()
    yield bytes(piece)
    if frame:
        raise EOFError("the compressed file ended before its last frame did")

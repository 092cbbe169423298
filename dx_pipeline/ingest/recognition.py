"""Which source a file belongs to: by the folder it lies in, else by what it says of itself."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold, heading_key
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats import Format, read_sheets, sniff
from dx_pipeline.ingest.formats.delimited import DELIMITERS
from dx_pipeline.ingest.formats.legacy_fonts import repair_sheets
from dx_pipeline.ingest.guard import MAX_TEXT_TABLE_BYTES

if TYPE_CHECKING:
    from dx_pipeline.catalogue.record_models import RecordTable
    from dx_pipeline.catalogue.source_models import Source

_JSON_HEAD = 256 * 1024
_ROWS = 40
_HEADING_BYTES = 64 * 1024
_HEADING_LINES = 20


def source_of_place(origin: str, sources: Mapping[str, Source]) -> Source | None:
    """The source whose landing pattern the path below the landing folder fits."""
    path = PurePosixPath(origin)
    for source in sources.values():
        folder, _, name = source.landing.partition("/**/")
        if path.is_relative_to(folder) and fnmatch(path.name, name):
            return source
    return None


def register_of_place(origin: str, sources: Mapping[str, Source]) -> Source | None:
    """The source in whose place a file lies, if that source is a large register: its files are never unpacked."""
    placed = source_of_place(origin, sources)
    return placed if placed and placed.records else None


def register_of(path: Path, origin: str, sources: Mapping[str, Source]) -> Source | None:
    """The large register that a file is of: by its place, or by its headings where its place says nothing.

    Only the head of the file is read.
    """
    if placed := source_of_place(origin, sources):
        return placed if placed.records else None
    found = registers_by_headings(path, sources.values())
    return found[0] if len(found) == 1 else None


def registers_by_headings(path: Path, sources: Iterable[Source]) -> list[Source]:
    """The large registers of which one of the first lines of a text file names every required column.

    In a file that is larger than any report, the headings of most of them are enough: reading it as that
    register says which ones are missing.
    """
    registers = [(source, source.records) for source in sources if source.records]
    if not registers:
        return []
    is_large = path.stat().st_size > MAX_TEXT_TABLE_BYTES
    headings = list(_headings(path))
    return [
        source
        for source, table in registers
        if max((_share_named(table, line) for line in headings), default=0) > (0.5 if is_large else 0.999)
    ]


def _share_named(table: RecordTable, headings: set[str]) -> float:
    """The share of the required columns that are among the headings."""
    required = [(field, *column.headings) for field, column in table.columns.items() if column.is_required]
    return sum(not headings.isdisjoint(map(heading_key, names)) for names in required) / max(len(required), 1)


def _headings(path: Path) -> Iterator[set[str]]:
    """The cells of the first lines, by each delimiter."""
    with path.open("rb") as file:
        head = file.read(_HEADING_BYTES)
    is_wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    text = head.decode("utf-16" if is_wide else "utf-8-sig", "replace")
    for line in text.splitlines()[:_HEADING_LINES]:
        for delimiter in DELIMITERS:
            if delimiter in line:
                yield set(map(heading_key, next(csv.reader([line], delimiter=delimiter), [])))


def sources_of_content(path: Path, file_name: str, sources: Iterable[Source]) -> list[Source]:
    """The sources that the file's own words speak for, those with the most of their words first.

    Raises:
        UnreadableFileError: The file holds nothing that can be read.
    """
    candidates = list(sources)
    if sniff(path, file_name) is Format.CSV:
        if registers := registers_by_headings(path, candidates):
            return registers
        _refuse_large(path, file_name, candidates)
    found = fold(_words(path, file_name))
    hits = {source.code: sum(fold(text) in found for text in source.recognise) for source in candidates}
    best = max(hits.values(), default=0)
    return [source for source in candidates if best and hits[source.code] == best]


def _refuse_large(path: Path, file_name: str, sources: Iterable[Source]) -> None:
    """Refuses a text that is larger than any report and has no register's headings: nobody reads it as a table."""
    size = path.stat().st_size
    if size > MAX_TEXT_TABLE_BYTES:
        folders = ", ".join(source.landing.split("/", 1)[0] for source in sources if source.records) or "-"
        raise UnreadableFileError(
            f"{file_name} was not read: it has {size:,} bytes, more than any report, and no large register's headings; "
            f"put a register into its source's folder ({folders}), with the columns that the catalogue names",
            f"Không đọc tệp {file_name}: tệp có {size} byte, lớn hơn mọi báo cáo, và không có tiêu đề cột của danh "
            f"sách lớn nào. Nếu là danh sách, đặt vào thư mục của nguồn ({folders}) với đủ các cột theo danh mục.",
        )


def the_one_source(path: Path, file_name: str, sources: Mapping[str, Source]) -> Source:
    """The source that the file's own words name.

    Raises:
        UnreadableFileError: No source's words are in it, or those of several; says where to put the file.
    """
    found = sources_of_content(path, file_name, sources.values())
    if len(found) == 1:
        return found[0]
    folders = ", ".join(source.landing.split("/", 1)[0] for source in (found or sources.values()))
    if found:
        raise UnreadableFileError(
            f"{file_name} may be a file of several sources; put it into the folder of the right one: {folders}",
            f"Tệp {file_name} có thể thuộc nhiều nguồn; đặt tệp vào đúng thư mục của một nguồn: {folders}.",
        )
    raise UnreadableFileError(
        f"{file_name} lies in no source's folder and holds no words that tell its source; put it into one of {folders}",
        f"Tệp {file_name} không nằm trong thư mục của nguồn nào và nội dung không cho biết nguồn; đặt tệp vào một "
        f"trong các thư mục: {folders}.",
    )


def _words(path: Path, file_name: str) -> str:
    """The text in which a file names itself: the top of its sheets, or of its JSON."""
    if sniff(path, file_name) is Format.JSON:
        with path.open("rb") as stream:
            return stream.read(_JSON_HEAD).decode("utf-8", "replace")
    sheets = repair_sheets(read_sheets(path, file_name), file_name)
    return "\n".join(
        cell
        for sheet in sheets
        for cells in sheet.rows[:_ROWS]
        for cell in cells
        if isinstance(cell, str) and cell
    )

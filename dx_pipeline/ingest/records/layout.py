"""What the head of a register's file says: its format, which column is which, how moments are written.

Only the first lines are read, however large the file is.
"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Literal, cast

from dx_pipeline.catalogue.text import heading_key
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.records.moments import moment_formats_of, month_of, refuse_zones

if TYPE_CHECKING:
    from dx_pipeline.catalogue.record_models import RecordTable

Kind = Literal["csv", "parquet"]
Compression = Literal["none", "gzip", "zstd"]
_MAGIC: dict[bytes, tuple[Kind, Compression]] = {
    b"PAR1": ("parquet", "none"),
    b"\x28\xb5\x2f\xfd": ("csv", "zstd"),
    b"\x1f\x8b": ("csv", "gzip"),
}
_HEAD_BYTES = 256 * 1024
_HEADER_WITHIN = 20
_DELIMITERS = ",;\t|"
_SAMPLE_ROWS = 1000


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file is laid out.

    Attributes:
        kind: A text table or Parquet.
        compression: Of the whole file.
        names: The columns as the file heads them.
        fields: For each of them the register's field; None for one that the catalogue does not know.
        delimiter: Between the cells of a text table.
        header_line: The line with the headings, from 1; 0 in Parquet.
        moment_formats: How its moments are written; none where they are written as ISO 8601 or typed.
        month: First day of the month in which most of the first rows' moments lie.
        is_sample: Whether it labels itself as sample data.
        is_quoted: Whether cells of a text table may stand in quotation marks.
    """

    kind: Kind
    compression: Compression
    names: tuple[str, ...]
    fields: tuple[str | None, ...]
    delimiter: str = ","
    header_line: int = 0
    moment_formats: tuple[str, ...] = ()
    month: date | None = None
    is_sample: bool = False
    is_quoted: bool = False

    def name_of(self, field: str) -> str:
        """How the file heads the column of a field; the field itself where the file has none."""
        return self.names[self.fields.index(field)] if field in self.fields else field

    @property
    def unknown(self) -> tuple[str, ...]:
        """Headings that the catalogue does not know."""
        return tuple(
            name for name, field in zip(self.names, self.fields, strict=True) if field is None and name
        )


def kind_of(path: Path) -> tuple[Kind, Compression]:
    """What the file is by its first bytes."""
    with path.open("rb") as file:
        head = file.read(4)
    return next(
        (found for magic, found in _MAGIC.items() if head.startswith(magic)),
        ("csv", "none"),
    )


@contextmanager
def open_text(path: Path, compression: Compression) -> Iterator[IO[bytes]]:
    """The bytes of a text table, unpacked as they are read."""
    with path.open("rb") as file:
        if compression == "gzip":
            with gzip.open(file) as unpacked:
                yield cast(IO[bytes], unpacked)
        elif compression == "zstd":
            import zstandard

            with zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True) as stream:
                yield cast(IO[bytes], stream)
        else:
            yield file


def read_layout(path: Path, file_name: str, table: RecordTable) -> Layout:
    """Reads the head of the file.

    Raises:
        UnreadableFileError: It is no text in UTF-8, a column is missing or there twice, or its moments are
            written in a way the catalogue does not name.
    """
    kind, compression = kind_of(path)
    if kind == "parquet":
        return _parquet_layout(path, file_name, table)
    text = _head(path, compression, file_name)
    lines = _lines(text, file_name)
    header_line, delimiter, names = _header(lines, table)
    fields = _fields(names, table, file_name)
    rows = _rows(lines[header_line:], delimiter)
    cells = _cells(rows, fields, [name for name, column in table.columns.items() if column.type == "moment"])
    formats = moment_formats_of(cells, table, file_name)
    return Layout(
        kind,
        compression,
        tuple(names),
        tuple(fields),
        delimiter,
        header_line,
        formats,
        month_of(_cells(rows, fields, [table.moment]), formats),
        heading_key(table.sample_heading) in map(heading_key, names),
        '"' in text,
    )


def _lines(text: str, file_name: str) -> list[str]:
    """The lines as DuckDB and whoever looks for one of them count them."""
    if "\r" in text and "\n" not in text:
        raise UnreadableFileError(
            f"{file_name}: its lines end with carriage returns only; save it as CSV UTF-8 and send it again",
            f"Tệp {file_name} xuống dòng theo kiểu cũ (chỉ có CR). Đề nghị lưu lại dạng CSV UTF-8 rồi gửi lại.",
        )
    return [line.removesuffix("\r") for line in text.removesuffix("\n").split("\n")]


def _rows(lines: Sequence[str], delimiter: str) -> list[list[str]]:
    """The cells of the first lines, up to one that cannot be taken apart."""
    found: list[list[str]] = []
    with suppress(csv.Error):
        found.extend(islice(csv.reader(lines, delimiter=delimiter), _SAMPLE_ROWS))
    return found


def _head(path: Path, compression: Compression, file_name: str) -> str:
    try:
        with open_text(path, compression) as stream:
            head = stream.read(_HEAD_BYTES)
    except Exception as error:
        raise UnreadableFileError(
            f"{file_name} cannot be unpacked as {compression} ({error}); send it again",
            f"Tệp {file_name} nén lỗi, không giải nén được. Đề nghị gửi lại.",
        ) from error
    is_whole = len(head) < _HEAD_BYTES
    if not is_whole:
        head = head[: head.rfind(b"\n") + 1] or head
    try:
        return head.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"{file_name} is not written in UTF-8 (byte {error.start}); save it as CSV UTF-8 and send it again",
            f"Tệp {file_name} không ở bảng mã UTF-8. Đề nghị lưu lại dạng CSV UTF-8 rồi gửi lại.",
        ) from error


def _header(lines: Sequence[str], table: RecordTable) -> tuple[int, str, list[str]]:
    """The line, counted from 1, the delimiter and the cells that name most of the register's columns."""
    known = _by_heading(table)
    found = []
    for number, line in enumerate(lines[:_HEADER_WITHIN], start=1):
        for delimiter in _DELIMITERS:
            names = [name.strip() for row in _rows([line], delimiter)[:1] for name in row]
            found.append((sum(heading_key(name) in known for name in names), -number, delimiter, names))
    _, number, delimiter, names = max(found, key=lambda item: item[:2], default=(0, -1, ",", []))
    return -number, delimiter, names


def _by_heading(table: RecordTable) -> dict[str, str]:
    return {
        heading_key(heading): field
        for field, column in table.columns.items()
        for heading in (*column.headings, field)
    }


def _fields(names: Sequence[str], table: RecordTable, file_name: str) -> list[str | None]:
    known = _by_heading(table)
    fields = [known.get(heading_key(name)) for name in names]
    twice = sorted({table.columns[name].headings[0] for name in fields if name and fields.count(name) > 1})
    missing = [
        column.headings[0]
        for field, column in table.columns.items()
        if column.is_required and field not in fields
    ]
    if twice:
        raise UnreadableFileError(
            f"{file_name}: more than one column is headed as {', '.join(twice)}; keep one of them",
            f"Tệp {file_name}: có hơn một cột {', '.join(twice)}. Đề nghị chỉ giữ một cột rồi gửi lại.",
        )
    if missing:
        raise UnreadableFileError(
            f"{file_name}: columns {', '.join(missing)} are missing; the file has {', '.join(names)[:500]}. Export "
            "them as well, or add the file's own headings to the source in the catalogue",
            f"Tệp {file_name}: thiếu các cột {', '.join(missing)}; tệp có {', '.join(names)[:500]}. Đề nghị xuất lại "
            "đủ các cột.",
        )
    return fields


def _cells(rows: Sequence[Sequence[str]], fields: Sequence[str | None], wanted: Sequence[str]) -> list[str]:
    places = [fields.index(name) for name in wanted if name in fields]
    return [row[place].strip() for row in rows for place in places if place < len(row) and row[place].strip()]


def _parquet_layout(path: Path, file_name: str, table: RecordTable) -> Layout:
    import duckdb

    try:
        with duckdb.connect(":memory:", config={"threads": 1}) as connection:
            described = connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
            names = [row[0] for row in described]
            fields = _fields(names, table, file_name)
            types: Mapping[str | None, str] = dict(zip(fields, (row[1] for row in described), strict=True))
            refuse_zones((name for name, kind in types.items() if name and "TIME ZONE" in kind), file_name)
            sample = connection.execute(
                f"SELECT * FROM read_parquet(?) LIMIT {_SAMPLE_ROWS}", [str(path)]
            ).fetchall()
    except duckdb.Error as error:
        raise UnreadableFileError(
            f"{file_name} is no readable Parquet file ({error}); send it again",
            f"Tệp {file_name} không phải tệp Parquet đọc được. Đề nghị gửi lại.",
        ) from error
    rows = [["" if cell is None else str(cell) for cell in row] for row in sample]
    texts = [
        name
        for name, column in table.columns.items()
        if column.type == "moment" and types.get(name) == "VARCHAR"
    ]
    formats = moment_formats_of(_cells(rows, fields, texts), table, file_name)
    return Layout(
        "parquet",
        "none",
        tuple(names),
        tuple(fields),
        moment_formats=formats,
        month=month_of(_cells(rows, fields, [table.moment]), formats if table.moment in texts else ()),
        is_sample=heading_key(table.sample_heading) in map(heading_key, names),
    )

"""Text with delimiters (CSV by any name) as one sheet: the delimiter told by use, quotes strict, lines counted."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections import Counter
from pathlib import Path

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.decoding import decode
from dx_pipeline.ingest.formats.grid import laid_out
from dx_pipeline.ingest.formats.refusals import reading, refused
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.guard import check_text_table

DELIMITERS = "\t;|,"
_SAMPLE_RECORDS = 200
_DECLARED = re.compile(r'\ufeff?"?sep=(.)"?[;,\t|]*(?:\r\n|\n|\r)', re.IGNORECASE)


def read_delimited(path: Path, file_name: str) -> Sheet:
    """The file as one sheet without a name, every cell a text; short rows are filled up.

    Raises:
        UnreadableFileError: It is too large or cannot be decoded, or a quotation mark is not closed.
    """
    check_text_table(path, file_name)
    with reading(file_name, "readable text table", "bảng dạng văn bản (.csv)"):
        return sheet_of_text(decode(path.read_bytes(), file_name), file_name)


def sheet_of_text(text: str, file_name: str) -> Sheet:
    """The sheet that the text of a delimited file is.

    Raises:
        UnreadableFileError: A quotation mark is not closed; with the line.
    """
    declared = _DECLARED.match(text)
    body = text[declared.end() :] if declared else text.removeprefix("\ufeff")
    delimiter = declared[1] if declared else find_delimiter(body)
    rows, lines = _records(body, delimiter, 1 if declared else 0, file_name)
    return Sheet("", laid_out(rows, file_name, "CSV"), line_numbers=tuple(lines[: len(rows)]))


def find_delimiter(text: str) -> str:
    """The delimiter by which most records have the same number of cells.

    Tab, semicolon and bar come first: a file of those may hold a comma in every number, while a file
    with commas seldom holds one of them in more than half of its records.
    """
    shares: dict[str, float] = {}
    for delimiter in DELIMITERS:
        records = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        try:
            sample = [row for row in itertools.islice(records, _SAMPLE_RECORDS) if _is_divided(row)]
        except csv.Error:
            continue
        widths = Counter(map(len, sample))
        widths.pop(1, None)
        shares[delimiter] = max(widths.values(), default=0) / max(len(sample), 1)
    likely = [delimiter for delimiter, share in shares.items() if share >= 0.5]
    return likely[0] if likely else max(shares, key=shares.__getitem__, default=",")


def _is_divided(cells: list[str]) -> bool:
    return len(cells) > 1 or any(mark in cells[0] for mark in DELIMITERS if cells)


def _records(
    text: str, delimiter: str, lines_before: int, file_name: str
) -> tuple[list[list[object]], list[int]]:
    """The records and the physical line on which each starts."""
    rows: list[list[object]] = []
    lines: list[int] = []
    source = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    start = 0
    try:
        while True:
            start = source.line_num
            row = next(source, None)
            if row is None:
                return rows, lines
            rows.append([cell.replace("\r\n", "\n") for cell in row])
            lines.append(lines_before + start + 1)
    except csv.Error as error:
        raise bad_quote(lines_before + start + 1, file_name) from error


def bad_quote(line: int, file_name: str) -> UnreadableFileError:
    """The error for the record that starts on ``line``."""
    return refused(
        file_name,
        f'line {line}: a quotation mark (") is not closed, or text follows the closing one, so it is unclear '
        "where the cell ends; correct that line and send the file again",
        f'dòng {line}: dấu ngoặc kép (") không được đóng, hoặc còn chữ sau dấu đóng, nên không rõ ô kết thúc '
        "ở đâu. Đề nghị sửa dòng này và gửi lại.",
    )

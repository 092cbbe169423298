"""What the row-by-row readers share: a plain table as lines, cells that hold figures, and the sample label.

A plain table has one row of headings and one line per record; it may be CSV, a workbook or an HTML table.
Tables as people lay them out are the business of ``ingest/tables``.
"""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats import Format, read_sheets, sniff
from dx_pipeline.ingest.formats.decoding import decode
from dx_pipeline.ingest.formats.delimited import bad_quote
from dx_pipeline.ingest.formats.legacy_fonts import repair_sheets
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.guard import check_text_table
from dx_pipeline.ingest.numbers import NumberLimits
from dx_pipeline.ingest.observation import UnreadCell
from dx_pipeline.ingest.readers.header_row import Columns, HeaderRow, best_header, check_header
from dx_pipeline.ingest.readers.workbook_words import cell_text, cell_vi

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator

PERCENT = "percent"
_DELIMITERS = ";\t|,"
_SAMPLE_LINES = 60
_DECLARED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_OFFICIAL_LABELS = {fold("Chính thức"), "official", "published"}
_SAMPLE_LABELS = {fold("DỮ LIỆU MẪU"), "sample", fold("mẫu")}


def check_data_status(lines: Sequence[Line], column: str, file_name: str) -> None:
    """Refuses a data status that is neither official nor sample: it must not pass for official in silence.

    Raises:
        UnreadableFileError: With the line and the words.
    """
    for line in lines:
        text = "" if line.is_ragged else line.text_of(column)
        if text and not is_sample_label(text) and not is_official_label(text):
            raise unknown_data_status(file_name, text, line.locator(column), line.place_vi(column))


def unknown_data_status(file_name: str, text: str, place_en: str, place_in_vi: str) -> UnreadableFileError:
    """The refusal of a file with a data status that is neither official nor sample."""
    return UnreadableFileError(
        f"{file_name}, {place_en}: data status {text!r} is neither CHÍNH THỨC nor DỮ LIỆU MẪU",
        f"Tệp {file_name}, {place_in_vi}: tình trạng số liệu «{text}» không phải CHÍNH THỨC hoặc DỮ LIỆU MẪU.",
    )


def is_official_label(text: str) -> bool:
    """Whether a data-status cell says that the figures are official."""
    return fold(text) in _OFFICIAL_LABELS


def is_sample_label(text: str | None) -> bool:
    """Whether a data-status cell says that the figures are sample data."""
    return text is not None and fold(text) in _SAMPLE_LABELS


def number_limits(indicator: Indicator, role: str) -> NumberLimits:
    """What ``numbers.read_number`` needs to know of one part (value, numerator, denominator) of an indicator."""
    is_value = role == "value"
    return {
        "is_percent": is_value and indicator.unit == PERCENT,
        "is_whole": indicator.is_whole_number or not is_value,
        "minimum": indicator.bounds.minimum if is_value else 0,
        "maximum": indicator.bounds.maximum if is_value else None,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a plain table.

    Attributes:
        number: Its line in a text file, its row in a sheet.
        cells: Its cells by column; texts of a text file, values as they are of a sheet. Cells without a
            heading stand under ``column D``.
        is_ragged: The line has another number of cells than the header: they cannot be told apart.
        text: The whole line, for reports.
        sheet: The sheet's name; empty for a text file.
        places: Column -> cell, in sheets: ``Sheet1!C5``.
    """

    number: int
    cells: dict[str, object]
    is_ragged: bool
    text: str
    sheet: str = ""
    places: Mapping[str, str] = field(default_factory=dict)

    def text_of(self, column: str) -> str:
        """The cell's content as text; empty where there is none."""
        return cell_text(self.cells.get(column))

    def locator(self, column: str | None = None) -> str:
        """``line 5`` or ``line 5:column`` in a text file, ``Sheet1!5`` or ``Sheet1!C5`` in a sheet."""
        if self.sheet:
            return self.places.get(column or "", f"{self.sheet}!{self.number}")
        return f"line {self.number}:{column}" if column else f"line {self.number}"

    def place(self, column: str) -> str:
        """The cell in an English sentence."""
        return self.locator(column) if self.sheet else f"line {self.number}, column {column}"

    def place_vi(self, column: str | None = None) -> str:
        """The line or cell as a Vietnamese sentence begins with it."""
        if self.sheet:
            return cell_vi(self.locator(column))
        return f"Dòng {self.number}, cột {column}" if column else f"Dòng {self.number}"

    def ragged_cell(self, period_start: date | None = None) -> UnreadCell:
        """The whole line as unread: its cells cannot be told apart."""
        return UnreadCell(
            rule="readable_value",
            locator=self.locator(),
            raw_text=self.text,
            period_start=period_start,
            message_en=f"line {self.number} has another number of cells than the header; the line was not read",
            message_vi=f"Dòng {self.number} có số ô khác với dòng tiêu đề nên không đọc được cả dòng.",
        )


@dataclass(frozen=True, slots=True)
class PlainTable:
    """The records of a file, the columns it has, and what was left out of it."""

    lines: list[Line]
    columns: frozenset[str]
    left_out: list[UnreadCell]


def read_lines(
    path: Path, file_name: str, required: set[str], aliases: Mapping[str, str] | None = None
) -> Iterator[Line]:
    """The records of a plain table; see ``read_table``."""
    yield from read_table(path, file_name, Columns(frozenset(required), aliases=aliases or {})).lines


def read_table(path: Path, file_name: str, columns: Columns) -> PlainTable:
    """The records of a plain table in any format: CSV of any delimiter and encoding, workbook, HTML.

    Args:
        path: The file.
        file_name: Its name, for messages.
        columns: What its header must have.

    Raises:
        UnreadableFileError: No text, no header, a required column is missing, a column stands twice, or a
            quotation mark is never closed.
    """
    if _is_text(path, file_name):
        check_text_table(path, file_name)
        grids = [_read_text(decode(path.read_bytes(), file_name), file_name, columns)]
    else:
        sheets = repair_sheets(read_sheets(path, file_name), file_name)
        grids = [_Grid(sheet) for sheet in sheets if any(map(_is_filled, sheet.rows))]
    headed = [(grid, found) for grid in grids if (found := best_header(grid.sheet, columns))]
    most = max((count for _, (_, count) in headed), default=0)
    headed = [item for item in headed if item[1][1] > 1 or most == 1]  # a sheet «Ghi chú» is not the table
    if not headed:
        grid = grids[0] if grids else _Grid(Sheet("", [[]]))
        first = HeaderRow(0, tuple(map(cell_text, next(iter(grid.sheet.rows), []))), ())
        check_header(first, columns, *grid.place(file_name, 0))
    lines: list[Line] = []
    present: frozenset[str] = frozenset()
    for grid, (header, _) in headed:
        check_header(header, columns, *grid.place(file_name, header.row))
        lines.extend(grid.lines(header))
        present |= frozenset(header.names) & columns.known
    read = [grid for grid, _ in headed]
    left_out = [cell for grid in grids if grid not in read for cell in _left_out(grid.sheet, 0, None)]
    left_out += [cell for grid, (header, _) in headed for cell in _left_out(grid.sheet, 0, header.row)]
    return PlainTable(lines, present, left_out)


def _is_text(path: Path, file_name: str) -> bool:
    return path.stat().st_size == 0 or sniff(path, file_name) is Format.CSV


def _is_filled(cells: Sequence[object]) -> bool:
    return any(cell_text(cell) for cell in cells)


@dataclass(frozen=True, slots=True)
class _Grid:
    """A sheet and, for text files, how many cells each line really has."""

    sheet: Sheet
    widths: tuple[int, ...] = ()
    delimiter: str = ", "

    def place(self, file_name: str, row: int) -> tuple[str, str]:
        """A row in messages, English and Vietnamese."""
        if self.sheet.name:
            return (
                f"{file_name}, sheet {self.sheet.name}, row {row + 1}",
                f"Tệp {file_name}, trang tính {self.sheet.name}, dòng {row + 1}",
            )
        number = self.sheet.line_numbers[row] if self.sheet.line_numbers else row + 1
        return f"{file_name}, line {number}", f"Tệp {file_name}, dòng {number}"

    def lines(self, header: HeaderRow) -> Iterator[Line]:
        sheet = self.sheet
        width = len(header.names)
        for row in range(header.row + 1, len(sheet.rows)):
            cells = sheet.rows[row]
            if not _is_filled(cells) or header.is_repeated_by(cells):
                continue
            named = {
                name: cell.strip() if isinstance(cell, str) else cell
                for name, heading, cell in zip(header.names, header.headings, cells, strict=False)
                if heading or cell_text(cell)
            }
            yield Line(
                number=sheet.line_numbers[row] if sheet.line_numbers else row + 1,
                cells=named,
                is_ragged=bool(self.widths) and self.widths[row] != width,
                text=self.delimiter.join(map(cell_text, cells[: self.widths[row]] if self.widths else cells)),
                sheet=sheet.name,
                places={name: sheet.locator(row, at) for at, name in enumerate(header.names)}
                if sheet.name
                else {},
            )


def _left_out(sheet: Sheet, first: int, last: int | None) -> Iterator[UnreadCell]:
    """Rows outside the table: a sheet without a header as a whole, figures above a header one by one."""
    rows = list(enumerate(sheet.rows[first:last], start=first))
    if last is not None:
        rows = [(row, cells) for row, cells in rows if any(isinstance(cell, int | float) for cell in cells)]
    for row, cells in rows:
        if not _is_filled(cells):
            continue
        locator = sheet.locator(row)
        yield UnreadCell(
            rule="readable_value",
            severity="WARN",
            locator=locator,
            raw_text=", ".join(text for cell in cells if (text := cell_text(cell)))[:300],
            message_en=f"{locator} is outside the table, no heading stands above it; it was not read",
            message_vi=f"{cell_vi(locator)} nằm ngoài bảng, không có tiêu đề cột nên không được đọc.",
        )


def _read_text(text: str, file_name: str, columns: Columns) -> _Grid:
    """The text cut at the delimiter with which its header has the most known columns."""
    if declared := _DECLARED.match(text):
        return _cut(text[declared.end() :], declared[1], 1, file_name)
    counts = {}
    head = "".join(itertools.islice(io.StringIO(text, newline=""), _SAMPLE_LINES))
    for delimiter in _DELIMITERS:
        found = best_header(_cut(head, delimiter, 0, file_name, is_sample=True).sheet, columns)
        counts[delimiter] = (found[1] if found else 0, text.split("\n", 1)[0].count(delimiter))
    return _cut(text, max(_DELIMITERS, key=counts.__getitem__), 0, file_name)


def _cut(text: str, delimiter: str, lines_before: int, file_name: str, *, is_sample: bool = False) -> _Grid:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=not is_sample)
    rows: list[list[object]] = []
    numbers: list[int] = []
    widths: list[int] = []
    start = 0
    try:
        for row in reader:
            rows.append(list(row))
            numbers.append(lines_before + start + 1)
            start = reader.line_num
            widths.append(len(row))
    except csv.Error as error:
        if not is_sample:
            raise bad_quote(lines_before + start + 1, file_name) from error
    return _Grid(Sheet("", rows, line_numbers=tuple(numbers)), tuple(widths), delimiter)

"""Sheets of an OpenDocument spreadsheet (.ods), read from its content.xml.

python-calamine tells of these files neither merged cells, percentages nor hiding, and gives booleans as
numbers, so the one walk that finds those takes the values along.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from dx_pipeline.ingest.formats.grid import laid_out, time_of_day
from dx_pipeline.ingest.formats.refusals import reading
from dx_pipeline.ingest.formats.sheet import Merge, Percentage, Sheet
from dx_pipeline.ingest.formats.xlsx_marks import UNCOMPUTED
from dx_pipeline.ingest.guard import MAX_COLUMNS, check_extent

_NS = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT = _NS % "table", _NS % "office", _NS % "text"
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?)?")
_HIDDEN = ("collapse", "filter")


def read_ods(path: Path, file_name: str) -> list[Sheet]:
    """The sheets, hidden ones included.

    Raises:
        UnreadableFileError: It is damaged, or a sheet reaches farther than any report does.
    """
    what = ("readable OpenDocument spreadsheet", "bảng tính OpenDocument (.ods)")
    with reading(file_name, *what), zipfile.ZipFile(path) as archive, archive.open("content.xml") as stream:
        events = etree.iterparse(
            stream,
            events=("start", "end"),
            tag=[_TABLE + name for name in ("table", "table-column", "table-row")],
            resolve_entities=False,
            no_network=True,
        )
        return list(_sheets(events, file_name))


def _sheets(events: Iterator[tuple[str, etree._Element]], file_name: str) -> Iterator[Sheet]:
    builder: _Builder | None = None
    for event, element in events:
        if element.tag == _TABLE + "table":
            parent = element.getparent()
            if parent is None or parent.tag != _OFFICE + "spreadsheet":
                continue  # a table inside a cell, a drawing or a link to another file
            if event == "start":
                builder = _Builder(element.get(_TABLE + "name", ""), file_name)
            elif builder:
                yield builder.sheet()
                builder = None
                element.clear()
        elif event == "end" and builder and _is_of_sheet(element):
            if element.tag == _TABLE + "table-column":
                builder.add_column(element)
            else:
                builder.add_row(element)
                element.clear()


def _is_of_sheet(element: etree._Element) -> bool:
    """Whether no cell stands between this row or column and its sheet."""
    return next(element.iterancestors(_TABLE + "table-cell", _TABLE + "shapes"), None) is None


class _Builder:
    """One sheet while its columns and rows arrive. Repeats of empty cells and rows wait until one is filled."""

    def __init__(self, name: str, file_name: str) -> None:
        self._name, self._file_name = name, file_name
        self._rows: list[list[object]] = []
        self._merges: list[Merge] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: set[int] = set()
        self._columns = self._row = 0

    def sheet(self) -> Sheet:
        rows = laid_out(self._rows, self._file_name, self._name)
        return Sheet(
            self._name,
            rows,
            tuple(self._merges),
            frozenset(self._hidden_columns),
            frozenset(row for row in self._hidden_rows if row < len(rows)),
        )

    def add_column(self, element: etree._Element) -> None:
        count = _count(element, "number-columns-repeated")
        if element.get(_TABLE + "visibility") in _HIDDEN:
            self._hidden_columns.update(range(self._columns, min(self._columns + count, MAX_COLUMNS)))
        self._columns += count

    def add_row(self, element: etree._Element) -> None:
        count = _count(element, "number-rows-repeated")
        cells = self._cells(element)
        if cells:
            check_extent(self._row + count, len(cells), self._file_name, self._name)
            self._rows.extend([] for _ in range(self._row - len(self._rows)))
            self._rows.extend(list(cells) for _ in range(count))
        if element.get(_TABLE + "visibility") in _HIDDEN:
            self._hidden_rows.update(range(self._row, self._row + min(count, 100_000)))
        self._row += count

    def _cells(self, element: etree._Element) -> list[object]:
        """The row up to its last filled cell."""
        cells: list[object] = []
        column = 0
        for cell in element.iterchildren(_TABLE + "table-cell", _TABLE + "covered-table-cell"):
            count = _count(cell, "number-columns-repeated")
            self._note_merge(cell, column)
            value = _value(cell)
            if value != "":
                check_extent(1, column + count, self._file_name, self._name)
                cells.extend("" for _ in range(column - len(cells)))
                cells.extend(value for _ in range(count))
            column += count
        return cells

    def _note_merge(self, cell: etree._Element, column: int) -> None:
        height, width = _count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned")
        if height > 1 or width > 1:
            self._merges.append(((self._row, column), (self._row + height - 1, column + width - 1)))


def _count(element: etree._Element, attribute: str) -> int:
    text = element.get(_TABLE + attribute, "1")
    return max(int(text), 1) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def _value(cell: etree._Element) -> object:
    kind = cell.get(_OFFICE + "value-type")
    text = _text(cell)
    if cell.get(_CALC + "value-type") == "error":
        return text or UNCOMPUTED
    if kind is None:
        return UNCOMPUTED if not text and cell.get(_TABLE + "formula") else text
    try:
        return _typed(kind, cell, text)
    except ValueError:
        return text or cell.get(_OFFICE + "value", UNCOMPUTED)


def _typed(kind: str, cell: etree._Element, text: str) -> object:
    if kind in ("float", "currency"):
        return float(cell.get(_OFFICE + "value", ""))
    if kind == "percentage":
        return Percentage(float(cell.get(_OFFICE + "value", "")))
    if kind == "boolean":
        return cell.get(_OFFICE + "boolean-value") == "true"
    if kind == "date":
        return _date(cell.get(_OFFICE + "date-value", ""))
    if kind == "time":
        return _time(cell.get(_OFFICE + "time-value", ""))
    return text or cell.get(_OFFICE + "string-value", "")


def _date(text: str) -> object:
    moment = dt.datetime.fromisoformat(text)
    return moment if "T" in text and moment.time() != dt.time() else moment.date()


def _time(text: str) -> object:
    match = _DURATION.fullmatch(text)
    if not match or not any(match.groups()[1:]):
        raise ValueError(text)
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups()[1:])
    if max(days, hours, minutes, seconds) > 10**8:
        raise ValueError(text)
    length = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if match[1]:
        return -length
    return time_of_day(length)


def _text(cell: etree._Element) -> str:
    """The cell's paragraphs, one per line; comments on the cell are none of it."""
    return "\n".join(_inline(paragraph) for paragraph in cell.iterchildren(_TEXT + "p", _TEXT + "h")).strip()


def _inline(element: etree._Element) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == _TEXT + "s":
            parts.append(" " * min(int(child.get(_TEXT + "c", "1")), 1000))
        elif child.tag == _TEXT + "tab":
            parts.append("\t")
        elif child.tag == _TEXT + "line-break":
            parts.append("\n")
        elif isinstance(child.tag, str) and child.tag != _OFFICE + "annotation":
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)

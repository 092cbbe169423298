"""Sheets of a BIFF .xls workbook (Excel 2 to 2003), with xlrd: values, errors, percentages, hiding.

python-calamine is faster, but gives 0 for a formula's text and nothing for an error.
"""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path

import xlrd
from xlrd.book import Book
from xlrd.compdoc import SIGNATURE, CompDoc, CompDocError
from xlrd.sheet import Sheet as XlrdSheet

from dx_pipeline.ingest.formats.grid import laid_out, time_of_day
from dx_pipeline.ingest.formats.number_formats import shows_percent, shows_time_span
from dx_pipeline.ingest.formats.refusals import has_password, reading
from dx_pipeline.ingest.formats.sheet import Percentage, Sheet

_STREAM = 2


def read_xls(path: Path, file_name: str) -> list[Sheet]:
    """The worksheets, hidden ones included.

    Raises:
        UnreadableFileError: It has a password, or is damaged.
    """
    with reading(file_name, "readable Excel workbook (.xls)", "bảng tính Excel (.xls)"):
        try:
            content = path.read_bytes()
            _check_chains(content)
            with _open(content) as book:
                formats = [_format_of(book, xf) for xf in book.xf_list] if book.formatting_info else []
                return [_sheet(book, sheet, formats, file_name) for sheet in book.sheets()]
        except xlrd.XLRDError as error:
            if "encrypted" in str(error):
                raise has_password(file_name) from error
            raise


def _open(content: bytes) -> Book:
    """The workbook; of files before Excel 5 without its formats, which xlrd cannot read."""
    try:
        return xlrd.open_workbook(
            file_contents=content, formatting_info=True, ragged_rows=True, logfile=io.StringIO()
        )
    except NotImplementedError:
        return xlrd.open_workbook(file_contents=content, ragged_rows=True, logfile=io.StringIO())


def _check_chains(content: bytes) -> None:
    """Refuses small streams whose sectors run in a circle: xlrd would follow them for ever."""
    if not content.startswith(SIGNATURE):
        return
    document = CompDoc(content, logfile=io.StringIO())
    for stream in document.dirlist:
        if stream.etype != _STREAM or stream.tot_size >= document.min_size_std_stream:
            continue
        sector, steps = stream.first_SID, 0
        while 0 <= sector < len(document.SSAT):
            sector, steps = document.SSAT[sector], steps + 1
            if steps > len(document.SSAT):
                raise CompDocError(f"the sectors of {stream.name} run in a circle")


def _format_of(book: Book, xf: xlrd.formatting.XF) -> str:
    number_format = book.format_map.get(xf.format_key)
    return number_format.format_str if number_format else ""


def _sheet(book: Book, sheet: XlrdSheet, formats: list[str], file_name: str) -> Sheet:
    rows = [
        [_value(book, sheet, row, column, formats) for column in range(sheet.row_len(row))]
        for row in range(sheet.nrows)
    ]
    return Sheet(
        sheet.name,
        laid_out(rows, file_name, sheet.name),
        tuple(((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in sheet.merged_cells),
        frozenset(column for column, info in sheet.colinfo_map.items() if info.hidden),
        frozenset(row for row, info in sheet.rowinfo_map.items() if info.hidden),
    )


def _value(book: Book, sheet: XlrdSheet, row: int, column: int, formats: list[str]) -> object:
    value, kind = sheet.cell_value(row, column), sheet.cell_type(row, column)
    if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
        style = sheet.cell_xf_index(row, column) if formats else -1
        number_format = formats[style] if 0 <= style < len(formats) else ""
        if kind == xlrd.XL_CELL_DATE:
            return _date(value, book.datemode, number_format)
        return Percentage(value) if shows_percent(number_format) else value
    if kind == xlrd.XL_CELL_BOOLEAN:
        return bool(value)
    if kind == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code.get(value, f"#ERR{value}!")
    return value


def _date(serial: float, datemode: int, number_format: str) -> object:
    """A date, a date with time, a time of day or a length of time; the number where it is none of them."""
    try:
        if 0 <= serial < 1 or shows_time_span(number_format):
            return time_of_day(dt.timedelta(seconds=round(serial * 86_400)))
        moment: dt.datetime = xlrd.xldate_as_datetime(serial, datemode)
    except (ValueError, OverflowError):
        return serial
    return moment.date() if moment.time() == dt.time() else moment

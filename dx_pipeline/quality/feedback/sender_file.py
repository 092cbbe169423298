"""The sender's file as a workbook that can be marked: their own where it is one, else a copy of its cells.

Whatever could act by itself is left out: formulas (their last values stay), links, names, validation,
conditional formats, charts, macros.
"""

from __future__ import annotations

import math
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.chartsheet import Chartsheet
from openpyxl.formatting.formatting import ConditionalFormattingList
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedNameDict
from openpyxl.workbook.views import BookView
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.datavalidation import DataValidationList
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.protection import SheetProtection

from dx_pipeline.failures import DxError
from dx_pipeline.ingest.formats import Format, Percentage, Sheet, read_sheets, sniff
from dx_pipeline.ingest.formats.legacy_fonts import repair_sheets
from dx_pipeline.quality.feedback.content import Feedback
from dx_pipeline.quality.feedback.marking import mark
from dx_pipeline.quality.feedback.places import parse_place
from dx_pipeline.quality.feedback.styles import write_text

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

# About 200,000 cells: openpyxl takes 14 us for each, and a kilobyte of memory.
MAX_SHEET_BYTES = 8 * 1024 * 1024
MAX_CELLS = 200_000
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?ref=["']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})["']""")
_EXCERPT_HEAD = 30
_NARROWEST, _WIDEST, _WIDTH_ROWS = 8, 40, 200
_FORBIDDEN_IN_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
TITLE_LENGTH = 31

OWN = (
    "Các trang sau là tệp của đơn vị (công thức được thay bằng giá trị đã tính), ô có phát hiện được tô màu và ghi "
    "chú."
)
COPY = "Các trang sau là bản sao nội dung tệp của đơn vị, ô có phát hiện được tô màu và ghi chú."
EXCERPT = (
    "Tệp của đơn vị quá lớn để chép lại toàn bộ: các trang sau chỉ gồm các dòng đầu và các dòng có phát hiện, giữ "
    "nguyên vị trí ô."
)
NO_FILE = "Không kèm bản sao tệp của đơn vị."


@dataclass(slots=True)
class SenderFile:
    """A workbook made from the sender's file.

    Attributes:
        workbook: With no formula in it.
        sheets: Its sheets by the names that locators use; the only sheet of a text file by ''.
        lines: Of a text file, the lines on which its rows begin.
        shows: ``own``, ``copy``, ``excerpt`` or ``none``.
        note_vi: The same in words.
    """

    workbook: Workbook
    sheets: dict[str, Worksheet] = field(default_factory=dict)
    lines: tuple[int, ...] = ()
    shows: str = "none"
    note_vi: str = NO_FILE


def marked_file(feedback: Feedback, archive_path: Path | None) -> SenderFile:
    """The sender's file with the findings marked; an empty workbook where there is nothing to mark.

    A file that was refused as a whole is not opened again, and neither is one of a large register.
    """
    if feedback.is_register:
        return nothing()
    has_places = any(parse_place(finding.locator) for finding in feedback.findings)
    if archive_path is None or feedback.is_refused or not has_places:
        return nothing()
    try:
        sender = _open(archive_path, feedback)
        mark(sender, feedback.findings)
    except DxError:
        return nothing()
    return sender


def nothing() -> SenderFile:
    """A workbook without a sheet."""
    workbook = Workbook()
    del workbook[workbook.sheetnames[0]]
    return SenderFile(workbook)


def _open(path: Path, feedback: Feedback) -> SenderFile:
    if sniff(path, feedback.file_name) is Format.XLSX and _is_handy(path):
        try:
            return _own_workbook(path)
        except Exception:  # openpyxl fails in many ways on files that others open
            return _copy(path, feedback)
    return _copy(path, feedback)


def _is_handy(path: Path) -> bool:
    """Whether openpyxl can load it in reasonable time: it makes an object for each cell, merged ones too."""
    with zipfile.ZipFile(path) as archive:
        sheets = [item for item in archive.infolist() if item.filename.startswith("xl/worksheets/")]
        if sum(item.file_size for item in sheets) > MAX_SHEET_BYTES:
            return False
        blocks = [
            CellRange(block.decode()) for item in sheets for block in _MERGED.findall(archive.read(item))
        ]
        return sum(block.size["rows"] * block.size["columns"] for block in blocks) <= MAX_CELLS


def _own_workbook(path: Path) -> SenderFile:
    with path.open("rb") as stream:  # the archive's names have no suffix, which openpyxl asks for
        workbook = load_workbook(stream, data_only=True, keep_links=False, rich_text=False)
    workbook.defined_names = DefinedNameDict()
    workbook.views = [BookView()]
    workbook.security = None
    for item in list(workbook._sheets):  # type: ignore[attr-defined]
        if isinstance(item, Chartsheet):
            workbook.remove(item)
    for sheet in workbook.worksheets:
        _disarm(sheet)
    sheets = {sheet.title: cast("Worksheet", sheet) for sheet in workbook.worksheets}
    return SenderFile(workbook, sheets, shows="own", note_vi=OWN)


def _disarm(sheet: Worksheet) -> None:
    sheet.sheet_view.tabSelected = False
    sheet.data_validations = DataValidationList()
    # would paint over the marks
    sheet.conditional_formatting = ConditionalFormattingList()
    sheet.protection = SheetProtection()
    sheet._charts, sheet._images, sheet._pivots = [], [], []  # type: ignore[attr-defined]
    sheet.tables.clear()
    sheet.defined_names.clear()
    for row in sheet.iter_rows():
        for cell in row:
            if isinstance(cell, Cell):
                if cell.hyperlink:
                    cell.hyperlink = None
                if cell.data_type == "f":
                    write_text(cell, cell.value)


def _copy(path: Path, feedback: Feedback) -> SenderFile:
    """The cells of any table file, at the places that locators name."""
    sheets = repair_sheets(read_sheets(path, feedback.file_name), feedback.file_name)
    is_large = sum(len(sheet.rows) * len(sheet.rows[0]) for sheet in sheets if sheet.rows) > MAX_CELLS
    sender = nothing()
    sender.shows, sender.note_vi = ("excerpt", EXCERPT) if is_large else ("copy", COPY)
    wanted = _rows_of_findings(feedback) if is_large else {}
    for sheet in sheets:
        if is_large and sheet.name not in wanted:
            continue
        title = free_title(sheet.name or "Dữ liệu", sender.workbook.sheetnames)
        made = sender.workbook.create_sheet(title)
        sender.sheets[sheet.name] = made
        sender.lines = sender.lines or sheet.line_numbers
        made.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        made.page_setup.orientation, made.page_setup.paperSize = "landscape", 9  # A4
        made.page_setup.fitToHeight = 0
        _copy_cells(sheet, made, wanted.get(sheet.name))
    return sender


def _rows_of_findings(feedback: Feedback) -> dict[str, set[int]]:
    wanted: dict[str, set[int]] = {}
    for finding in feedback.findings:
        place = parse_place(finding.locator)
        if place:
            wanted.setdefault(place.sheet or "", set()).add(place.row)
    return wanted


def _copy_cells(sheet: Sheet, made: Worksheet, wanted: set[int] | None) -> None:
    """Copies rows to where they stood: row n of a sheet, line n of a text file."""
    widths: dict[int, int] = {}
    for index, values in enumerate(sheet.rows):
        row = sheet.line_numbers[index] if sheet.line_numbers else index + 1
        if wanted is not None and row > _EXCERPT_HEAD and row not in wanted:
            continue
        for column, value in enumerate(values, start=1):
            if value is None or value == "":
                continue
            write_value(made.cell(row, column), value)
            if row <= _WIDTH_ROWS:
                widths[column] = max(widths.get(column, 0), len(str(value)))
    for column, width in widths.items():
        dimension = made.column_dimensions[get_column_letter(column)]
        dimension.width = min(max(width + 2, _NARROWEST), _WIDEST)
    for (top, left), (bottom, right) in sheet.merges if wanted is None else ():
        # not merge_cells: it makes an object for each cell of the block
        made.merged_cells.add(
            f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}"
        )
    for column in sheet.hidden_columns:
        made.column_dimensions[get_column_letter(column + 1)].hidden = True
    for index in sheet.hidden_rows:
        made.row_dimensions[index + 1].hidden = True


def write_value(cell: Cell | MergedCell, value: object) -> None:
    """Writes what a sheet holds, text as text only."""
    cell.font = Font(name="Times New Roman", size=11)
    if isinstance(value, Percentage):
        cell.value = value.fraction
        cell.number_format = "0.00%"
    elif isinstance(value, float) and not math.isfinite(value):
        write_text(cell, value)
    elif isinstance(value, bool | int | float | date | datetime | time | timedelta):
        cell.value = value
    else:
        write_text(cell, value)


def free_title(wanted: str, taken: Iterable[str]) -> str:
    """A sheet name that is allowed and not taken: forbidden signs replaced, 31 characters, a number if need be."""
    name = wanted.translate(_FORBIDDEN_IN_TITLE).strip().strip("'")[:TITLE_LENGTH] or "Trang"
    used = {item.casefold() for item in taken}
    number, found = 1, name
    while found.casefold() in used:
        number += 1
        ending = f" ({number})"
        found = name[: TITLE_LENGTH - len(ending)] + ending
    return found

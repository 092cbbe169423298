"""The sender's own file as a workbook with every rejected or doubtful cell coloured and commented."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.utils import get_column_letter

from dx_pipeline.quality.feedback.content import Finding
from dx_pipeline.quality.feedback.places import Place, parse_place
from dx_pipeline.quality.feedback.styles import RED, YELLOW, fill_of, lines_of, safe_text
from dx_pipeline.quality.feedback.wording import SEVERITY_VI

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

    from dx_pipeline.quality.feedback.sender_file import SenderFile

AUTHOR = "dx_pipeline"
# Beyond these, cells are coloured without a comment, and of a range only the first cells are coloured.
MAX_COMMENTS = 2_000
MAX_RANGE_CELLS = 10_000
_HEADING_ROWS = 60
_COMMENT_WIDTH, _COMMENT_LINE, _COMMENT_CHARACTERS, _COMMENT_TALLEST = 380, 17, 54, 640


@dataclass(frozen=True, slots=True)
class Target:
    """The cell of the feedback workbook that a finding or figure is about, as a link names it."""

    sheet: str
    cell: str

    @property
    def location(self) -> str:
        """``'Sheet'!F8``, quoted as a spreadsheet wants it."""
        return f"'{self.sheet.replace(chr(39), chr(39) * 2)}'!{self.cell}"


class Locations:
    """Finds the cells that locators name in a sender's file."""

    def __init__(self, sender: SenderFile) -> None:
        self._sender = sender
        self._headings: dict[str, dict[str, int]] = {}

    def sheet_of(self, place: Place) -> Worksheet | None:
        """The sheet a place is in; that of a text file is the only one."""
        return self._sender.sheets.get(place.sheet or "")

    def column_of(self, place: Place, sheet: Worksheet) -> int | None:
        """The first column; None where a whole row is meant or the heading is not to be found."""
        if place.heading is None:
            return place.column
        if sheet.title not in self._headings:
            rows = sheet.iter_rows(max_row=min(_HEADING_ROWS, sheet.max_row))
            cells = [(cell.value, cell.column) for row in rows for cell in row if isinstance(cell.value, str)]
            self._headings[sheet.title] = {
                str(value).strip(): int(column) for value, column in reversed(cells) if column
            }
        return self._headings[sheet.title].get(place.heading.strip())

    def target(self, locator: str) -> Target | None:
        """Where a link to this locator leads."""
        place = parse_place(locator)
        sheet = self.sheet_of(place) if place else None
        if place is None or sheet is None:
            return None
        cell = _first_cell(sheet, place.row, self.column_of(place, sheet) or 1)
        return Target(sheet.title, cell.coordinate)


def mark(sender: SenderFile, findings: Sequence[Finding]) -> None:
    """Colours what each finding names and comments its first cell; several findings share one comment."""
    locations = Locations(sender)
    comments: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    cells: dict[tuple[str, str], Cell] = {}
    # doubts first, so that a cell that is also wrong ends red
    for finding in sorted(findings, key=lambda item: item.severity == "ERROR"):
        place = parse_place(finding.locator)
        sheet = locations.sheet_of(place) if place else None
        if place is None or sheet is None:
            continue
        colour = fill_of(RED if finding.severity == "ERROR" else YELLOW)
        column = locations.column_of(place, sheet)
        first = _first_cell(sheet, place.row, column or 1)
        for cell in _cells(sheet, place, column):
            cell.fill = colour
        first.fill = colour
        _show(sheet, first)
        key = (sheet.title, first.coordinate)
        cells[key] = first
        comments[key].append(finding)
    for key in list(comments)[:MAX_COMMENTS]:
        _comment(cells[key], sorted(comments[key], key=lambda item: item.severity))


def _first_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell; of merged cells the first one, which holds the value."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        for block in sheet.merged_cells.ranges:
            if cell.coordinate in block:
                return _first_cell(sheet, block.min_row, block.min_col)
    return cell  # type: ignore[return-value]


def _cells(sheet: Worksheet, place: Place, column: int | None) -> Iterator[Cell]:
    """The cells to colour; of a whole row those that hold something."""
    if place.heading is None and place.column is None:
        yield from (cell for cell in sheet[place.row] if cell.value is not None and isinstance(cell, Cell))
        return
    if not place.is_range:
        return
    left, right = column or 1, place.last_column or column or 1
    rows = min(place.last_row - place.row + 1, max(1, MAX_RANGE_CELLS // (right - left + 1)))
    for cells in sheet.iter_rows(place.row, place.row + rows - 1, left, right):
        yield from (cell for cell in cells if isinstance(cell, Cell))


def _show(sheet: Worksheet, cell: Cell) -> None:
    """What is marked must be seen: its sheet, row and column are not hidden."""
    sheet.sheet_state = "visible"
    if cell.row in sheet.row_dimensions:
        sheet.row_dimensions[cell.row].hidden = False
    for dimension in sheet.column_dimensions.values():
        if (dimension.min or 0) <= cell.column <= (dimension.max or 0):
            dimension.hidden = False
    letter = get_column_letter(cell.column)
    if letter in sheet.column_dimensions:
        sheet.column_dimensions[letter].hidden = False


def _comment(cell: Cell, findings: Iterable[Finding]) -> None:
    parts = [
        f"{SEVERITY_VI[finding.severity].upper()}: {finding.rule_vi}\n"
        f"Đã đọc: «{finding.raw_text}»\n{finding.explanation_vi}"
        for finding in findings
    ]
    if cell.comment and cell.comment.text:
        parts.append(f"Ghi chú có sẵn trong tệp: {cell.comment.text}")
    text = safe_text("\n\n".join(parts))
    height = min(_COMMENT_TALLEST, 24 + _COMMENT_LINE * lines_of(text, _COMMENT_CHARACTERS))
    cell.comment = Comment(text, AUTHOR, height=height, width=_COMMENT_WIDTH)

"""The sender's own file as a workbook with every rejected or doubtful cell coloured and commented."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from openpyxl.cell.cell import Cell
from openpyxl.comments import Comment

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
_NUMBERS = 12
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

    def row_of(self, place: Place) -> int:
        """The row; of a text file the one that the line is part of."""
        lines = self._sender.lines
        return place.row if place.sheet or not lines else lines[max(bisect_right(lines, place.row), 1) - 1]

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
        cell = _first_cell(sheet, self.row_of(place), self.column_of(place, sheet) or 1)
        return Target(sheet.title, cell.coordinate)


def mark(sender: SenderFile, findings: Sequence[Finding]) -> None:
    """Colours what each finding names and comments its first cell; several findings share one comment."""
    locations = Locations(sender)
    comments: dict[tuple[str, str], _Remarks] = {}
    # doubts first, so that a cell that is also wrong ends red
    for number, finding in sorted(enumerate(findings, start=1), key=lambda item: item[1].severity == "ERROR"):
        place = parse_place(finding.locator)
        sheet = locations.sheet_of(place) if place else None
        if place is None or sheet is None:
            continue
        colour = fill_of(RED if finding.severity == "ERROR" else YELLOW)
        column = locations.column_of(place, sheet)
        first = _first_cell(sheet, locations.row_of(place), column or 1)
        for cell in _cells(sheet, place, locations.row_of(place), column):
            cell.fill = colour
        for cell in (first, *_culprits(sender, finding)):
            cell.fill = colour
            _show(cell)
            remarks = comments.setdefault(
                (cast("Worksheet", cell.parent).title, cell.coordinate), _Remarks(cell)
            )
            if cell is first:
                remarks.own.append(finding)
            else:
                remarks.caused.append((number, finding))
    for remarks in list(comments.values())[:MAX_COMMENTS]:
        remarks.write()


@dataclass(slots=True)
class _Remarks:
    """What is said of one cell: findings about it, and findings about others that it is the cause of."""

    cell: Cell
    own: list[Finding] = field(default_factory=list)
    caused: list[tuple[int, Finding]] = field(default_factory=list)

    def write(self) -> None:
        """Writes the cell's comment, sized to its text."""
        parts = [
            f"{SEVERITY_VI[finding.severity].upper()}: {finding.rule_vi}\n"
            f"Đã đọc: «{finding.raw_text}»\n{finding.explanation_vi}"
            for finding in sorted(self.own, key=lambda item: item.severity)
        ]
        if self.caused:
            numbers = sorted(number for number, _ in self.caused)
            shown = ", ".join(map(str, numbers[:_NUMBERS])) + (", …" if len(numbers) > _NUMBERS else "")
            parts.append(
                f"Ô này là nguyên nhân của {len(numbers)} mục (số {shown} ở trang Phản hồi):\n"
                f"{self.caused[0][1].explanation_vi}"
            )
        if self.cell.comment and self.cell.comment.text:
            parts.append(f"Ghi chú có sẵn trong tệp: {self.cell.comment.text}")
        text = safe_text("\n\n".join(parts))
        height = min(_COMMENT_TALLEST, 24 + _COMMENT_LINE * lines_of(text, _COMMENT_CHARACTERS))
        self.cell.comment = Comment(text, AUTHOR, height=height, width=_COMMENT_WIDTH)


def _culprits(sender: SenderFile, finding: Finding) -> Iterator[Cell]:
    """Other cells of the file that the explanation puts first: «Ô Thông tin!B6: …»."""
    for name, sheet in sender.sheets.items():
        for match in re.finditer(rf"Ô {re.escape(name)}!([A-Z]{{1,3}}\d{{1,7}})\b", finding.explanation_vi):
            place = parse_place(f"{name}!{match[1]}")
            if place and place.column and f"{name}!{match[1]}" != finding.locator:
                yield _first_cell(sheet, place.row, place.column)


def _first_cell(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell; of merged cells the first one, which holds the value."""
    for block in sheet.merged_cells.ranges:
        if block.min_row <= row <= block.max_row and block.min_col <= column <= block.max_col:
            return cast(Cell, sheet.cell(block.min_row, block.min_col))
    return cast(Cell, sheet.cell(row, column))


def _cells(sheet: Worksheet, place: Place, row: int, column: int | None) -> Iterator[Cell]:
    """The cells to colour besides the first; of a whole row those that hold something."""
    if place.column is None and column is None:
        yield from (cell for cell in sheet[row] if cell.value is not None and isinstance(cell, Cell))
    elif place.is_range:
        left, right = place.column or 1, place.last_column or 1
        rows = min(place.last_row - row + 1, max(1, MAX_RANGE_CELLS // (right - left + 1)))
        for cells in sheet.iter_rows(row, row + rows - 1, left, right):
            yield from (cell for cell in cells if isinstance(cell, Cell))


def _show(cell: Cell) -> None:
    """What is marked must be seen: its sheet, row and column are not hidden."""
    sheet = cast("Worksheet", cell.parent)
    sheet.sheet_state = "visible"
    if cell.row in sheet.row_dimensions:
        sheet.row_dimensions[cell.row].hidden = False
    for letter, dimension in sheet.column_dimensions.items():
        first, last = dimension.min or 0, dimension.max or 0
        if letter == cell.column_letter or first <= cell.column <= last:
            dimension.hidden = False

"""Which figure a column holds: headings of a sheet matched with the workbook's layout.

A heading may be written as in the template, without its unit, without its group where that leaves no
doubt, or in a way the source's ``header_map`` lists. Anything else stays unknown and is reported.
"""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.workbook_layout import ColumnLayout, SheetLayout
from dx_pipeline.ingest.readers.workbook_words import key_of

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

Grid = Sequence[Sequence[object]]
Merges = Sequence[tuple[tuple[int, int], tuple[int, int]]]

SCOPE_HEADING = key_of("Phạm vi")
NOTE_HEADING = key_of("Ghi chú")
ORDER_HEADINGS = frozenset({"stt", "tt", key_of("Số TT")})
_DEEPEST_HEADING = 40  # rows; a report's table starts well above
_COLUMN_NUMBER = re.compile(r"\(?\d{1,3}\)?|-\d{1,3}")  # a spreadsheet that opens a CSV reads (3) as -3


@dataclass(frozen=True, slots=True)
class Table:
    """Where a sheet's table is.

    Attributes:
        heading_row: The row of «Phạm vi».
        scope_column: Its column.
        note_column: The column of «Ghi chú», if there is one.
        first_row: The first row below the headings.
        headings: Column -> its heading texts from top to bottom, for the columns that may hold figures.
    """

    heading_row: int
    scope_column: int
    note_column: int | None
    first_row: int
    headings: Mapping[int, tuple[str, ...]]


def find_table(rows: Grid, merges: Merges) -> Table | None:
    """The sheet's table, found by its cell «Phạm vi»; None where there is no such cell."""
    found = next(
        (
            (row, column)
            for row, cells in enumerate(rows[:_DEEPEST_HEADING])
            for column, cell in enumerate(cells)
            if isinstance(cell, str) and key_of(cell) == SCOPE_HEADING
        ),
        None,
    )
    if found is None:
        return None
    top, scope_column = found
    end = top + 1
    while end < len(rows) and _is_blank(rows[end][scope_column]):
        end += 1
    texts = _heading_texts(rows, range(top, end), merges)
    folded = {column: key_of(" ".join(parts)) for column, parts in texts.items()}
    note_column = next((column for column, text in folded.items() if text == NOTE_HEADING), None)
    apart = {scope_column, note_column}
    return Table(
        top,
        scope_column,
        note_column,
        end,
        {
            column: parts
            for column, parts in texts.items()
            if column not in apart and folded[column] not in ORDER_HEADINGS
        },
    )


def is_number_row(cells: Sequence[object]) -> bool:
    """Whether a row is «(1) (2) (3)» below the headings: its filled cells count the columns."""
    texts = [str(cell).strip().removesuffix(".0") for cell in cells if not _is_blank(cell)]
    if len(texts) < 2 or not all(_COLUMN_NUMBER.fullmatch(text) for text in texts):
        return False
    numbers = [int(text.strip("()-")) for text in texts]
    if all(text.startswith(("(", "-")) for text in texts):
        return numbers == sorted(set(numbers))  # a column was taken out
    return numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _heading_texts(rows: Grid, lines: range, merges: Merges) -> dict[int, tuple[str, ...]]:
    """The texts over each column; a heading over several columns counts for each of them."""
    spans = {start: end[1] for start, end in merges if start[0] in lines}
    spans = _spans_without_merges(rows, lines, merges) | spans
    texts: dict[int, list[str]] = {}
    for row in lines:
        for column, cell in enumerate(rows[row]):
            if not _is_blank(cell):
                last = min(spans.get((row, column), column), len(rows[row]) - 1)
                for covered in range(column, last + 1):
                    texts.setdefault(covered, []).append(str(cell))
    return {column: tuple(parts) for column, parts in texts.items()}


def _spans_without_merges(rows: Grid, lines: range, merges: Merges) -> dict[tuple[int, int], int]:
    """Group headings that stand in their first cell only, as in CSV: each reaches over the blanks beside it.

    A group heading has a heading below it, and so has every column that it reaches.
    """
    merged = {
        (row, column)
        for (top, left), (bottom, right) in merges
        if top in lines
        for row in range(top, min(bottom, lines.stop) + 1)
        for column in range(left, min(right, len(rows[row]) - 1 if row < len(rows) else right) + 1)
    }
    spans = {}
    for row in lines[:-1]:
        below = {
            column
            for line in range(row + 1, lines.stop)
            for column, cell in enumerate(rows[line])
            if not _is_blank(cell)
        }
        start = None
        for column, cell in enumerate(rows[row]):
            if (row, column) in merged or column not in below:
                start = None
            elif not _is_blank(cell):
                start = column
            elif start is not None:
                spans[row, start] = column
    return spans


def _is_blank(cell: object) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


class HeadingIndex:
    """The headings that one sheet's columns may carry.

    Args:
        layout: The sheet's layout.
        source: Its ``header_map`` lists other spellings, as ``INDICATOR:role``.
        catalogue: Names of indicators.
    """

    def __init__(self, layout: SheetLayout, source: Source, catalogue: Catalogue) -> None:
        self._columns: dict[str, ColumnLayout] = {}
        spellings: dict[str, dict[str, ColumnLayout]] = {}
        for column in layout.columns:
            self._columns[_key(column.group_heading_vi or "", column.heading_vi)] = column
            for text in _short_spellings(column, catalogue):
                spellings.setdefault(_key(text), {})[column.key] = column
        for key, columns in spellings.items():
            if len(columns) == 1:
                self._columns.setdefault(key, *columns.values())
        by_key = {column.key: column for column in layout.columns}
        for text, meaning in source.header_map.items():
            if meaning in by_key:
                self._columns.setdefault(_key(text), by_key[meaning])

    def match(self, texts: Sequence[str]) -> ColumnLayout | None:
        """The column that these heading texts, from top to bottom, name."""
        return self._columns.get(_key(*texts))

    def closest(self, texts: Sequence[str]) -> ColumnLayout | None:
        """The column whose heading is most like these texts, to propose to the sender."""
        near = difflib.get_close_matches(_key(*texts)[:200], self._columns, n=1, cutoff=0.5)
        return self._columns[near[0]] if near else None


@dataclass(frozen=True, slots=True)
class UnknownColumn:
    """A column whose figures cannot be taken: what to say of each of its cells, and what it may have been."""

    column: int
    message_en: str
    message_vi: str
    closest: ColumnLayout | None = None


def unknown_heading(column: int, texts: Sequence[str], closest: ColumnLayout | None) -> UnknownColumn:
    """A column whose heading is nobody's, with the heading it may mean and the header map's line for it."""
    heading = " – ".join(" ".join(text.split()) for text in texts)
    propose_en, propose_vi = "; use the template's headings", " Đề nghị dùng tiêu đề của mẫu."
    if closest:
        # in YAML a text in JSON's double quotes means the same
        line = f"{json.dumps(' '.join(' '.join(texts).split()), ensure_ascii=False)}: {closest.key}"
        like = closest.full_heading_vi
        propose_en = f"; did you mean «{like}»? To accept it, add to the source's header_map: {line}"
        propose_vi = f" Có phải là «{like}»? Để chấp nhận cách ghi này, thêm vào header_map của nguồn: {line}"
    if not heading:
        return UnknownColumn(
            column, f"the column has no heading{propose_en}", f"cột không có tiêu đề.{propose_vi}", closest
        )
    return UnknownColumn(
        column,
        f"heading «{heading}» is not in the catalogue{propose_en}",
        f"tiêu đề «{heading}» không có trong danh mục chỉ tiêu.{propose_vi}",
        closest,
    )


def repeated_heading(column: int, texts: Sequence[str]) -> UnknownColumn:
    """A column whose heading another one to its left already has."""
    heading = " – ".join(" ".join(text.split()) for text in texts)
    return UnknownColumn(
        column,
        f"a column to the left already has the heading «{heading}»; keep one of them",
        f"tiêu đề «{heading}» đã có ở một cột bên trái. Đề nghị chỉ giữ một cột.",
    )


def _short_spellings(column: ColumnLayout, catalogue: Catalogue) -> Iterator[str]:
    yield column.heading_vi
    if column.role == "value":
        yield catalogue.indicators[column.indicator_code].name_vi


def _key(*texts: str) -> str:
    """Folded, without footnote marks such as «(1)», the two spellings of «tỷ lệ» made one."""
    joined = key_of(" ".join(texts)).replace("tỉ lệ", "tỷ lệ")
    return re.sub(r" ?\(\d\)", "", joined).replace("( ", "(").strip(" :*")

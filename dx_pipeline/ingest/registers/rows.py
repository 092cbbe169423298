"""The rows of a register's table told apart: things, sections, totals, repeated headings, what stands below.

A thing is a row that has its key or a number, and says something. What its cells mean is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from dx_pipeline.catalogue.source_models import RegisterTable
from dx_pipeline.catalogue.text import fold
from dx_pipeline.ingest.tables import labels
from dx_pipeline.ingest.tables.column_numbers import is_number_row
from dx_pipeline.ingest.tables.finding import Table, heading_rows_from
from dx_pipeline.ingest.tables.headings import cell_text

_MANY = 4  # a row of signatures has fewer cells
_PLAIN_FIELDS = ("row_number", "note")
_WHOLE = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:\.\d{3})+|\d+)(?![\d,])")
_FIELD_OF_WORK = fold("Lĩnh vực")


@dataclass(frozen=True, slots=True)
class Section:
    """A row of words over the rows below it.

    Attributes:
        row: Its row on the sheet.
        words: What it says.
        style: ``roman``, ``letter`` or ``words``.
    """

    row: int
    words: str
    style: str


@dataclass(frozen=True, slots=True)
class Thing:
    """A row that is a thing of the register.

    Attributes:
        table: Its table.
        row: Its row on the sheet.
        cells: Field -> cell, of the table's known columns.
        sections: The sections above it, the outer one first.
    """

    table: Table
    row: int
    cells: dict[str, object]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Total:
    """A row that says how many there are: its numbers, and how many things stand above it."""

    row: int
    column: int
    numbers: tuple[int, ...]
    things_above: int
    things_in_section: int


@dataclass(slots=True)
class TableRows:
    """What the rows of one table are.

    Attributes:
        things: Rows that are things of the register.
        totals: Rows that say how many there are.
        strays: Row and column of what may be a thing, below the end of the table or where a section begins.
    """

    things: list[Thing] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    strays: list[tuple[int, int]] = field(default_factory=list)

    @property
    def last_row(self) -> int | None:
        """The row of the last thing, if there is one."""
        return self.things[-1].row if self.things else None


def read_rows(table: Table, register: RegisterTable) -> TableRows:
    """Tells the rows below a heading apart."""
    return _RowReader(table, register).read()


class _RowReader:
    def __init__(self, table: Table, register: RegisterTable) -> None:
        self.table = table
        self.key = [name for name in register.key if name in table.columns]
        self.found = TableRows()
        self.open: list[Section] = []
        self.in_section = 0
        self.has_ended = False

    def read(self) -> TableRows:
        row, is_below_heading = self.table.first_row, True
        while row < self.table.end_row:
            cells = self.table.sheet.rows[row]
            if repeated := heading_rows_from(self.table, row):
                row, is_below_heading, self.has_ended = row + repeated, True, False
                continue
            texts = [cell_text(cell) for cell in cells if cell_text(cell)]
            if texts and not is_number_row(cells, is_below_heading=is_below_heading):
                is_below_heading = False
                self._take(row, cells, texts)
            row += 1
        return self.found

    def _take(self, row: int, cells: Sequence[object], texts: Sequence[str]) -> None:
        filled = {
            name: cells[column] for name, column in self.table.columns.items() if cell_text(cells[column])
        }
        said = [name for name in filled if name not in _PLAIN_FIELDS]
        is_numbered = cell_text(filled.get("row_number")).rstrip(" .)").replace(".", "").isdigit()
        has_key = bool(self.key) and all(name in filled for name in self.key)
        has_numbers = "row_number" in self.table.columns
        if labels.is_total(texts[0]) and not is_numbered:
            self._add_total(row, cells, texts)
        elif not is_numbered and labels.ends_table(texts if has_numbers else texts[:1]):
            self._end(row, said)
        elif self.has_ended and not (has_key and len(said) > 1 and (is_numbered or not has_numbers)):
            self._take_below_end(row, filled, said, texts, is_numbered=is_numbered)
        elif self._is_thing(filled, said, is_numbered=is_numbered, has_key=has_key):
            self._add_thing(row, filled)
        elif len(set(texts)) == 1 or self._mark(filled, texts).style != "words":
            self._open_section(row, filled, texts)
            if len(said) > 1 and len(set(texts)) > 1:
                self.found.strays.append((row, self.table.columns[said[0]]))
        elif len(said) > 1:
            self._add_thing(row, filled)
        else:
            self._open_section(row, filled, texts)

    def _end(self, row: int, said: Sequence[str]) -> None:
        self.has_ended = True
        self.open = []
        if len(said) >= _MANY:
            self.found.strays.append((row, self.table.columns[said[0]]))

    def _take_below_end(
        self,
        row: int,
        filled: dict[str, object],
        said: Sequence[str],
        texts: Sequence[str],
        *,
        is_numbered: bool,
    ) -> None:
        """Signatures and notes; the title of what comes next; perhaps a thing."""
        if len(set(texts)) == 1:
            self._open_section(row, filled, texts)
        elif len(said) > 1 and (is_numbered or len(said) >= _MANY):
            self.found.strays.append((row, self.table.columns[said[0]]))

    def _is_thing(
        self, filled: dict[str, object], said: Sequence[str], *, is_numbered: bool, has_key: bool
    ) -> bool:
        if is_numbered and len(said) == 1 and not has_key:
            return not fold(cell_text(filled[said[0]])).startswith(_FIELD_OF_WORK)
        if len(said) > 1 and (is_numbered or has_key):
            return True
        has_numbers = "row_number" in self.table.columns
        names_itself = "name" in self.key or "name" not in self.table.columns
        is_single = len(said) == 1 and has_key and names_itself and not has_numbers
        return (is_numbered and bool(said)) or (
            is_single and labels.section_mark("", cell_text(filled[said[0]]), has_figures=False) is None
        )

    def _add_thing(self, row: int, filled: dict[str, object]) -> None:
        self.has_ended = False
        self.in_section += 1
        self.found.things.append(Thing(self.table, row, filled, tuple(self.open)))

    def _mark(self, filled: dict[str, object], texts: Sequence[str]) -> labels.SectionMark:
        words = texts[-1] if "row_number" in filled else texts[0]
        mark = labels.section_mark(filled.get("row_number", ""), words, has_figures=False)
        return mark or labels.SectionMark("words", words)

    def _open_section(self, row: int, filled: dict[str, object], texts: Sequence[str]) -> None:
        mark = self._mark(filled, texts)
        styles = [section.style for section in self.open]
        is_next_line = mark.style == "words" and self.in_section == 0  # a title over several rows
        if mark.style in styles and not is_next_line:
            del self.open[styles.index(mark.style) :]
        self.open.append(Section(row, mark.words, mark.style))
        self.in_section = 0

    def _add_total(self, row: int, cells: Sequence[object], texts: Sequence[str]) -> None:
        numbers = tuple(_whole_numbers(cells))
        if numbers:
            column = next(column for column, cell in enumerate(cells) if cell_text(cell) == texts[0])
            self.found.totals.append(Total(row, column, numbers, len(self.found.things), self.in_section))


def _whole_numbers(cells: Sequence[object]) -> Iterator[int]:
    for cell in cells:
        if isinstance(cell, str):
            yield from (int(match[0].replace(".", "")) for match in _WHOLE.finditer(cell))
        elif isinstance(cell, int | float) and not isinstance(cell, bool) and float(cell).is_integer():
            yield int(cell)

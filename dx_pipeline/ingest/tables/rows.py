"""What each row below a heading is: a row that counts, a section, a total, a page's heading, a note.

Totals and subtotals are kept apart as checks and never counted. Figures below the end of a table, and figures
in rows that have no name, are kept apart too, so that somebody reports them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dx_pipeline.ingest.formats.sheet import Percentage
from dx_pipeline.ingest.tables import labels
from dx_pipeline.ingest.tables.column_numbers import is_number_row
from dx_pipeline.ingest.tables.finding import Table, heading_rows_from, looks_like_figure
from dx_pipeline.ingest.tables.headings import cell_text

_MAY_BE_SPECIAL = frozenset("TtCcLl-+–•*")  # first signs of totals and of parts of the row above


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table by what they hold.

    Attributes:
        number: The column of row numbers, if there is one.
        names: The columns that name a row, the name first.
        figures: The columns that hold figures.
        is_areas: Every row is an area, so a name without figures is a row and no section.
        section_words: Words of a section's row -> scope.
    """

    number: int | None
    names: tuple[int, ...]
    figures: tuple[int, ...]
    is_areas: bool
    section_words: Mapping[str, str]


@dataclass(slots=True)
class Section:
    """A section's row and the rows it holds."""

    row: int
    mark: labels.SectionMark
    scope: str | None
    has_figures: bool
    rows: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Subtotal:
    """A row that is the sum of others."""

    row: int
    parts: tuple[int, ...]


@dataclass(slots=True)
class Body:
    """The rows of a table told apart, each by its row on the sheet.

    Attributes:
        data: Rows that count.
        sections: Sections that hold rows, from top to bottom.
        totals: Totals' rows.
        subtotals: Section rows with figures and rows with parts of their own (1 before 1.1, 1.2).
        empty: Rows with a name and no figure.
        number_rows: Rows of column numbers and formulas.
        nameless: Rows with figures and no name.
        of_which: Rows that say again what the row above has counted.
        stray: Rows with figures below the end of the table.
    """

    data: list[int] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    subtotals: list[Subtotal] = field(default_factory=list)
    empty: list[int] = field(default_factory=list)
    number_rows: list[int] = field(default_factory=list)
    nameless: list[int] = field(default_factory=list)
    of_which: list[int] = field(default_factory=list)
    stray: list[int] = field(default_factory=list)


def read_body(table: Table, layout: Layout) -> Body:
    """Tells the rows of a table apart."""
    return _BodyReader(table, layout).read()


def label_of(cells: Sequence[object], layout: Layout) -> str:
    """The words that name a row: its name, else what stands in its number column or first.

    A section's words may be merged over the columns from the one beside its number on: «IV | Cấp xã …».
    """
    for column in layout.names:
        if isinstance(cells[column], str) and cells[column]:
            return cell_text(cells[column])
    number = cells[layout.number] if layout.number is not None else ""
    if isinstance(number, str) and number and not labels.is_bare_mark(number):
        return cell_text(number)
    for column, cell in enumerate(cells):
        if isinstance(cell, str) and cell.strip() and column not in (*layout.figures, layout.number):
            return cell_text(cell)
    return cell_text(number) if isinstance(number, str) else ""


class _BodyReader:
    def __init__(self, table: Table, layout: Layout) -> None:
        self.table = table
        self.layout = layout
        self.body = Body()
        self.open: list[Section] = []
        self.has_ended = False
        self.is_below_heading = True

    def read(self) -> Body:
        rows, row = self.table.sheet.rows, self.table.first_row
        while row < self.table.end_row:
            cells = rows[row]
            if not self.has_ended and self._is_plain(cells):
                self._count(row)
                row += 1
            elif repeated := heading_rows_from(self.table, row):
                self.has_ended, self.is_below_heading = False, True
                row += repeated
            else:
                self._special(row, cells)
                row += 1
        self._settle()
        return self.body

    def _is_plain(self, cells: Sequence[object]) -> bool:
        """The quick answer for nearly every row of a long table: a name, a number, figures."""
        if self.is_below_heading or not self.layout.names:
            return False
        if self.layout.number is None and not self.layout.is_areas:
            return False  # without numbers a section is told by its words
        name = cells[self.layout.names[0]]
        if type(name) is not str or not name or name[0] in _MAY_BE_SPECIAL:
            return False
        number = self.layout.number
        if number is not None and type(cells[number]) not in (float, int):
            return False
        return any(type(cells[column]) is float for column in self.layout.figures)

    def _count(self, row: int) -> None:
        self.body.data.append(row)
        for section in self.open:
            section.rows.append(row)

    def _special(self, row: int, cells: Sequence[object]) -> None:
        texts = [cell_text(cell) for cell in cells if cell_text(cell)]
        if not texts:
            return
        if is_number_row(cells, is_below_heading=self.is_below_heading):
            self.body.number_rows.append(row)
            return
        self.is_below_heading = False
        filled = [cells[column] for column in self.layout.figures if _is_filled(cells[column])]
        label = label_of(cells, self.layout)
        if self.has_ended:
            if any(looks_like_figure(cell) for cell in filled):
                self.body.stray.append(row)
        elif labels.is_total(label):
            if filled:
                self.body.totals.append(row)
        elif filled and (self._has_number(cells) or any(map(_may_be_figure, filled))):
            self._row_with_figures(row, cells, label)
        elif labels.ends_table(texts):
            self.has_ended = True
        else:
            self._row_of_words(row, cells, label)

    def _has_number(self, cells: Sequence[object]) -> bool:
        number = self.layout.number
        return number is not None and cell_text(cells[number]).rstrip(" .").isdigit()

    def _row_with_figures(self, row: int, cells: Sequence[object], label: str) -> None:
        number = cells[self.layout.number] if self.layout.number is not None else ""
        mark = labels.section_mark(number, label, has_figures=True)
        if mark is not None:
            self._open_section(row, mark, has_figures=True)
        elif not label or label == cell_text(number):
            self.body.nameless.append(row)
        elif labels.is_part_of_row_above(label) or self._is_item_below(number, label):
            self.body.of_which.append(row)
        else:
            self._count(row)

    def _is_item_below(self, number: object, label: str) -> bool:
        """A bullet without a number, where rows have numbers."""
        return labels.is_bullet(label) and not cell_text(number) and bool(self.body.data) and self._numbered()

    def _numbered(self) -> bool:
        number = self.layout.number
        return number is not None and bool(cell_text(self.table.sheet.rows[self.body.data[0]][number]))

    def _row_of_words(self, row: int, cells: Sequence[object], label: str) -> None:
        number = cells[self.layout.number] if self.layout.number is not None else ""
        mark = labels.section_mark(number, label, has_figures=False)
        if mark is None and labels.scope_of(label, self.layout.section_words) is not None:
            mark = labels.SectionMark("words", label)
        if mark is not None:
            self._open_section(row, mark, has_figures=False)
        elif self._has_number(cells) or (self.layout.is_areas and self._is_named(cells)):
            self.body.empty.append(row)
        else:
            self._open_section(row, labels.SectionMark("words", label), has_figures=False)

    def _is_named(self, cells: Sequence[object]) -> bool:
        return bool(self.layout.names) and bool(cell_text(cells[self.layout.names[0]]))

    def _open_section(self, row: int, mark: labels.SectionMark, *, has_figures: bool) -> None:
        styles = [section.mark.style for section in self.open]
        if mark.style in styles:
            del self.open[styles.index(mark.style) :]
        section = Section(row, mark, labels.scope_of(mark.words, self.layout.section_words), has_figures)
        self.open.append(section)
        self.body.sections.append(section)

    def _settle(self) -> None:
        """Sections without rows are rows themselves where they have figures; the others become subtotals."""
        for section in self.body.sections:
            if section.has_figures and section.rows:
                self.body.subtotals.append(Subtotal(section.row, tuple(section.rows)))
            elif section.has_figures:
                self._insert(section)
        self.body.sections = [section for section in self.body.sections if section.rows]
        if self.layout.number is not None and not self.layout.is_areas:
            self._take_out_parents()

    def _insert(self, alone: Section) -> None:
        self.body.data = sorted([*self.body.data, alone.row])
        alone.rows.append(alone.row)

    def _take_out_parents(self) -> None:
        """Rows 1.1 and 1.2 are the parts of row 1, which is therefore a check of them."""
        parts: dict[int, list[int]] = {}
        last: dict[str, int] = {}
        for row in self.body.data:
            number = self.table.sheet.rows[row][self.layout.number or 0]
            dotted = labels.dotted_number(number)
            parent = last.get(dotted.rpartition(".")[0]) if dotted else None
            if parent is not None:
                parts.setdefault(parent, []).append(row)
            last[dotted or cell_text(number).rstrip(" .)")] = row
        for parent, children in parts.items():
            self.body.subtotals.append(Subtotal(parent, tuple(children)))
        if parts:
            self.body.data = [row for row in self.body.data if row not in parts]
            for section in self.body.sections:
                section.rows = [row for row in section.rows if row not in parts]


def _is_filled(cell: object) -> bool:
    if isinstance(cell, str):
        return bool(cell.strip().strip("-–—"))
    return cell is not None


def _may_be_figure(cell: object) -> bool:
    """A number, or a text with a digit or the words for nothing; a signature and its date are neither."""
    if isinstance(cell, Percentage):
        return True
    if isinstance(cell, str):
        if labels.is_place_and_date(cell):
            return False
        return any(sign.isdigit() for sign in cell) or cell.strip().casefold() in ("kps", "không phát sinh")
    return not isinstance(cell, bool)

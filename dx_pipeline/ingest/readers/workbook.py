"""The province's monthly workbook: a row per scope and a figure per column become observations.

Every filled cell becomes part of an observation or is reported with its place; none is dropped. Whether
a figure can be true is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold
from dx_pipeline.catalogue.workbook_layout import ColumnLayout, SheetLayout, workbook_layout
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Claim, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.workbook_cover import Cover, cell_locator, read_cover
from dx_pipeline.ingest.readers.workbook_faults import faulty_cells
from dx_pipeline.ingest.readers.workbook_headings import (
    HeadingIndex,
    Table,
    find_table,
    is_number_row,
)
from dx_pipeline.ingest.readers.workbook_rows import Field, RowMelter, cell_text
from dx_pipeline.ingest.readers.workbook_sheets import Sheet, open_workbook, read_sheet, sheet_names

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

_MAX_UNREAD_CELLS = 2_000
_COVER_SHEET = fold("Thông tin")


def read_claim(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> Claim:
    """Period, province and sample label of the first sheet.

    Raises:
        UnreadableFileError: It is no workbook, or its first sheet gives no readable period or status.
    """
    del source
    with open_workbook(path, file_name) as workbook:
        return _cover(workbook, file_name, catalogue).claim


def read(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> ReadResult:
    """Every figure of the workbook, and every filled cell that could not become one.

    Args:
        path: Where the bytes are; the guard has let them through.
        file_name: The name they came under.
        source: Its ``header_map``, method version and period basis.
        catalogue: The loaded catalogue.

    Raises:
        UnreadableFileError: As ``read_claim``.
    """
    layouts = {fold(layout.sheet_name): layout for layout in workbook_layout(catalogue, source.code)}
    with open_workbook(path, file_name) as workbook:
        cover = _cover(workbook, file_name, catalogue)
        cover_sheet = _cover_sheet(workbook)
        faults = faulty_cells(path)
        result = ReadResult(cover.claim)
        for name in sheet_names(workbook):
            if name == cover_sheet:
                continue
            sheet = read_sheet(workbook, name, faults.get(name, {}))
            _SheetReader(sheet, layouts.get(fold(name)), source, catalogue, cover, result).read()
            _check_is_a_report(result, file_name)
    _reject_all_of_unknown_area(result, cover)
    return result


def _check_is_a_report(result: ReadResult, file_name: str) -> None:
    if len(result.unread_cells) > _MAX_UNREAD_CELLS:
        first = result.unread_cells[0]
        raise UnreadableFileError(
            f"{file_name} has more than {_MAX_UNREAD_CELLS:,} cells that cannot be read, so it is not the template; "
            f"the first: {first.message_en}",
            f"Tệp {file_name} có hơn {_MAX_UNREAD_CELLS} ô không đọc được nên không phải mẫu báo cáo; ô đầu tiên: "
            f"{first.message_vi}",
        )


def _cover_sheet(workbook: CalamineWorkbook) -> str:
    names = sheet_names(workbook)
    return next((name for name in names if fold(name) == _COVER_SHEET), names[0])


def _cover(workbook: CalamineWorkbook, file_name: str, catalogue: Catalogue) -> Cover:
    if not sheet_names(workbook):
        raise UnreadableFileError(
            f"{file_name} has no sheet with cells",
            f"Tệp {file_name} không có trang tính nào. Đề nghị gửi lại.",
        )
    name = _cover_sheet(workbook)
    rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return read_cover(name, rows, file_name=file_name, catalogue=catalogue)


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads one sheet into the result."""

    sheet: Sheet
    layout: SheetLayout | None
    source: Source
    catalogue: Catalogue
    cover: Cover
    result: ReadResult

    def read(self) -> None:
        table = find_table(self.sheet.rows, self.sheet.merges)
        if self.layout is None or table is None:
            self._report_unread_sheet(has_layout=self.layout is not None, has_table=table is not None)
            return
        index = HeadingIndex(self.layout, self.source, self.catalogue)
        fields, unknown = self._match_columns(table, index)
        melter = RowMelter(self.sheet.name, fields, self.source, self.cover, self.result)
        scopes = {fold(self.catalogue.scopes[code].name_vi): code for code in self.layout.scopes}
        for row, cells in self._data_rows(table):
            has_scope = bool(cell_text(cells[table.scope_column]))
            for column, message_en, message_vi in unknown:
                if _is_filled(cells[column], has_scope=has_scope):
                    unread = self._unread("known_indicator", row, column, message_en, message_vi)
                    self.result.unread_cells.append(unread)
            scope = scopes.get(fold(str(cells[table.scope_column])))
            note = cell_text(cells[table.note_column]) if table.note_column is not None else ""
            if scope is None:
                self._report_unknown_scope(row, cells, fields, table)
            else:
                melter.melt(row, cells, scope, note)

    def _data_rows(self, table: Table) -> Iterator[tuple[int, list[object]]]:
        for row in range(table.first_row, len(self.sheet.rows)):
            cells = self.sheet.rows[row]
            if row > table.first_row or not is_number_row(cells):
                yield row, cells

    def _match_columns(
        self, table: Table, index: HeadingIndex
    ) -> tuple[list[Field], list[tuple[int, str, str]]]:
        """The columns that hold figures, and the unknown ones with what to say of each of their cells."""
        fields: dict[ColumnLayout, Field] = {}
        unknown = []
        for column, texts in table.headings.items():
            heading = " – ".join(" ".join(text.split()) for text in texts)
            layout = index.match(texts)
            if layout is None:
                unknown.append((column, *_unknown_heading(heading, index.closest(texts))))
            elif layout in fields:
                unknown.append((column, *_repeated_heading(heading)))
            else:
                fields[layout] = Field(column, layout, self.catalogue.indicators[layout.indicator_code])
        headed = set(table.headings) | {table.scope_column, table.note_column}
        for column in range(table.scope_column + 1, len(self.sheet.rows[0])):
            if column not in headed:
                unknown.append((column, *_unknown_heading("", None)))
        return list(fields.values()), unknown

    def _report_unknown_scope(self, row: int, cells: list[object], fields: list[Field], table: Table) -> None:
        written = cell_text(cells[table.scope_column])
        known = self.layout.scopes if self.layout else ()
        labels = ", ".join(f"«{self.catalogue.scopes[code].name_vi}»" for code in known)
        at = cell_locator(self.sheet.name, row, table.scope_column)
        for item in fields:
            if _is_filled(cells[item.column], has_scope=bool(written)):
                unread = self._unread(
                    "known_scope",
                    row,
                    item.column,
                    f"{at}: {written!r} is not a scope of the template; write one of {labels}",
                    f"Ô {at}: «{written}» không phải là phạm vi của mẫu. Đề nghị ghi một trong: {labels}.",
                    indicator_code=item.layout.indicator_code,
                    scope=written,
                )
                self.result.unread_cells.append(unread)

    def _report_unread_sheet(self, *, has_layout: bool, has_table: bool) -> None:
        """Reports a sheet that holds figures but cannot be understood; empty sheets are nobody's business."""
        first = next(
            (
                (row, column)
                for row, cells in enumerate(self.sheet.rows)
                for column, cell in enumerate(cells)
                if isinstance(cell, float | int) or (has_table and cell_text(cell))
            ),
            None,
        )
        if first is None:
            return
        if has_layout:
            en, vi = "has no heading «Phạm vi»", "không có tiêu đề «Phạm vi»"
        else:
            en, vi = "is not a sheet of the template", "không phải là trang của mẫu báo cáo"
        unread = self._unread(
            "known_indicator",
            *first,
            f"sheet {self.sheet.name!r} {en}, so nothing on it was read; copy the figures into the template",
            f"Trang «{self.sheet.name}» {vi} nên không đọc được. Đề nghị chép số liệu vào đúng mẫu.",
            indicator_code=self.sheet.name,
        )
        self.result.unread_cells.append(unread)

    def _unread(  # noqa: PLR0913 - one argument per column of the table it fills
        self,
        rule: str,
        row: int,
        column: int,
        message_en: str,
        message_vi: str,
        *,
        indicator_code: str | None = None,
        scope: str | None = None,
    ) -> UnreadCell:
        at = cell_locator(self.sheet.name, row, column)
        return UnreadCell(
            rule=rule,
            locator=at,
            raw_text=cell_text(self.sheet.rows[row][column]),
            message_en=f"{at}: {message_en}",
            message_vi=f"Ô {at}: {message_vi}",
            period_start=self.cover.claim.period_start,
            indicator_code=indicator_code,
            area_code=self.cover.area,
            scope=scope,
            is_sample=self.cover.claim.is_sample,
        )


def _is_filled(cell: object, *, has_scope: bool) -> bool:
    """Whether a cell may hold a figure; in a row without a scope, words are notes and signatures."""
    text = cell_text(cell)
    return bool(text) and (has_scope or not any(character.isalpha() for character in text))


def _unknown_heading(heading: str, closest: str | None) -> tuple[str, str]:
    propose_en = f"; did you mean «{closest}»?" if closest else "; use the template's headings"
    propose_vi = f" Có phải là «{closest}»?" if closest else " Đề nghị dùng tiêu đề của mẫu."
    if not heading:
        return f"the column has no heading{propose_en}", f"cột không có tiêu đề.{propose_vi}"
    return (
        f"heading «{heading}» is not in the catalogue{propose_en}",
        f"tiêu đề «{heading}» không có trong danh mục chỉ tiêu.{propose_vi}",
    )


def _repeated_heading(heading: str) -> tuple[str, str]:
    return (
        f"a column to the left already has the heading «{heading}»; keep one of them",
        f"tiêu đề «{heading}» đã có ở một cột bên trái. Đề nghị chỉ giữ một cột.",
    )


def _reject_all_of_unknown_area(result: ReadResult, cover: Cover) -> None:
    """Turns every figure into an unread cell where the workbook's province is not known."""
    problem = cover.area_problem
    if problem is None:
        return
    for item in result.observations:
        result.unread_cells.append(
            UnreadCell(
                rule="known_area",
                locator=item.locator,
                raw_text=item.raw_text,
                message_en=f"{item.locator}: {problem.message_en}",
                message_vi=f"Ô {item.locator}: {problem.message_vi}",
                period_start=item.period_start,
                indicator_code=item.indicator_code,
                area_code=problem.area_name,
                scope=item.scope,
                is_sample=item.is_sample,
            )
        )
    result.observations.clear()

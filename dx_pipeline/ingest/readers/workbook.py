"""The province's monthly submission: a row per scope and a figure per column become observations.

Every filled cell becomes part of an observation or is reported with its place; none is dropped. Whether
a figure can be true is not asked here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats import read_sheets
from dx_pipeline.ingest.formats.legacy_fonts import repair_sheets
from dx_pipeline.ingest.formats.sheet import Percentage
from dx_pipeline.ingest.numbers import words_of_unit
from dx_pipeline.ingest.observation import NO_HINTS, Claim, Hints, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.workbook_cover import Problem, contradiction
from dx_pipeline.ingest.readers.workbook_form import Submission, ThemeSheet, open_submission, read_cover
from dx_pipeline.ingest.readers.workbook_headings import (
    HeadingIndex,
    Table,
    UnknownColumn,
    is_number_row,
    repeated_heading,
    unknown_heading,
)
from dx_pipeline.ingest.readers.workbook_rows import Field, RowMelter
from dx_pipeline.ingest.readers.workbook_words import cell_text, cell_vi, key_of

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

_MAX_UNREAD_CELLS = 2_000


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """Period, province and sample label; the theme too where the file is one sheet saved alone.

    Raises:
        UnreadableFileError: It cannot be opened, is no part of the template, or gives no readable period or
            status.
    """
    sheets = repair_sheets(read_sheets(path, file_name), file_name)
    return read_cover(sheets, file_name=file_name, source=source, catalogue=catalogue, hints=hints).claim


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """Every figure of the submission, and every filled cell that could not become one.

    Args:
        path: Where the bytes are; the guard has let them through.
        file_name: The name they came under.
        source: Its ``header_map``, method version and period basis.
        catalogue: The loaded catalogue.
        hints: Period and province where the file itself is silent.

    Raises:
        UnreadableFileError: As ``read_claim``.
    """
    sheets = repair_sheets(read_sheets(path, file_name), file_name)
    submission = open_submission(sheets, file_name=file_name, source=source, catalogue=catalogue, hints=hints)
    cover = submission.cover
    result = ReadResult(cover.claim)
    for theme in submission.themes:
        part = ReadResult(cover.claim)
        _SheetReader(theme, submission, source, catalogue, part).read()
        if problem := contradiction(theme.said, cover, catalogue) or cover.area_problem:
            _reject_all(part, problem)
        result.observations += part.observations
        result.unread_cells += part.unread_cells
        _check_is_a_report(result, file_name)
    result.unread_cells += submission.missing_sheets()
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


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads one sheet into the result."""

    theme: ThemeSheet
    submission: Submission
    source: Source
    catalogue: Catalogue
    result: ReadResult

    def read(self) -> None:
        table, layout = self.theme.table, self.theme.layout
        if layout is None or table is None:
            self._report_unread_sheet(has_layout=layout is not None)
            return
        fields, unknown = self._match_columns(table)
        melter = RowMelter(self.theme.sheet, fields, self.source, self.submission.cover, self.result)
        scopes = {key_of(self.catalogue.scopes[code].name_vi): code for code in layout.scopes}
        for row, cells in self._data_rows(table):
            self._report_unknown_columns(row, unknown, table)
            scope = scopes.get(key_of(str(cells[table.scope_column])))
            note = cell_text(cells[table.note_column]) if table.note_column is not None else ""
            if scope is None:
                self._report_unknown_scope(row, fields, table)
            else:
                melter.melt(row, cells, scope, note)
        self._report_missing_headings(fields, unknown)

    def _data_rows(self, table: Table) -> Iterator[tuple[int, list[object]]]:
        rows = self.theme.sheet.rows
        for row in range(table.first_row, len(rows)):
            if row > table.first_row or not is_number_row(rows[row]):
                yield row, rows[row]

    def _match_columns(self, table: Table) -> tuple[list[Field], list[UnknownColumn]]:
        """The columns that hold figures, and the unknown ones."""
        index = HeadingIndex(self.submission.layout_of(self.theme), self.source, self.catalogue)
        fields: dict[str, Field] = {}
        unknown = []
        for column, texts in table.headings.items():
            layout = index.match(texts)
            if layout is None:
                unknown.append(unknown_heading(column, texts, index.closest(texts)))
            elif layout.key in fields:
                unknown.append(repeated_heading(column, texts))
            else:
                indicator = self.catalogue.indicators[layout.indicator_code]
                words = words_of_unit(self.catalogue.units[indicator.unit].name_vi)
                fields[layout.key] = Field(column, layout, indicator, words)
        headed = set(table.headings) | {table.scope_column, table.note_column}
        for column in range(table.scope_column + 1, len(self.theme.sheet.rows[0])):
            if column not in headed:
                unknown.append(unknown_heading(column, (), None))
        return list(fields.values()), unknown

    def _report_unknown_columns(self, row: int, unknown: Sequence[UnknownColumn], table: Table) -> None:
        cells = self.theme.sheet.rows[row]
        has_scope = bool(cell_text(cells[table.scope_column]))
        for item in unknown:
            if _is_filled(cells[item.column], has_scope=has_scope):
                self._report("known_indicator", row, item.column, item.message_en, item.message_vi)

    def _report_unknown_scope(self, row: int, fields: Sequence[Field], table: Table) -> None:
        cells = self.theme.sheet.rows[row]
        written = cell_text(cells[table.scope_column])
        known = self.theme.layout.scopes if self.theme.layout else ()
        labels = ", ".join(f"«{self.catalogue.scopes[code].name_vi}»" for code in known)
        at = self.theme.sheet.locator(row, table.scope_column)
        for item in fields:
            if _is_filled(cells[item.column], has_scope=bool(written)):
                self._report(
                    "known_scope",
                    row,
                    item.column,
                    f"{at}: {written!r} is not a scope of the template; write one of {labels}",
                    f"{cell_vi(at)}: «{written}» không phải là phạm vi của mẫu. Đề nghị ghi một trong: {labels}.",
                    indicator_code=item.layout.indicator_code,
                    scope=written,
                )

    def _report_missing_headings(self, fields: Sequence[Field], unknown: Sequence[UnknownColumn]) -> None:
        """Reports what the sheet does not ask for, unless it is empty or its figures were already reported."""
        if not (self.result.observations or self.result.unread_cells):
            return
        reported = {item.message_en for item in self.result.unread_cells}
        known = {item.layout.key for item in fields}
        for item in unknown:
            if item.closest and any(text.endswith(item.message_en) for text in reported):
                known.add(item.closest.key)
        self.result.unread_cells += self.submission.missing_headings(self.theme, known)

    def _report_unread_sheet(self, *, has_layout: bool) -> None:
        """Reports a sheet that holds figures but cannot be understood; empty sheets are nobody's business."""
        has_table = self.theme.table is not None
        sheet = self.theme.sheet
        first = next(
            (
                (row, column)
                for row, cells in enumerate(sheet.rows)
                for column, cell in enumerate(cells)
                if isinstance(cell, float | int | Percentage) or (has_table and cell_text(cell))
            ),
            None,
        )
        if first is None:
            return
        if has_layout:
            en, vi = "has no heading «Phạm vi»", "không có tiêu đề «Phạm vi»"
        else:
            en, vi = "is not a sheet of the template", "không phải là trang của mẫu báo cáo"
        self._report(
            "known_indicator",
            *first,
            f"sheet {sheet.name!r} {en}, so nothing on it was read; copy the figures into the template",
            f"Trang «{sheet.name}» {vi} nên không đọc được. Đề nghị chép số liệu vào đúng mẫu.",
            indicator_code=sheet.name,
        )

    def _report(  # noqa: PLR0913 - one argument per column of the table it fills
        self,
        rule: str,
        row: int,
        column: int,
        message_en: str,
        message_vi: str,
        *,
        indicator_code: str | None = None,
        scope: str | None = None,
    ) -> None:
        at = self.theme.sheet.locator(row, column)
        cover = self.submission.cover
        self.result.unread_cells.append(
            UnreadCell(
                rule=rule,
                locator=at,
                raw_text=cell_text(self.theme.sheet.rows[row][column]),
                message_en=f"{at}: {message_en}",
                message_vi=f"{cell_vi(at)}: {message_vi}",
                period_start=cover.claim.period_start,
                indicator_code=indicator_code,
                area_code=cover.area,
                scope=scope,
                is_sample=cover.claim.is_sample,
            )
        )


def _is_filled(cell: object, *, has_scope: bool) -> bool:
    """Whether a cell may hold a figure, or a program's error; elsewhere than beside a scope, words are notes."""
    text = cell_text(cell)
    is_error = text.startswith("#")
    return bool(text) and (has_scope or is_error or not any(character.isalpha() for character in text))


def _reject_all(result: ReadResult, problem: Problem) -> None:
    """Turns every figure into an unread cell: the same problem stands against each of them."""
    for item in result.observations:
        result.unread_cells.append(
            UnreadCell(
                rule=problem.rule,
                locator=item.locator,
                raw_text=item.raw_text,
                message_en=f"{item.locator}: {problem.message_en}",
                message_vi=f"{cell_vi(item.locator)}: {problem.message_vi}",
                period_start=item.period_start,
                indicator_code=item.indicator_code,
                area_code=problem.area_name,
                scope=item.scope,
                is_sample=item.is_sample,
            )
        )
    result.observations.clear()

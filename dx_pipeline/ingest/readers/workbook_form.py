"""The parts of a submission: which sheet is the cover, which theme each other sheet is, what is missing.

A workbook has a cover and a sheet per theme; a sheet saved alone, as CSV or as a workbook of its own, is one
part. Its figures are read in ``workbook``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.workbook_layout import COVER_SHEET, SheetLayout, workbook_layout
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Hints, UnreadCell
from dx_pipeline.ingest.readers.workbook_cover import Cover, understand
from dx_pipeline.ingest.readers.workbook_headings import HeadingIndex, Table, find_table
from dx_pipeline.ingest.readers.workbook_identity import (
    HEAD_ROWS,
    Statement,
    find_blanks,
    find_identity,
    find_place_and_period,
)
from dx_pipeline.ingest.readers.workbook_words import cell_vi, key_of

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.formats.sheet import Sheet

_COVER_KEY = key_of(COVER_SHEET)


@dataclass(frozen=True, slots=True)
class ThemeSheet:
    """One sheet that may hold figures.

    Attributes:
        sheet: Its cells.
        table: Where its table is; None where it has none.
        layout: The theme it is; None where that is not known.
        said: What it says of itself.
    """

    sheet: Sheet
    table: Table | None
    layout: SheetLayout | None
    said: Statement


@dataclass(frozen=True, slots=True)
class Submission:
    """A workbook, or one sheet of it."""

    cover: Cover
    themes: Sequence[ThemeSheet]
    asked: Sequence[SheetLayout]

    def layout_of(self, theme: ThemeSheet) -> SheetLayout:
        """The columns that a theme's sheet may have: those of the month first, then those of any month."""
        if theme.layout is None:
            raise ValueError(f"{theme.sheet.name} is no sheet of the template")
        columns = theme.layout.columns
        if asked := self._asked_on(theme):
            columns = tuple(dict.fromkeys(asked.columns + columns))
        return replace(theme.layout, columns=columns)

    def _asked_on(self, theme: ThemeSheet) -> SheetLayout | None:
        return next((item for item in self.asked if theme.layout and item.theme == theme.layout.theme), None)

    def missing_sheets(self) -> Iterator[UnreadCell]:
        """The themes asked for in that month that have no sheet; one sheet sent alone lacks nothing."""
        if self.cover.claim.part:
            return
        there = {theme.layout.theme for theme in self.themes if theme.layout}
        for layout in self.asked:
            if layout.theme not in there:
                yield _incomplete(
                    self.cover,
                    layout.sheet_name,
                    f"the sheet «{layout.sheet_name}» is missing from the workbook; if it was taken out by mistake, "
                    "send the whole workbook again",
                    f"Tệp thiếu trang «{layout.sheet_name}». Nếu bị xóa nhầm, đề nghị gửi lại cả tệp.",
                )

    def missing_headings(self, theme: ThemeSheet, known: Collection[str]) -> Iterator[UnreadCell]:
        """The indicators asked for on a sheet of which a column is missing; ``known`` are columns found there."""
        layout = self._asked_on(theme)
        if layout is None or theme.table is None:
            return
        at = theme.sheet.locator(theme.table.heading_row, theme.table.scope_column)
        missing: dict[str, list[str]] = {}
        for column in layout.columns:
            if column.key not in known:
                missing.setdefault(column.indicator_code, []).append(f"«{column.full_heading_vi}»")
        for code, headings in missing.items():
            shown = ", ".join(headings)
            yield _incomplete(
                self.cover,
                at,
                f"{at}: no column has the heading {shown}, so the figure is missing; use the template's headings",
                f"{cell_vi(at)}: bảng không có cột {shown} nên thiếu số liệu. Đề nghị giữ đủ cột của mẫu.",
                indicator_code=code,
            )


def read_cover(
    sheets: Sequence[Sheet], *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints
) -> Cover:
    """What the submission says of itself; the theme too where it is one sheet alone.

    Raises:
        UnreadableFileError: It has no sheet, is the cover alone, is one sheet of no known theme, or does not
            say its period or status.
    """
    if not sheets:
        raise UnreadableFileError(
            f"{file_name} has no sheet with cells",
            f"Tệp {file_name} không có trang tính nào. Đề nghị gửi lại.",
        )
    cover_sheet = _cover_sheet(sheets)
    if cover_sheet is not None:
        if not cover_sheet.name:
            raise _cover_alone(file_name)
        said = find_blanks(cover_sheet)
        return understand(said, cover_sheet, file_name=file_name, catalogue=catalogue, hints=hints)
    themes = _theme_sheets(sheets, source, catalogue, has_cover=False)
    alone = themes[0].layout if len(themes) == 1 else None
    if len(themes) == 1 and alone is None:
        raise _no_theme(file_name, workbook_layout(catalogue, source.code))
    said = next((theme.said for theme in themes if theme.said), {})
    cover = understand(said, sheets[0], file_name=file_name, catalogue=catalogue, hints=hints)
    return replace(cover, claim=replace(cover.claim, part=alone.theme)) if alone else cover


def open_submission(
    sheets: Sequence[Sheet], *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints
) -> Submission:
    """The submission and its sheets.

    Raises:
        UnreadableFileError: As ``read_cover``.
    """
    cover = read_cover(sheets, file_name=file_name, source=source, catalogue=catalogue, hints=hints)
    cover_sheet = _cover_sheet(sheets)
    others = [sheet for sheet in sheets if sheet is not cover_sheet]
    themes = _theme_sheets(others, source, catalogue, has_cover=cover_sheet is not None)
    return Submission(cover, themes, workbook_layout(catalogue, source.code, cover.claim.period_start))


def _cover_sheet(sheets: Sequence[Sheet]) -> Sheet | None:
    """The sheet named as the cover, else the first without a table that has a label for the period."""
    for sheet in sheets:
        if key_of(sheet.name) == _COVER_KEY:
            return sheet
    return next(
        (
            sheet
            for sheet in sheets
            if "period" in find_blanks(sheet) and not find_table(sheet.rows, sheet.merges)
        ),
        None,
    )


def _theme_sheets(
    sheets: Sequence[Sheet], source: Source, catalogue: Catalogue, *, has_cover: bool
) -> list[ThemeSheet]:
    """Every sheet that may hold figures: its theme told by its name, its title or its headings."""
    layouts = workbook_layout(catalogue, source.code)
    names = {key_of(sheet.name) for sheet in sheets}
    unnamed = [layout for layout in layouts if key_of(layout.sheet_name) not in names]
    themes = []
    for sheet in sheets:
        table = find_table(sheet.rows, sheet.merges)
        said = find_identity(sheet)
        if not said and not has_cover:
            said = find_place_and_period(sheet)
        layout = _by_name(sheet.name, layouts)
        if layout is None and table is not None:
            layout = _by_title(sheet, unnamed) or _by_headings(table, unnamed, source, catalogue)
            unnamed = [other for other in unnamed if other is not layout]
        themes.append(ThemeSheet(sheet, table, layout, said))
    return themes


def _by_name(name: str, layouts: Sequence[SheetLayout]) -> SheetLayout | None:
    key = key_of(name)
    return next((layout for layout in layouts if key_of(layout.sheet_name) == key), None)


def _by_title(sheet: Sheet, layouts: Sequence[SheetLayout]) -> SheetLayout | None:
    titles = (cell for cells in sheet.rows[:HEAD_ROWS] for cell in cells if isinstance(cell, str) and cell)
    return next((layout for title in titles if (layout := _by_name(title, layouts))), None)


def _by_headings(
    table: Table, layouts: Sequence[SheetLayout], source: Source, catalogue: Catalogue
) -> SheetLayout | None:
    """The theme that most of the headings belong to; None where two are as likely or most are unknown."""
    scores = []
    for layout in layouts:
        index = HeadingIndex(layout, source, catalogue)
        scores.append((sum(index.match(texts) is not None for texts in table.headings.values()), layout))
    best = max((score for score, _ in scores), default=0)
    found = [layout for score, layout in scores if score == best]
    return found[0] if len(found) == 1 and 2 * best > len(table.headings) else None


def _incomplete(
    cover: Cover, locator: str, message_en: str, message_vi: str, indicator_code: str | None = None
) -> UnreadCell:
    return UnreadCell(
        rule="complete_form",
        severity="WARN",
        locator=locator,
        raw_text="",
        message_en=message_en,
        message_vi=message_vi,
        period_start=cover.claim.period_start,
        indicator_code=indicator_code,
        area_code=cover.area,
        is_sample=cover.claim.is_sample,
    )


def _cover_alone(file_name: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name} is the cover sheet alone, which holds no figures; save each sheet with figures as CSV, or "
        "send the whole workbook as .xlsx",
        f"Tệp {file_name} chỉ là trang «{COVER_SHEET}», không có số liệu. Đề nghị lưu từng trang số liệu dạng CSV, "
        "hoặc gửi cả tệp dạng .xlsx.",
    )


def _no_theme(file_name: str, layouts: Sequence[SheetLayout]) -> UnreadableFileError:
    names = ", ".join(f"«{layout.sheet_name}»" for layout in layouts)
    return UnreadableFileError(
        f"{file_name} is no sheet of the template: neither its title nor its headings are those of {names}; "
        "use the template",
        f"Tệp {file_name} không phải trang nào của mẫu báo cáo: tiêu đề không thuộc {names}. Đề nghị dùng đúng mẫu.",
    )

"""Writes the workbook a province fills in: cover sheet, one sheet per theme, validation in the cells.

What is asked comes from ``catalogue.workbook_layout``; this module only draws it. Figures can be written
in, which is how samples are made. The only formulas are those by which each sheet says what the cover says
(``template_identity``), and the same input gives the same bytes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from dx_pipeline.catalogue.geography import Province
from dx_pipeline.catalogue.loading import Catalogue
from dx_pipeline.catalogue.workbook_layout import COVER_SHEET, ColumnLayout, SheetLayout, workbook_layout
from dx_pipeline.ingest.template_identity import CoverCells, identity_formula, place_and_period_formula
from dx_pipeline.ingest.template_styles import STYLES
from dx_pipeline.ingest.template_validation import choice_validation, figure_validation
from dx_pipeline.periods import first_of_month, month_end, month_label

TEMPLATE_VERSION = "DXP-02"
OFFICIAL, SAMPLE = "CHÍNH THỨC", "DỮ LIỆU MẪU"
SAMPLE_BANNER = "DỮ LIỆU MẪU – KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC"

_IDENTITY_ROW, _GROUP_ROW, _HEADING_ROW, _NUMBER_ROW, _FIRST_ROW = 3, 4, 5, 6, 7
_COVER_FIRST_ROW = 5
_FIRST_FIGURE = 2
_WIDTH_FIGURE, _WIDTH_SCOPE, _WIDTH_NOTE = 16, 30, 40
_COVER_ROWS = (
    ("code", "Mã tỉnh", "fixed"),
    ("name", "Tỉnh, thành phố", "fixed"),
    ("period", "Kỳ số liệu", "fixed"),
    ("version", "Mẫu báo cáo", "fixed"),
    ("status", "Tình trạng số liệu", "entry"),
    ("office", "Đơn vị lập", "entry"),
    ("author", "Người lập", "entry"),
    ("phone", "Điện thoại", "entry"),
    ("day", "Ngày lập", "entry"),
    ("reason", "Lý do điều chỉnh (nếu gửi lại)", "entry"),
)
_INSTRUCTIONS = (
    "1. Mỗi trang là một nhóm chỉ tiêu; chỉ điền vào các ô trắng. Ô gạch chéo không phải điền.",
    "2. Ghi số vào ô, không ghi đơn vị. Tỷ lệ ghi theo thang 0 – 100: 72,63 nghĩa là 72,63%.",
    "3. Tỷ lệ khác 0 mà từ 1% trở xuống: điền tử số và mẫu số, để trống ô tỷ lệ; hệ thống tự tính.",
    "4. Không phát sinh: ghi 0. Chưa có số liệu: để trống, không ghi 0.",
    "5. Số liệu giảm so với tháng trước: ghi lý do vào cột «Ghi chú» của dòng đó.",
    "6. Không đổi tên trang, tiêu đề cột, tên phạm vi; không gộp ô, không chèn công thức.",
    "7. Gửi lại số liệu đã gửi: gửi cả tệp và ghi «Lý do điều chỉnh» ở trên.",
    "8. Lưu dạng .xlsx, .xls hoặc .ods. Nếu lưu dạng .csv: lưu và gửi từng trang số liệu, không gửi riêng trang này.",
)


@dataclass(frozen=True)
class _Page:
    """What every sheet of one workbook needs."""

    catalogue: Catalogue
    styles: Mapping[str, Format]
    cover: CoverCells
    is_sample: bool

    @property
    def place(self) -> str:
        return self.cover.text("name")

    @property
    def period(self) -> str:
        return self.cover.text("period")


def write_template(  # noqa: PLR0913 - each is one blank of the form
    path: Path,
    *,
    province: Province,
    month: date,
    catalogue: Catalogue,
    values: Mapping[tuple[str, str, str], float | int | str | None] | None = None,
    notes: Mapping[tuple[str, str], str] | None = None,
    revision_reason: str = "",
    is_sample: bool = False,
) -> None:
    """Writes the workbook of one province and month to ``path``.

    Args:
        path: Where to write; an existing file is replaced.
        province: The province, as of the month.
        month: Any day of the month.
        catalogue: The loaded catalogue.
        values: Figures by (indicator, role, scope); the cell stays empty where there is none.
        notes: Texts of the note column by (theme, scope).
        revision_reason: Why the figures are sent again.
        is_sample: Label the workbook as sample data, on every sheet and in its status.
    """
    month = first_of_month(month)
    workbook = xlsxwriter.Workbook(str(path), {"in_memory": True, "strings_to_formulas": False})
    page = _Page(
        catalogue,
        {name: workbook.add_format(style) for name, style in STYLES.items()},
        _cover_cells(catalogue, province, month, revision_reason, is_sample=is_sample),
        is_sample,
    )
    workbook.set_properties(
        {
            "title": f"Báo cáo chuyển đổi số {page.period} – {page.place}",
            "comments": SAMPLE_BANNER if is_sample else "",
            "created": datetime.combine(month, time()),
        }
    )
    _write_cover(workbook.add_worksheet(COVER_SHEET), page)
    for layout in workbook_layout(catalogue, month=month):
        sheet = workbook.add_worksheet(layout.sheet_name)
        _write_headings(sheet, layout, page)
        _write_rows(sheet, layout, page, values or {}, notes or {})
        _write_validation(sheet, layout, page)
    workbook.close()


def _cover_cells(
    catalogue: Catalogue, province: Province, month: date, revision_reason: str, *, is_sample: bool
) -> CoverCells:
    """The blanks of the cover: where each stands, and what is written into it."""
    places = {name: f"B{row}" for row, (name, *_) in enumerate(_COVER_ROWS, start=_COVER_FIRST_ROW + 1)}
    texts = {
        "code": province.code,
        "name": _full_name(catalogue, province, month_end(month)),
        "period": month_label(month).vi,
        "version": TEMPLATE_VERSION,
        "status": SAMPLE if is_sample else OFFICIAL,
        "reason": revision_reason,
    }
    return CoverCells(COVER_SHEET, places, texts)


def _full_name(catalogue: Catalogue, province: Province, day: date) -> str:
    """The name with the type as of the day; a province the catalogue does not know keeps its own."""
    if catalogue.geography.province(province.code, day) == province:
        return catalogue.geography.full_name_on(province.code, day)
    return province.full_name_vi


def _write_cover(sheet: Worksheet, page: _Page) -> None:
    styles = page.styles
    sheet.set_column(0, 0, 36)
    sheet.set_column(1, 1, 74)
    sheet.merge_range(0, 0, 0, 1, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", styles["motto"])
    sheet.merge_range(1, 0, 1, 1, "Độc lập - Tự do - Hạnh phúc", styles["motto"])
    if page.is_sample:
        sheet.merge_range(2, 0, 2, 1, SAMPLE_BANNER, styles["banner"])
    sheet.set_row(3, 30)
    sheet.merge_range(3, 0, 3, 1, f"BÁO CÁO CHUYỂN ĐỔI SỐ {page.period.upper()}", styles["title"])
    for row, (name, label, style) in enumerate(_COVER_ROWS, start=_COVER_FIRST_ROW):
        text = page.cover.text(name)
        sheet.set_row(row, 20)
        sheet.write_string(row, 0, label, styles["label"])
        sheet.write_string(row, 1, text, styles[style]) if text else sheet.write_blank(
            row, 1, None, styles[style]
        )
    sheet.data_validation(9, 1, 9, 1, choice_validation([OFFICIAL, SAMPLE]))
    sheet.write_string(16, 0, "Cách điền", styles["motto"])
    for row, line in enumerate(_INSTRUCTIONS, start=17):
        sheet.merge_range(row, 0, row, 1, line, styles["text"])
    _set_up_page(sheet)
    sheet.set_portrait()


def _write_headings(sheet: Worksheet, layout: SheetLayout, page: _Page) -> None:
    styles = page.styles
    last = _FIRST_FIGURE + len(layout.columns)
    sheet.set_column(0, 0, 6)
    sheet.set_column(1, 1, _WIDTH_SCOPE)
    sheet.set_column(_FIRST_FIGURE, last - 1, _WIDTH_FIGURE)
    sheet.set_column(last, last, _WIDTH_NOTE)
    sheet.set_row(0, 24)
    sheet.merge_range(0, 0, 0, last, layout.sheet_name.upper(), styles["title"])
    sheet.merge_range(1, 0, 1, last, "", styles["subtitle"])
    sheet.write_formula(1, 0, *place_and_period_formula(page.cover, styles["subtitle"]))
    if page.is_sample:
        sheet.merge_range(2, 0, 2, last, SAMPLE_BANNER, styles["banner"])
    sheet.set_row(_IDENTITY_ROW, 26)
    sheet.merge_range(_IDENTITY_ROW, 0, _IDENTITY_ROW, last, "", styles["identity"])
    sheet.write_formula(_IDENTITY_ROW, 0, *identity_formula(page.cover, styles["identity"]))
    for column, text in ((0, "STT"), (1, "Phạm vi"), (last, "Ghi chú")):
        sheet.merge_range(_GROUP_ROW, column, _HEADING_ROW, column, text, styles["head"])
    for first, group in _groups(layout.columns):
        _write_group(sheet, _FIRST_FIGURE + first, group, styles["head"])
    for row, height in zip((_GROUP_ROW, _HEADING_ROW), _heading_heights(layout), strict=True):
        sheet.set_row(row, height)
    for column in range(last + 1):
        sheet.write_string(_NUMBER_ROW, column, f"({column + 1})", styles["number"])
    sheet.freeze_panes(_FIRST_ROW, _FIRST_FIGURE)
    sheet.repeat_rows(_GROUP_ROW, _NUMBER_ROW)
    _set_up_page(sheet)


def _set_up_page(sheet: Worksheet) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5)
    sheet.hide_gridlines(2)
    # without a password: it keeps headings and closed cells from being changed by accident
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _groups(columns: Sequence[ColumnLayout]) -> Iterator[tuple[int, list[ColumnLayout]]]:
    """Position and columns of each group heading; a column on its own is a group of one."""
    start = 0
    while start < len(columns):
        end = start + 1
        first = columns[start]
        while (
            first.group_heading_vi
            and end < len(columns)
            and columns[end].indicator_code == first.indicator_code
        ):
            end += 1
        yield start, list(columns[start:end])
        start = end


def _write_group(sheet: Worksheet, column: int, group: Sequence[ColumnLayout], style: Format) -> None:
    if group[0].group_heading_vi is None:
        sheet.merge_range(_GROUP_ROW, column, _HEADING_ROW, column, group[0].heading_vi, style)
        return
    sheet.merge_range(
        _GROUP_ROW, column, _GROUP_ROW, column + len(group) - 1, group[0].group_heading_vi, style
    )
    for offset, item in enumerate(group):
        sheet.write_string(_HEADING_ROW, column + offset, item.heading_vi, style)


def _heading_heights(layout: SheetLayout) -> tuple[float, float]:
    """Heights of the two heading rows: merged cells do not grow by themselves."""
    group_height, heading_height, single_height = 18.0, 18.0, 0.0
    for _, group in _groups(layout.columns):
        heading = max(_text_height(column.heading_vi, 1) for column in group)
        if group[0].group_heading_vi is None:
            single_height = max(single_height, heading)
        else:
            heading_height = max(heading_height, heading)
            group_height = max(group_height, _text_height(group[0].group_heading_vi, len(group)))
    return group_height, max(heading_height, single_height - group_height)


def _text_height(text: str, columns: int) -> float:
    """Points that bold text needs when wrapped over that many figure columns."""
    return 15.0 * math.ceil(len(text) / (columns * _WIDTH_FIGURE - 3)) + 3


def _write_rows(
    sheet: Worksheet,
    layout: SheetLayout,
    page: _Page,
    values: Mapping[tuple[str, str, str], float | int | str | None],
    notes: Mapping[tuple[str, str], str],
) -> None:
    indicators, styles = page.catalogue.indicators, page.styles
    for number, scope in enumerate(layout.scopes):
        row = _FIRST_ROW + number
        sheet.set_row(row, 24)
        sheet.write_number(row, 0, number + 1, styles["order"])
        sheet.write_string(row, 1, page.catalogue.scopes[scope].name_vi, styles["scope"])
        for column, item in enumerate(layout.columns, start=_FIRST_FIGURE):
            if scope in indicators[item.indicator_code].scopes:
                value = values.get((item.indicator_code, item.role, scope))
                _write_value(sheet, row, column, value, styles["figure"])
            else:
                sheet.write_blank(row, column, None, styles["closed"])
        note = notes.get((layout.theme, scope))
        _write_value(sheet, row, _FIRST_FIGURE + len(layout.columns), note, styles["entry"])


def _write_value(sheet: Worksheet, row: int, column: int, value: float | str | None, style: Format) -> None:
    if value is None:
        sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, value, style)
    else:
        sheet.write_number(row, column, value, style)


def _write_validation(sheet: Worksheet, layout: SheetLayout, page: _Page) -> None:
    indicators = page.catalogue.indicators
    for column, item in enumerate(layout.columns, start=_FIRST_FIGURE):
        scopes = indicators[item.indicator_code].scopes
        rows = [_FIRST_ROW + number for number, scope in enumerate(layout.scopes) if scope in scopes]
        rule = figure_validation(item, page.catalogue)
        rule["other_cells"] = [[row, column, row, column] for row in rows[1:]]
        sheet.data_validation(rows[0], column, rows[0], column, rule)

"""The sheet «Phản hồi» on top of a feedback workbook: verdict, counts, legend, findings, figures as read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties

from dx_pipeline.periods import month_label
from dx_pipeline.quality.feedback.build import moment_vi
from dx_pipeline.quality.feedback.content import SAMPLE_LABEL, Feedback, Finding, ReadFigure
from dx_pipeline.quality.feedback.marking import Locations
from dx_pipeline.quality.feedback.places import parse_place
from dx_pipeline.quality.feedback.sender_file import SenderFile, free_title
from dx_pipeline.quality.feedback.styles import Stylist, lines_of, write_text
from dx_pipeline.quality.feedback.wording import SEVERITY_VI, VERDICT_OF_FIGURE_VI, number_vi

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

SHEET_NAME = "Phản hồi"
# More than this many findings are in the twin only.
MAX_ROWS = 2_000
WIDTHS = (5, 12, 18, 9, 27, 17, 14, 21, 46)
_LAST = len(WIDTHS)
_LABEL_COLUMNS = 3
_VALUE_WIDTH = sum(WIDTHS[_LABEL_COLUMNS:])
_LINE_HEIGHT = 15.0
FINDING_HEADS = (
    "STT", "Mức", "Trang", "Ô, dòng", "Chỉ tiêu", "Địa bàn, phạm vi", "Nội dung đã đọc", "Quy tắc",
    "Giải thích và cách sửa",
)  # fmt: skip
FIGURE_HEADS = (
    "STT", "Kết quả", "Trang", "Ô, dòng", "Chỉ tiêu", "Địa bàn, phạm vi", "Giá trị", "Đơn vị tính",
    "Ghi trong tệp; tử số / mẫu số; kỳ",
)  # fmt: skip
_VERDICT_STYLE = {
    "accepted": "verdict_good",
    "accepted_with_doubts": "verdict_doubt",
    "pending": "verdict_wait",
}
_SEVERITY_STYLE = {"ERROR": "error", "WARN": "warn"}
_FIGURE_STYLE = {"accepted": "good", "doubtful": "warn", "rejected": "error", "pending": "centre"}
_DO_NOT_SEND_BACK = "Sửa trong tệp gốc của đơn vị; không gửi lại tệp phản hồi này."


def write_summary(feedback: Feedback, sender: SenderFile) -> Worksheet:
    """Draws the summary on a new first sheet of the workbook and gives that sheet."""
    workbook = sender.workbook
    sheet = workbook.create_sheet(free_title(SHEET_NAME, workbook.sheetnames), 0)
    workbook.active = 0
    page = _Page(sheet, Locations(sender))
    page.head(feedback, sender.note_vi)
    if feedback.findings:
        page.findings(feedback)
    if feedback.figures:
        page.figures(feedback)
    _set_up(sheet)
    return sheet


class _Page:
    """Writes downwards, row by row."""

    def __init__(self, sheet: Worksheet, locations: Locations) -> None:
        self._sheet = sheet
        self._locations = locations
        self._stylist = Stylist()
        self._row = 0

    def head(self, feedback: Feedback, note_vi: str) -> None:
        """Title, what the file is, the verdict, the counts and the legend."""
        self._across("PHẢN HỒI VỀ SỐ LIỆU ĐÃ GỬI", "title", 26)
        if feedback.is_sample:
            self._across(f"{SAMPLE_LABEL} – KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC", "banner", 20)
        self._pair("Kết luận", feedback.verdict_vi, _VERDICT_STYLE.get(feedback.verdict, "verdict_bad"))
        if feedback.is_refused:
            self._pair("Lý do", feedback.refusal_vi)
        for note in feedback.notes_vi:
            self._pair("Lưu ý", note)
        self._pair("Tên tệp", feedback.file_name)
        no_area = "Chưa rõ" if feedback.is_refused else "Tệp không khai riêng một tỉnh"
        self._pair("Tỉnh, thành phố", feedback.area_vi or no_area)
        self._pair("Nguồn số liệu", feedback.source_vi or "Chưa rõ")
        self._pair("Kỳ số liệu", feedback.period_vi or "Chưa rõ")
        self._pair("Kiểm tra lúc" if feedback.is_preview else "Nhận lúc", moment_vi(feedback.received_at))
        if not feedback.is_refused:
            self._pair("Số dòng" if feedback.is_register else "Số liệu", counts_vi(feedback))
        self._pair("Mã tệp (SHA-256)", feedback.file_sha256)
        if feedback.findings and not feedback.is_register:
            self._legend(note_vi)
        self._row += 1

    def findings(self, feedback: Feedback) -> None:
        """One row per finding, its cell a link."""
        shown = feedback.findings[:MAX_ROWS]
        self._section(f"CÁC MỤC PHẢI XEM LẠI ({number_vi(len(feedback.findings))})", FINDING_HEADS)
        first = self._row
        for number, finding in enumerate(shown, start=1):
            self._finding(number, finding)
        if len(shown) > 1:
            self._sheet.auto_filter.ref = f"A{first}:I{self._row}"
        self._sheet.print_title_rows = f"{first}:{first}"
        self._left_out(len(feedback.findings) - len(shown), "Các mục còn lại ở trong tệp .json đi kèm")
        self._row += 1

    def figures(self, feedback: Feedback) -> None:
        """One row per figure as it was read."""
        self._section(f"SỐ LIỆU ĐÃ ĐỌC ({number_vi(feedback.figure_count)})", FIGURE_HEADS)
        if not feedback.findings:
            self._sheet.print_title_rows = f"{self._row}:{self._row}"
        for number, figure in enumerate(feedback.figures, start=1):
            self._figure(number, figure)
        self._left_out(feedback.figure_count - len(feedback.figures), "Chỉ liệt kê các số liệu đầu tiên")

    def _legend(self, note_vi: str) -> None:
        self._pair(
            "Ô tô màu đỏ", "Không được nhận: số liệu của ô này phải sửa và gửi lại.", label_style="error"
        )
        self._pair(
            "Ô tô màu vàng", "Nghi vấn: đã nhận, cần xem lại; chỉ gửi lại nếu sai.", label_style="warn"
        )
        self._pair("Cách làm", f"{note_vi} {_DO_NOT_SEND_BACK}")

    def _finding(self, number: int, finding: Finding) -> None:
        self._table_row(
            (
                (str(number), "centre"),
                (SEVERITY_VI[finding.severity], _SEVERITY_STYLE[finding.severity]),
                *self._place(finding.locator),
                (_indicator(finding), "text"),
                (_where(finding), "text"),
                (finding.raw_text, "text"),
                (finding.rule_vi, "text"),
                (finding.explanation_vi, "text"),
            ),
            finding.locator,
        )

    def _figure(self, number: int, figure: ReadFigure) -> None:
        written = [f"«{figure.raw_text}»", figure.parts_vi]
        if figure.period_start:
            written.append(month_label(figure.period_start).vi)
        self._table_row(
            (
                (str(number), "centre"),
                (VERDICT_OF_FIGURE_VI[figure.verdict], _FIGURE_STYLE[figure.verdict]),
                *self._place(figure.locator),
                (_indicator(figure), "text"),
                (_where(figure), "text"),
                (figure.value_vi, "number"),
                (figure.unit_vi, "centre"),
                ("; ".join(text for text in written if text), "text"),
            ),
            figure.locator,
        )

    def _place(self, locator: str) -> tuple[tuple[str, str], tuple[str, str]]:
        """Sheet and cell; a locator that names no cell goes into the cell's column as it is."""
        sheet, mark, cell = locator.rpartition("!")
        if mark and parse_place(locator):
            return (sheet, "text"), (cell, "centre")
        return ("", "text"), (locator, "centre")

    def _table_row(self, cells: Sequence[tuple[str, str]], locator: str) -> None:
        self._row += 1
        for column, (text, style) in enumerate(cells, start=1):
            cell = self._sheet.cell(self._row, column)
            self._stylist.apply(cell, style)
            write_text(cell, text)
        target = self._locations.target(locator)
        if target:
            link = self._sheet.cell(self._row, 4)
            self._stylist.apply(link, "link")
            link.hyperlink = Hyperlink(ref=link.coordinate, location=target.location)
        lines = max(lines_of(text, width - 3) for (text, _), width in zip(cells, WIDTHS, strict=True))
        self._sheet.row_dimensions[self._row].height = _LINE_HEIGHT * min(lines, 26) + 3

    def _section(self, title: str, heads: Sequence[str]) -> None:
        self._across(title, "section", 22)
        self._row += 1
        for column, text in enumerate(heads, start=1):
            cell = self._sheet.cell(self._row, column)
            self._stylist.apply(cell, "head")
            write_text(cell, text)
        self._sheet.row_dimensions[self._row].height = 2 * _LINE_HEIGHT + 3

    def _left_out(self, count: int, where: str) -> None:
        if count > 0:
            self._across(f"Còn {number_vi(count)} dòng không liệt kê ở đây. {where}.", "note", 18)

    def _across(self, text: str, style: str, height: float) -> None:
        self._row += 1
        cell = self._sheet.cell(self._row, 1)
        self._stylist.apply(cell, style)
        write_text(cell, text)
        self._merge(1, _LAST)
        self._sheet.row_dimensions[self._row].height = height

    def _pair(self, label: str, text: str, style: str = "value", *, label_style: str = "label") -> None:
        self._row += 1
        for column in range(1, _LAST + 1):
            is_label = column <= _LABEL_COLUMNS
            self._stylist.apply(self._sheet.cell(self._row, column), label_style if is_label else style)
        write_text(self._sheet.cell(self._row, 1), label)
        write_text(self._sheet.cell(self._row, _LABEL_COLUMNS + 1), text)
        self._merge(1, _LABEL_COLUMNS)
        self._merge(_LABEL_COLUMNS + 1, _LAST)
        lines = min(lines_of(text, _VALUE_WIDTH * 0.95), 20)
        self._sheet.row_dimensions[self._row].height = _LINE_HEIGHT * lines + 4

    def _merge(self, first: int, last: int) -> None:
        """Merges cells of this row. ``merge_cells`` works out borders anew, which took half of the time."""
        self._sheet.merged_cells.add(f"{chr(64 + first)}{self._row}:{chr(64 + last)}{self._row}")


def counts_vi(feedback: Feedback) -> str:
    """``Được nhận: 29 · Không nhận: 2 · Nghi vấn: 1``."""
    counts = feedback.counts
    parts = [
        f"Được nhận: {number_vi(counts.accepted)}",
        f"Không nhận: {number_vi(counts.rejected)}",
        f"Nghi vấn: {number_vi(counts.doubtful)}",
    ]
    if counts.pending:
        parts.append(f"Chờ chốt kỳ: {number_vi(counts.pending)}")
    return " · ".join(parts)


def _indicator(item: Finding | ReadFigure) -> str:
    if item.indicator_code and item.indicator_code != item.indicator_vi:
        return f"{item.indicator_vi} ({item.indicator_code})"
    return item.indicator_vi


def _where(item: Finding | ReadFigure) -> str:
    return ", ".join(text for text in (item.area_vi, item.scope_vi) if text)


def _set_up(sheet: Worksheet) -> None:
    for column, width in enumerate(WIDTHS):
        sheet.column_dimensions[chr(65 + column)].width = width
    sheet.freeze_panes = "A2"
    sheet.sheet_view.showGridLines = False
    sheet.sheet_view.tabSelected = True
    sheet.sheet_properties.tabColor = "FF1F3864"
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = 9  # A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top, sheet.page_margins.bottom, sheet.page_margins.footer = 0.5, 0.8, 0.4
    if sheet.oddFooter and sheet.oddFooter.center:
        sheet.oddFooter.center.text = "Trang &P/&N"

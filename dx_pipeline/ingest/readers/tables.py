"""What the row-by-row readers share: opening CSV, cells that hold figures, and the sample label."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import UnreadCell

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator

PERCENT = "percent"
_OFFICIAL_LABELS = {fold("Chính thức"), "official", "published"}
_SAMPLE_LABELS = {fold("DỮ LIỆU MẪU"), "sample", fold("mẫu")}


def check_data_status(lines: Sequence[Line], column: str, file_name: str) -> None:
    """Refuses a data status that is neither official nor sample: it must not pass for official in silence.

    Raises:
        UnreadableFileError: With the line and the words.
    """
    for line in lines:
        text = line.cells.get(column, "")
        if text and not is_sample_label(text) and fold(text) not in _OFFICIAL_LABELS:
            raise UnreadableFileError(
                f"{file_name}, {line.locator(column)}: data status {text!r} is neither CHÍNH THỨC nor DỮ LIỆU MẪU",
                f"Tệp {file_name}, dòng {line.number}, cột {column}: tình trạng số liệu «{text}» không phải CHÍNH "
                "THỨC hoặc DỮ LIỆU MẪU.",
            )


def is_sample_label(text: str | None) -> bool:
    """Whether a data-status cell says that the figures are sample data."""
    return text is not None and fold(text) in _SAMPLE_LABELS


class NumberLimits(TypedDict):
    """The keyword arguments of ``numbers.read_number``."""

    is_percent: bool
    is_whole: bool
    minimum: float | None
    maximum: float | None


def number_limits(indicator: Indicator, role: str) -> NumberLimits:
    """What ``numbers.read_number`` needs to know of one part (value, numerator, denominator) of an indicator."""
    is_value = role == "value"
    return {
        "is_percent": is_value and indicator.unit == PERCENT,
        "is_whole": indicator.is_whole_number or not is_value,
        "minimum": indicator.bounds.minimum if is_value else 0,
        "maximum": indicator.bounds.maximum if is_value else None,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One data line of a CSV file: its number, its cells by header, whether their number is off, its text."""

    number: int
    cells: dict[str, str]
    is_ragged: bool
    text: str

    def ragged_cell(self, period_start: date | None = None) -> UnreadCell:
        """The whole line as unread: its cells cannot be told apart."""
        return UnreadCell(
            rule="readable_value",
            locator=self.locator(),
            raw_text=self.text,
            period_start=period_start,
            message_en=f"line {self.number} has another number of cells than the header; the line was not read",
            message_vi=f"Dòng {self.number} có số ô khác với dòng tiêu đề nên không đọc được cả dòng.",
        )

    def locator(self, column: str | None = None) -> str:
        """``line 5`` or ``line 5:column``."""
        return f"line {self.number}:{column}" if column else f"line {self.number}"


def read_lines(path: Path, file_name: str, required: set[str]) -> Iterator[Line]:
    """The data lines of a UTF-8 CSV file with a header, separated by comma, semicolon or tab.

    Raises:
        UnreadableFileError: Not UTF-8, no header, a required column is missing, a column stands twice, or a
            quotation mark is never closed.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableFileError(
            f"{file_name} is not UTF-8 text (byte {error.start}); save it as CSV UTF-8",
            f"Tệp {file_name} không phải văn bản UTF-8 (byte {error.start}). Đề nghị lưu dạng CSV UTF-8.",
        ) from error
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [name.strip() for name in next(rows, [])]
        _check_header(header, required, file_name)
        for row in rows:
            if not any(cell.strip() for cell in row):
                continue
            is_ragged = len(row) != len(header)
            cells = dict(zip(header, (cell.strip() for cell in row), strict=False))
            yield Line(rows.line_num, cells, is_ragged, delimiter.join(row))
    except csv.Error as error:
        raise UnreadableFileError(
            f"{file_name}, line {rows.line_num}: {error}",
            f"Tệp {file_name}, dòng {rows.line_num}: dòng CSV không hợp lệ ({error}).",
        ) from error


def _check_header(header: list[str], required: set[str], file_name: str) -> None:
    missing = sorted(required - set(header))
    if missing:
        raise UnreadableFileError(
            f"{file_name}, line 1: column {', '.join(missing)} is missing; found {', '.join(header) or 'nothing'}",
            f"Tệp {file_name}, dòng 1: thiếu cột {', '.join(missing)}; chỉ có {', '.join(header) or 'không có gì'}.",
        )
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise UnreadableFileError(
            f"{file_name}, line 1: column {', '.join(twice)} stands twice",
            f"Tệp {file_name}, dòng 1: cột {', '.join(twice)} bị lặp.",
        )

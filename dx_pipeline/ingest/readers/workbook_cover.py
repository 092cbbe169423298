"""What a province's workbook says of itself on its first sheet: period, province, sample label.

Labels are found wherever they stand; a value is the next filled cell to their right. Figures are read in
``workbook.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.observation import Claim
from dx_pipeline.ingest.period_text import parse_period
from dx_pipeline.ingest.readers.tables import is_sample_label
from dx_pipeline.periods import month_end, month_label

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

Grid = Sequence[Sequence[object]]

_LABELS = {
    "code": ("Mã tỉnh", "Mã tỉnh, thành phố"),
    "name": ("Tỉnh, thành phố", "Tỉnh/thành phố", "Tên tỉnh", "Địa phương"),
    "period": ("Kỳ số liệu", "Kỳ báo cáo", "Kỳ"),
    "status": ("Tình trạng số liệu",),
    "reason": ("Lý do điều chỉnh (nếu gửi lại)", "Lý do điều chỉnh"),
}
_LABEL_KEYS = {fold(text): name for name, texts in _LABELS.items() for text in texts}
_OFFICIAL = fold("Chính thức")


@dataclass(frozen=True, slots=True)
class AreaProblem:
    """Why the workbook's province is not known, for every figure of the file."""

    area_name: str
    message_en: str
    message_vi: str


@dataclass(frozen=True, slots=True)
class Cover:
    """The first sheet, understood.

    Attributes:
        claim: Period, province and sample label; the province is None where there is a problem with it.
        area_problem: Set where code, name and period do not give one province.
        revision_reason: Why the figures are sent again, if the sender says so.
    """

    claim: Claim
    area_problem: AreaProblem | None
    revision_reason: str | None

    @property
    def area(self) -> str:
        """The province's code, else its name as written."""
        return self.claim.area_code or (self.area_problem.area_name if self.area_problem else "")


@dataclass(frozen=True, slots=True)
class _Blank:
    """A blank of the form: what it holds, and in which cell."""

    value: object
    locator: str

    @property
    def text(self) -> str:
        return str(self.value).strip()


def column_name(column: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name


def cell_locator(sheet_name: str, row: int, column: int) -> str:
    """``Sheet!F8`` for row 7 and column 5, both counted from 0."""
    return f"{sheet_name}!{column_name(column)}{row + 1}"


def read_cover(sheet_name: str, rows: Grid, *, file_name: str, catalogue: Catalogue) -> Cover:
    """Reads the first sheet.

    Raises:
        UnreadableFileError: There is no readable period, or the data status is neither official nor sample.
    """
    blanks = _find_blanks(sheet_name, rows)
    month = _period(blanks.get("period"), sheet_name, file_name)
    area_code, problem = _province(blanks.get("code"), blanks.get("name"), month, sheet_name, catalogue)
    claim = Claim(
        period_start=month,
        period_end=month_end(month),
        area_code=area_code,
        is_sample=_is_sample(blanks.get("status"), rows, file_name),
    )
    reason = blanks.get("reason")
    return Cover(claim, problem, reason.text if reason and reason.text else None)


def _find_blanks(sheet_name: str, rows: Grid) -> dict[str, _Blank]:
    found: dict[str, _Blank] = {}
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            name = _LABEL_KEYS.get(fold(cell).rstrip(" :")) if isinstance(cell, str) and cell else None
            if name and name not in found:
                position = next((at for at in range(column + 1, len(cells)) if cells[at] != ""), column + 1)
                value = cells[position] if position < len(cells) else ""
                found[name] = _Blank(value, cell_locator(sheet_name, row, position))
    return found


def _period(blank: _Blank | None, sheet_name: str, file_name: str) -> date:
    if blank is None:
        raise UnreadableFileError(
            f"{file_name}, sheet {sheet_name}: there is no label «Kỳ số liệu»; use the template's first sheet",
            f"Tệp {file_name}, trang «{sheet_name}»: không có nhãn «Kỳ số liệu». Đề nghị dùng đúng mẫu báo cáo.",
        )
    month = parse_period(blank.value)
    if month is None:
        raise UnreadableFileError(
            f"{file_name}, {blank.locator}: {blank.text!r} is not a month; write it as tháng 10/2025",
            f"Tệp {file_name}, ô {blank.locator}: «{blank.text}» không phải là kỳ số liệu. "
            "Đề nghị ghi dạng «tháng 10/2025».",
        )
    return month


def _province(
    code: _Blank | None, name: _Blank | None, month: date, sheet_name: str, catalogue: Catalogue
) -> tuple[str | None, AreaProblem | None]:
    """The province that code and name, as far as they are filled, both mean in that month."""
    filled = [blank for blank in (code, name) if blank is not None and blank.text]
    written = " – ".join(blank.text for blank in reversed(filled))
    if not filled:
        return None, AreaProblem(
            "",
            f"sheet {sheet_name} names no province; fill «Mã tỉnh» and «Tỉnh, thành phố»",
            f"Trang «{sheet_name}» chưa ghi tỉnh. Đề nghị điền «Mã tỉnh» và «Tỉnh, thành phố».",
        )
    named = name.text if name is not None and name.text else written
    provinces = []
    for blank in filled:
        try:
            provinces.append(catalogue.geography.resolve(blank.text, month_end(month)))
        except PermanentError as error:
            return None, AreaProblem(
                named, f"{blank.locator}: {error.message}", f"Ô {blank.locator}: {error.message_vi}"
            )
    if len({province.code for province in provinces}) > 1:
        return None, _disagreement(filled, provinces[-1].code, named, month)
    return provinces[0].code, None


def _disagreement(filled: Sequence[_Blank], right_code: str, named: str, month: date) -> AreaProblem:
    code, name = filled
    period = month_label(month)
    return AreaProblem(
        named,
        f"{code.locator}: code {code.text!r} and name {name.text!r} ({name.locator}) do not belong together in "
        f"{period.en}; {name.text} is {right_code}",
        f"Ô {code.locator}: mã «{code.text}» và tên «{name.text}» (ô {name.locator}) không khớp tại {period.vi}; "
        f"mã của {name.text} là {right_code}.",
    )


def _is_sample(blank: _Blank | None, rows: Grid, file_name: str) -> bool:
    """The data status; without one, whether the sheet carries the sample banner."""
    if blank is None or not blank.text:
        return any(
            isinstance(cell, str) and fold(cell).startswith(fold("Dữ liệu mẫu"))
            for cells in rows
            for cell in cells
        )
    if is_sample_label(blank.text):
        return True
    if fold(blank.text) == _OFFICIAL:
        return False
    raise UnreadableFileError(
        f"{file_name}, {blank.locator}: data status {blank.text!r} is neither CHÍNH THỨC nor DỮ LIỆU MẪU",
        f"Tệp {file_name}, ô {blank.locator}: tình trạng số liệu «{blank.text}» không phải CHÍNH THỨC "
        "hoặc DỮ LIỆU MẪU.",
    )

"""What a province's submission says of itself, understood: period, province, data status.

What the file leaves open is taken from the hints. Where it says so is ``workbook_identity``'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.observation import Claim, Hints
from dx_pipeline.ingest.period_text import parse_period
from dx_pipeline.ingest.readers.tables import is_sample_label
from dx_pipeline.ingest.readers.workbook_identity import HEAD_ROWS, Blank, Statement
from dx_pipeline.ingest.readers.workbook_words import cell_vi, place_vi
from dx_pipeline.periods import first_of_month, month_end, month_key, month_label

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.ingest.formats.sheet import Sheet

_OFFICIAL = fold("Chính thức")
_BANNER = fold("Dữ liệu mẫu")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why none of some figures can be taken, in words that hold for each of them."""

    rule: str
    area_name: str
    message_en: str
    message_vi: str


@dataclass(frozen=True, slots=True)
class Cover:
    """What the submission says of itself, understood.

    Attributes:
        statement: The blanks it was read from.
        claim: Period, province and sample label; the province is None where there is a problem with it.
        area_problem: Set where code, name and period do not give one province.
        revision_reason: Why the figures are sent again, if the sender says so.
    """

    statement: Statement
    claim: Claim
    area_problem: Problem | None
    revision_reason: str | None

    @property
    def area(self) -> str:
        """The province's code, else its name as written."""
        return self.claim.area_code or (self.area_problem.area_name if self.area_problem else "")


def understand(
    statement: Statement, sheet: Sheet, *, file_name: str, catalogue: Catalogue, hints: Hints
) -> Cover:
    """Period, province and status from what ``sheet`` says; where it is silent, from the hints.

    Raises:
        UnreadableFileError: There is no readable period, the data status is neither official nor sample, or
            the sheet says otherwise than certain hints.
    """
    month = _period(statement.get("period"), sheet, hints, file_name)
    area_code, problem = _province(statement, month, sheet, hints, catalogue)
    claim = Claim(
        period_start=month,
        period_end=month_end(month),
        area_code=area_code,
        is_sample=_is_sample(statement.get("status"), sheet, file_name),
    )
    reason = statement.get("reason")
    cover = Cover(statement, claim, problem, reason.text if reason and reason.text else None)
    _check_hints(cover, hints, file_name)
    return cover


def contradiction(said: Statement, cover: Cover, catalogue: Catalogue) -> Problem | None:
    """What a sheet says otherwise than the cover, naming both cells; None where they agree."""
    claim = cover.claim
    day = claim.period_end
    meanings = {
        "period": lambda blank: parse_period(blank.value) == claim.period_start,
        "code": lambda blank: not claim.area_code or _code(blank, day, catalogue) == claim.area_code,
        "name": lambda blank: not claim.area_code or _code(blank, day, catalogue) == claim.area_code,
        "status": lambda blank: _status(blank.text) is claim.is_sample,
    }
    for name, agrees in meanings.items():
        blank = said.get(name)
        if blank is None or not blank.text or agrees(blank):
            continue
        other = cover.statement.get(name)
        en = f"{other.locator} {other.text!r}" if other else "the file is of another"
        vi = f"{place_vi(other.locator)} ghi «{other.text}»" if other else "tệp là của nơi hoặc kỳ khác"
        return Problem(
            "known_area" if name in ("code", "name") else "readable_value",
            cover.area,
            f"{blank.locator} of the sheet says {blank.text!r}, {en}; nothing on the sheet was taken: copy the figures "
            "into the right workbook",
            f"{place_vi(blank.locator)} của trang ghi «{blank.text}» nhưng {vi} nên không nhận số liệu của trang. "
            "Đề nghị chép số liệu vào đúng tệp.",
        )
    return None


def _period(blank: Blank | None, sheet: Sheet, hints: Hints, file_name: str) -> date:
    if (blank is None or not blank.text) and (hinted := _hinted_month(hints)) is not None:
        return hinted
    if blank is None:
        raise UnreadableFileError(
            f"{file_name}{_on(sheet, 'sheet')}: there is no label «Kỳ số liệu»; use the template's first sheet",
            f"Tệp {file_name}{_on(sheet, 'trang')}: không có nhãn «Kỳ số liệu». Đề nghị dùng đúng mẫu báo cáo.",
        )
    if not blank.text:
        raise UnreadableFileError(
            f"{file_name}, {blank.locator}: «Kỳ số liệu» is blank; write the month as tháng 10/2025",
            f"Tệp {file_name}, {place_vi(blank.locator)}: chưa ghi «Kỳ số liệu». Đề nghị ghi dạng «tháng 10/2025».",
        )
    month = parse_period(blank.value)
    if month is None:
        raise UnreadableFileError(
            f"{file_name}, {blank.locator}: {blank.text!r} is not a month; write it as tháng 10/2025",
            f"Tệp {file_name}, {place_vi(blank.locator)}: «{blank.text}» không phải là kỳ số liệu. "
            "Đề nghị ghi dạng «tháng 10/2025».",
        )
    return month


def _on(sheet: Sheet, word: str) -> str:
    return f", {word} «{sheet.name}»" if sheet.name else ""


def _hinted_month(hints: Hints) -> date | None:
    """The month the hints name; a quarter is no answer to which month a workbook is of."""
    period = hints.period
    if period is None or period.period_end != month_end(period.period_start):
        return None
    return first_of_month(period.period_start)


def _province(
    statement: Statement, month: date, sheet: Sheet, hints: Hints, catalogue: Catalogue
) -> tuple[str | None, Problem | None]:
    """The province that code and name, as far as they are filled, both mean in that month."""
    filled = [statement[name] for name in ("code", "name") if name in statement and statement[name].text]
    if not filled:
        if hints.area_code and catalogue.geography.province(hints.area_code, month_end(month)):
            return hints.area_code, None
        return None, Problem(
            "known_area",
            "",
            f"the file{_on(sheet, 'sheet')} names no province; fill «Mã tỉnh» and «Tỉnh, thành phố»",
            f"Tệp{_on(sheet, 'trang')} chưa ghi tỉnh. Đề nghị điền «Mã tỉnh» và «Tỉnh, thành phố».",
        )
    named = filled[-1].text
    provinces = []
    for blank in filled:
        try:
            provinces.append(catalogue.geography.resolve(blank.text, month_end(month)))
        except PermanentError as error:
            return None, Problem(
                "known_area",
                named,
                f"{blank.locator}: {error.message}",
                f"{cell_vi(blank.locator)}: {error.message_vi}",
            )
    if len({province.code for province in provinces}) > 1:
        return None, _disagreement(filled, provinces[-1].code, named, month)
    return provinces[0].code, None


def _disagreement(filled: Sequence[Blank], right_code: str, named: str, month: date) -> Problem:
    code, name = filled
    period = month_label(month)
    return Problem(
        "known_area",
        named,
        f"{code.locator}: code {code.text!r} and name {name.text!r} ({name.locator}) do not belong together in "
        f"{period.en}; {name.text} is {right_code}",
        f"{cell_vi(code.locator)}: mã «{code.text}» và tên «{name.text}» ({place_vi(name.locator)}) không khớp tại "
        f"{period.vi}; mã của {name.text} là {right_code}.",
    )


def _code(blank: Blank, day: date, catalogue: Catalogue) -> str | None:
    try:
        return catalogue.geography.resolve(blank.text, day).code
    except PermanentError:
        return None


def _status(text: str) -> bool | None:
    """Whether a data status says sample; None where it says neither sample nor official."""
    if is_sample_label(text):
        return True
    return False if fold(text) == _OFFICIAL else None


def _is_sample(blank: Blank | None, sheet: Sheet, file_name: str) -> bool:
    """The data status; without one, whether the sheet carries the sample banner."""
    if blank is None or not blank.text:
        return any(
            isinstance(cell, str) and fold(cell).startswith(_BANNER)
            for cells in sheet.rows[:HEAD_ROWS]
            for cell in cells
        )
    status = _status(blank.text)
    if status is None:
        raise UnreadableFileError(
            f"{file_name}, {blank.locator}: data status {blank.text!r} is neither CHÍNH THỨC nor DỮ LIỆU MẪU",
            f"Tệp {file_name}, {place_vi(blank.locator)}: tình trạng số liệu «{blank.text}» không phải CHÍNH THỨC "
            "hoặc DỮ LIỆU MẪU.",
        )
    return status


def _check_hints(cover: Cover, hints: Hints, file_name: str) -> None:
    if not hints.is_certain:
        return
    claim, period = cover.claim, hints.period
    if period and (period.period_start, period.period_end) != (claim.period_start, claim.period_end):
        told = f"{month_key(period.period_start)} – {month_key(period.period_end)}"
        raise _other_than_told(file_name, cover.statement.get("period"), told)
    if hints.area_code and claim.area_code not in (None, hints.area_code):
        raise _other_than_told(
            file_name, cover.statement.get("code") or cover.statement.get("name"), hints.area_code
        )


def _other_than_told(file_name: str, blank: Blank | None, told: str) -> UnreadableFileError:
    found, at = (blank.text, blank.locator) if blank else ("", "")
    return UnreadableFileError(
        f"{file_name}, {at}: the file says {found!r}, it was handed in as {told}; correct the one that is wrong",
        f"Tệp {file_name}, {place_vi(at)}: tệp ghi «{found}» nhưng được gửi là {told}. Đề nghị sửa cho khớp.",
    )

"""What a file of tables says of itself above its tables: period, province, sample label.

The content comes first; hints (file name, folder, what the receiver was told) fill what it leaves open. What
contradicts itself, or what a person has said, is refused with both readings and their cells.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Claim, Hints
from dx_pipeline.ingest.period_text import PeriodError, ReportedPeriod, parse_reported_period
from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.ingest.tables.preamble import Placed, has_sample_label, labelled, period_texts

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Geography, Province
    from dx_pipeline.catalogue.source_models import Source

# Texts are folded: «uỷ» has one spelling only.
_AUTHORITY = r"(?:ubnd|uỷ ban nhân dân|văn phòng)"
_PROVINCE = re.compile(r"(?<!\w)(?:tỉnh|thành phố|tp\.?) ?(?P<name>\S+(?: \S+){0,4})")
_OF_ONE_OFFICE = re.compile(
    rf"(?<!\w)(?:{_AUTHORITY}|trung tâm phục vụ hành chính công) (?:xã|phường|đặc khu|thị trấn)\b"
    r"|(?:thủ tục hành chính|tthc) (?:tại|của) (?:sở|ban|chi cục|phòng)\b"
)
_ONE_OFFICE = re.compile(r"(?:sở|ban|chi cục|phòng|xã|phường|đặc khu|văn phòng đăng ký)\b")
_UNIT_LABELS = {
    "đơn vị báo cáo": "unit",
    "cơ quan báo cáo": "unit",
    "địa phương": "unit",
    "tỉnh, thành phố": "unit",
    "tỉnh/thành phố": "unit",
}
_STATUS_LABELS = {fold("Tình trạng số liệu"): "status"}
_SINCE_NEW_YEAR = "từ đầu năm"
_CUMULATIVE = re.compile(r"(?:luỹ kế|cộng dồn)\b")
_SINCE = re.compile(r"(?<!\w)từ (?:ngày |tháng |đầu |quý )?(?:\d|năm)")
_OFFICIAL = {fold("Chính thức"), "official"}
_RECIPIENT = re.compile(r"(?:đơn vị|cơ quan|nơi) nhận")


@dataclass(frozen=True, slots=True)
class Front:
    """What is said above the tables.

    Attributes:
        period: What every figure is filed under.
        area_code: The province, where the file names one.
        is_sample: The file labels its figures as sample data.
        one_office: Words that say that the file speaks of one office or commune only, with their cell.
        without_start: Words that say that figures are cumulative where nothing says since when.
    """

    period: ReportedPeriod
    area_code: str | None
    is_sample: bool
    one_office: Placed | None = None
    without_start: Placed | None = None

    @property
    def claim(self) -> Claim:
        """The same as the file's claim."""
        period = self.period
        return Claim(
            period_start=period.period_start,
            period_end=period.period_end,
            area_code=self.area_code,
            is_sample=self.is_sample,
        )


def read_front(
    texts: list[Placed], *, file_name: str, source: Source, geography: Geography, hints: Hints
) -> Front:
    """Understands the texts above the tables.

    Raises:
        UnreadableFileError: No period is known, or content and hints contradict each other, or the data
            status is neither official nor sample.
    """
    period = read_period(texts, file_name=file_name, basis=source.period_basis, hints=hints)
    return Front(
        period,
        read_province(texts, period.as_of, file_name=file_name, geography=geography, hints=hints),
        _is_sample(texts, file_name),
        _one_office(texts),
        _without_start(texts, period),
    )


def read_period(texts: list[Placed], *, file_name: str, basis: str, hints: Hints) -> ReportedPeriod:
    """The period named above the tables, else that of the hints.

    Raises:
        UnreadableFileError: None is named, two different ones are, or a person named another one.
    """
    found: list[tuple[Placed, ReportedPeriod]] = []
    for item, is_span in period_texts(texts):
        period = _parsed(item, basis, file_name)
        if period is not None:
            found.insert(0 if is_span else len(found), (item, period))
    if found:
        place, period = found[0]
        for other, second in found[1:]:
            if _filing(second) != _filing(period):
                raise _two_periods(file_name, place, other)
        if hints.period and hints.is_certain:
            if _filing(hints.period) != _filing(period):
                raise _not_as_said(file_name, place, hints.period)
            if hints.period.accumulates_from and not period.accumulates_from:
                return hints.period
        if any(
            _SINCE_NEW_YEAR in fold(item.text) for item in texts
        ):  # «(Lũy kế từ đầu năm)» in a cell of its own
            return _parsed(place.part(f"{place.text} {_SINCE_NEW_YEAR}"), basis, file_name) or period
        return period
    if hints.period:
        return hints.period
    raise UnreadableFileError(
        f"{file_name}: no period such as «Quý III/2025» or «Từ ngày … đến ngày …» stands above the table and none is "
        "in the file's name; write it above the table, or say it when handing in the file (2025-10)",
        f"Tệp {file_name}: không thấy kỳ báo cáo (ví dụ «Quý III/2025», «Từ ngày … đến ngày …») phía trên bảng hoặc "
        "trong tên tệp. Đề nghị ghi kỳ báo cáo phía trên bảng và gửi lại.",
    )


def _parsed(item: Placed, basis: str, file_name: str) -> ReportedPeriod | None:
    try:
        return parse_reported_period(item.text, basis=basis)
    except PeriodError as error:
        raise UnreadableFileError(
            f"{file_name}, {item.locator}: {error.message}",
            f"Tệp {file_name}, ô {item.locator}: {error.message_vi}.",
        ) from error


def _filing(period: ReportedPeriod) -> tuple[date, date]:
    return period.period_start, period.period_end


def _two_periods(file_name: str, one: Placed, other: Placed) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name}: {one.locator} says «{one.shown}», {other.locator} says «{other.shown}»; keep one",
        f"Tệp {file_name}: ô {one.locator} ghi «{one.shown}», ô {other.locator} ghi «{other.shown}». Đề nghị chỉ "
        "giữ kỳ báo cáo đúng và gửi lại.",
    )


def _not_as_said(file_name: str, place: Placed, said: ReportedPeriod) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name}: {place.locator} says «{place.shown}», but it was handed in for {said.period_start} to "
        f"{said.period_end}; correct the one that is wrong",
        f"Tệp {file_name}: {place_vi(place.locator)} ghi «{place.shown}» nhưng tệp được gửi cho kỳ "
        f"{said.period_start:%d/%m/%Y} đến {said.period_end:%d/%m/%Y}. Đề nghị sửa chỗ sai và gửi lại.",
    )


def read_province(
    texts: Sequence[Placed], day: date, *, file_name: str, geography: Geography, hints: Hints
) -> str | None:
    """The code of the province that the texts name, else that of the hints; None where nobody says.

    Raises:
        UnreadableFileError: Two are named, the named one does not exist on ``day``, or a person named another.
    """
    found: dict[str, Placed] = {}
    unknown: AreaNotFoundError | None = None
    for item in texts:
        try:
            province = _province_in(item.text, day, geography)
        except AreaNotFoundError as error:
            unknown = unknown or error
            continue
        if province is not None:
            found.setdefault(province.code, item)
    if len(found) > 1:
        one, other = list(found.values())[:2]
        raise _two_provinces(file_name, one, other)
    code = next(iter(found), None)
    if code and hints.area_code and hints.is_certain and hints.area_code != code:
        raise _two_provinces(
            file_name, found[code], Placed(hints.area_code, 0, 0, "thông tin khi gửi (told at hand-in)")
        )
    if code is None and hints.area_code is None and unknown is not None:
        raise UnreadableFileError(
            f"{file_name}: {unknown.message}", f"Tệp {file_name}: {unknown.message_vi}."
        )
    return code or hints.area_code


def _two_provinces(file_name: str, one: Placed, other: Placed) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name}: {one.locator} names «{one.shown}», {other.locator} names «{other.shown}»; a file is of one "
        "province: correct it",
        f"Tệp {file_name}: {one.locator} ghi «{one.shown}», {other.locator} ghi «{other.shown}». Một tệp chỉ báo cáo "
        "cho một tỉnh, thành phố; đề nghị sửa và gửi lại.",
    )


def _province_in(text: str, day: date, geography: Geography) -> Province | None:
    """The province a line names; lines that name none give None.

    Raises:
        AreaNotFoundError: An authority names itself as of a province that does not exist on ``day``.
    """
    folded = _RECIPIENT.split(fold(text))[0]
    whole = folded.partition(":")[2].strip() or folded
    if 2 < len(whole) <= 45 and not any(sign.isdigit() for sign in whole):
        try:
            return geography.resolve(whole, day)
        except AreaNotFoundError:
            pass
    problem: AreaNotFoundError | None = None
    for match in _PROVINCE.finditer(folded):
        words = match["name"].rstrip(".,;:)").split()
        for count in range(len(words), 0, -1):
            name = " ".join(words[:count]).rstrip(".,;:)")
            try:
                return geography.resolve(name, day)
            except AreaNotFoundError as error:
                if problem is None or " is part of " in error.message:
                    problem = error
    if problem is not None and (" is part of " in problem.message or re.match(_AUTHORITY, folded)):
        raise problem
    return None


def _without_start(texts: list[Placed], period: ReportedPeriod) -> Placed | None:
    """Where «lũy kế» stands, if neither the texts nor a person says since when the figures count."""
    folded = [fold(item.text) for item in texts]
    if period.accumulates_from or any(map(_SINCE.search, folded)):
        return None
    return next((item for item, words in zip(texts, folded, strict=True) if _CUMULATIVE.search(words)), None)


def _one_office(texts: list[Placed]) -> Placed | None:
    for _, value in labelled(texts, _UNIT_LABELS):
        if _ONE_OFFICE.match(fold(value.text)):
            return value
    return next((item for item in texts if _OF_ONE_OFFICE.search(fold(item.text))), None)


def _is_sample(texts: list[Placed], file_name: str) -> bool:
    if has_sample_label(texts):
        return True
    for _, value in labelled(texts, _STATUS_LABELS):
        words = fold(value.text)
        if words in ("sample", "mẫu"):
            return True
        if words not in _OFFICIAL:
            raise UnreadableFileError(
                f"{file_name}, {value.locator}: data status {value.shown!r} is neither CHÍNH THỨC nor DỮ LIỆU MẪU",
                f"Tệp {file_name}, ô {value.locator}: tình trạng số liệu «{value.shown}» không phải CHÍNH THỨC hoặc "
                "DỮ LIỆU MẪU.",
            )
    return False

"""What a register says above its rows. Registers speak of a day («tính đến ngày 31/10/2025») more than of a period."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Hints
from dx_pipeline.ingest.period_text import ReportedPeriod, parse_day
from dx_pipeline.ingest.tables.front import Front, read_front
from dx_pipeline.ingest.tables.preamble import Placed, period_texts
from dx_pipeline.periods import first_of_month, month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

_DATE = r"\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}|\d{1,2} tháng \d{1,2} năm \d{4}"
_AS_OF = re.compile(
    rf"(?:tính đến|đến hết|đến thời điểm|đến ngày|thời điểm|cập nhật|số liệu ngày)[^\d]{{0,25}}(?P<day>{_DATE})"
)
_COMMUNE = re.compile(r"(?:^|ubnd |uỷ ban nhân dân )(?:xã|phường|đặc khu|thị trấn) ")


def read_register_front(
    texts: list[Placed], *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints
) -> Front:
    """Period, province and sample label of a register.

    Raises:
        UnreadableFileError: No period is known, the file contradicts itself or what a person said of it, or it
            is the register of one commune.
    """
    found = _day_reached(texts)
    if found and not any(True for _ in period_texts([item for item in texts if item is not found[0]])):
        hints = _with_period(found, file_name, hints)
    front = read_front(texts, file_name=file_name, source=source, geography=catalogue.geography, hints=hints)
    _refuse_commune(front, file_name)
    if found and front.period.period_start <= found[1] <= front.period.period_end:
        front = replace(front, period=replace(front.period, as_of=found[1]))
    return front


def _day_reached(texts: list[Placed]) -> tuple[Placed, date] | None:
    for item in texts:
        match = _AS_OF.search(fold(item.text))
        day = parse_day(match["day"]) if match else None
        if day is not None:
            return item, day
    return None


def _with_period(found: tuple[Placed, date], file_name: str, hints: Hints) -> Hints:
    """The month of the day reached, unless a person named a period that holds it."""
    item, day = found
    given = hints.period if hints.is_certain else None
    if given is None:
        start = first_of_month(day)
        return replace(
            hints, period=ReportedPeriod(period_start=start, period_end=month_end(start), as_of=day)
        )
    if given.period_start <= day <= given.period_end:
        return hints
    raise UnreadableFileError(
        f"{file_name}: {item.locator} says «{item.text}», but the file was handed in for {given.period_start} to "
        f"{given.period_end}; correct the one that is wrong",
        f"Tệp {file_name}: ô {item.locator} ghi «{item.text}» nhưng tệp được gửi cho kỳ {given.period_start:%d/%m/%Y} "
        f"đến {given.period_end:%d/%m/%Y}. Đề nghị sửa chỗ sai và gửi lại.",
    )


def _refuse_commune(front: Front, file_name: str) -> None:
    office = front.one_office
    if office is not None and _COMMUNE.search(fold(office.text)):
        raise UnreadableFileError(
            f"{file_name}: {office.locator} says «{office.text}»: the register of one commune is not the province's; "
            "send the register of the whole province",
            f"Tệp {file_name}: ô {office.locator} ghi «{office.text}»: danh sách của một xã, phường không phải của cả "
            "tỉnh. Đề nghị gửi danh sách của toàn tỉnh.",
        )

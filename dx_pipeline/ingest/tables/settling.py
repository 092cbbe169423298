"""What is settled over a whole file: who may report sums, and sums that two tables give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.ingest.tables.front import Front

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import ReportTable

SUMMED = ("offices", "fields")


def settle_sums(result: ReadResult) -> None:
    """Where two tables give the same figure, equal ones count once and different ones not at all."""
    by_key: dict[tuple[str, str, str], list[Observation]] = {}
    for item in result.observations:
        by_key.setdefault((item.indicator_code, item.area_code, item.scope), []).append(item)
    result.observations = []
    for items in by_key.values():
        first, *others = items
        differing = [item for item in others if item.value != first.value]
        if not differing:
            result.observations.append(first)
        result.unread_cells += _repeated(first, differing or others, is_same=not differing)


def _repeated(first: Observation, others: Iterable[Observation], *, is_same: bool) -> list[UnreadCell]:
    ending_en = "they count once" if is_same else "neither was taken: keep one of the tables"
    ending_vi = "chỉ tính một lần" if is_same else "không lấy số nào; đề nghị chỉ giữ một bảng"
    return [
        UnreadCell(
            rule="unique_key",
            locator=item.locator,
            raw_text=item.raw_text,
            message_en=f"{item.locator} gives {item.value:.15g}, {first.locator} gives {first.value:.15g}; {ending_en}",
            message_vi=f"{item.locator} cho {item.value:.15g}, {first.locator} cho {first.value:.15g}; {ending_vi}.",
            period_start=item.period_start,
            indicator_code=item.indicator_code,
            area_code=item.area_code,
            scope=item.scope,
            severity="WARN" if is_same else "ERROR",
            is_sample=item.is_sample,
        )
        for item in others
    ]


def refuse_unknown_reporter(spec: ReportTable, front: Front, file_name: str) -> None:
    """Refuses a file whose sums or communes would be of nobody knows which province.

    Raises:
        UnreadableFileError: No province is named, or the file speaks of one office only.
    """
    if spec.rows in SUMMED and front.one_office:
        place = front.one_office
        raise UnreadableFileError(
            f"{file_name}, {place.locator}: «{place.shown}» reports for one office, not for the province; send "
            "the report of the whole province",
            f"Tệp {file_name}, {place_vi(place.locator)}: «{place.shown}» là báo cáo của một đơn vị, không phải của "
            "tỉnh. Đề nghị gửi báo cáo của toàn tỉnh.",
        )
    if spec.rows in SUMMED and front.area_code is None:
        raise UnreadableFileError(
            f"{file_name}: no province is named above the table (UBND TỈNH …, Đơn vị báo cáo: …) or in the name; "
            "write it there, or say it when handing in the file",
            f"Tệp {file_name}: không thấy tên tỉnh phía trên bảng (UBND TỈNH …) hoặc trong tên tệp. Đề "
            "nghị ghi tên tỉnh và gửi lại.",
        )

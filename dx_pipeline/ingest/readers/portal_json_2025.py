"""The National Public Service Portal's evaluation, old shape (to 2025): a list of rows, every value a text.

Which field is which indicator is the source catalogue's ``fields``; fields without an official data
dictionary are in its ``ignored``. The series never continues in that of 2026: other formulas.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.numbers import NumberError
from dx_pipeline.ingest.observation import NATION, NO_HINTS, Claim, Hints, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.portal_answer import (
    Unmapped,
    answer_period,
    json_number,
    limits_of,
    load_answer,
    shown_keys,
)

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.period_text import ReportedPeriod

_EXAMPLE = "report_tinh_766_2025-10.json, report_tinh_766_Q3-2025.json or report_tinh_766_31102025.json"
_LISTS = ("data", "rows", "result")
_NAME, _CODE = "TEN", "MA_COQUAN"
_H_CODE = re.compile(r"(?:[0-9]+\.)*(H[0-9]{2})", re.IGNORECASE)  # 000.00.00.H50
_NATION_NAMES = {fold("Cả nước"), fold("Toàn quốc")}


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """The period of the file; it speaks of every province in it."""
    del catalogue
    period = answer_period(file_name, source, hints, example=_EXAMPLE)
    _rows(load_answer(path, file_name), file_name)
    return Claim(period_start=period.period_start, period_end=period.period_end)


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """The scores of every row; rows that are no province, and unknown fields, are unread."""
    period = answer_period(file_name, source, hints, example=_EXAMPLE)
    rows, place = _rows(load_answer(path, file_name), file_name)
    _refuse_without_figures(rows, file_name, source)
    claim = Claim(period_start=period.period_start, period_end=period.period_end)
    reader = _RowReader(period, source, catalogue, ReadResult(claim))
    for number, row in enumerate(rows):
        reader.read_row(row, f"{place}[{number}]")
    reader.result.unread_cells += reader.unmapped.cells(source)
    return reader.result


def _rows(answer: Any, file_name: str) -> tuple[list[dict[str, Any]], str]:
    """The rows and the name of their list: the answer itself, or what is under data, rows or result."""
    node, place = answer, ""
    while isinstance(node, dict):
        key = next((key for key in _LISTS if isinstance(node.get(key), list | dict)), None)
        if key is None:
            break
        node, place = node[key], f"{place}.{key}".lstrip(".")
    if isinstance(node, list) and node and all(isinstance(row, dict) for row in node):
        return node, place or "rows"
    said = ""
    if isinstance(answer, dict) and isinstance(answer.get("code"), str):
        said = f"{answer['code'][:40]} {str(answer.get('message') or '')[:200]}".strip()
    raise UnreadableFileError(
        f"{file_name} is not an answer of the old portal: no list of rows in it or under data, rows or result"
        f"{f'; the portal said {said!r}' if said else ''}; fetch it again",
        f"Tệp {file_name} không phải kết quả của Cổng cũ: không có danh sách dòng (data, rows hoặc result)"
        f"{f'; Cổng trả lời «{said}»' if said else ''}. Đề nghị tải lại.",
    )


def _refuse_without_figures(rows: list[dict[str, Any]], file_name: str, source: Source) -> None:
    keys = list(dict.fromkeys(key for row in rows for key in row))
    if set(keys) & set(source.fields):
        return
    why = next((reason for key, reason in source.ignored.items() if key in keys and key != "ROW_STT"), "")
    raise UnreadableFileError(
        f"{file_name} holds none of the figures that source {source.code} knows; its fields are {shown_keys(keys)}"
        f"{f' ({why})' if why else ''}; send the file of the provinces' scores (report_tinh_766_service)",
        f"Tệp {file_name} không có số liệu nào mà nguồn {source.code} biết; các trường: {shown_keys(keys)}"
        f"{f' ({why})' if why else ''}. Đề nghị gửi tệp điểm của các tỉnh (report_tinh_766_service).",
    )


@dataclass(slots=True)
class _RowReader:
    """Turns the rows of one answer into observations of its period."""

    period: ReportedPeriod
    source: Source
    catalogue: Catalogue
    result: ReadResult
    unmapped: Unmapped = field(default_factory=lambda: Unmapped({}))
    _seen: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def read_row(self, row: dict[str, Any], place: str) -> None:
        """One row's scores, or their cells as unread where it is not a province of that day."""
        self._collect_unmapped(row, place)
        filled = [(key, code) for key, code in self.source.fields.items() if _is_filled(row.get(key))]
        try:
            area_code = self._area(row, place)
        except PermanentError as error:
            said = f"{row.get(_CODE) or ''} {row.get(_NAME) or ''}".strip()
            for key, code in filled:
                self._unread("known_area", f"{place}.{key}", row[key], error, code=code, area=said)
            return
        if self._is_repeated(area_code, row, place):
            return
        for key, code in filled:
            self._add(code, area_code, row[key], f"{place}.{key}")

    def _area(self, row: dict[str, Any], place: str) -> str:
        """The province by its name on that day; an H-code beside it must be its own."""
        name, written, day = str(row.get(_NAME) or ""), str(row.get(_CODE) or ""), self.period.as_of
        if fold(name) in _NATION_NAMES:
            return NATION
        province = self.catalogue.geography.resolve(name, day)
        match = _H_CODE.fullmatch(written.strip())
        coded = self.catalogue.geography.by_portal_code(match[1], day) if match else None
        if coded and coded.code != province.code:
            raise PermanentError(
                f"{place}: code {written} is {coded.name_vi}, not {name}",
                f"{place}: mã {written} là của {coded.name_vi}, không phải {name}.",
            )
        return province.code

    def _is_repeated(self, area_code: str, row: dict[str, Any], place: str) -> bool:
        """The same row counts once; another one of the same province is left to the checks."""
        content = {key: row.get(key) for key in self.source.fields}
        first, known = self._seen.setdefault(area_code, (place, content))
        if first == place or known != content:
            return False
        error = PermanentError(
            f"{place} repeats {first}; it counts once", f"{place} lặp lại {first}; chỉ tính một lần."
        )
        name = row.get(_NAME)
        self._unread("unique_key", place, name, error, code=None, area=area_code, severity="WARN")
        return True

    def _collect_unmapped(self, row: dict[str, Any], place: str) -> None:
        known = {_NAME, _CODE, *self.source.fields, *self.source.ignored}
        for key, value in row.items():
            if key not in known and _is_filled(value):
                self.unmapped.places.setdefault(key, []).append((f"{place}.{key}", value))

    def _add(self, code: str, area_code: str, written: Any, locator: str) -> None:
        indicator = self.catalogue.indicators[code]
        try:
            value = json_number(written, limits_of(indicator, "value"))
        except NumberError as error:
            placed = PermanentError(f"{locator}: {error.message}", f"{locator}: {error.message_vi}")
            self._unread(error.rule, locator, written, placed, code=code, area=area_code)
            return
        self.result.observations.append(
            Observation(
                indicator_code=code,
                area_code=area_code,
                area_level="national" if area_code == NATION else "province",
                scope="all",
                period_start=self.period.period_start,
                period_end=self.period.period_end,
                period_basis=self.source.period_basis,
                as_of=self.period.as_of,
                accumulates_from=self.period.accumulates_from,
                value=value,
                unit=indicator.unit,
                method_version=self.source.method_version,
                locator=locator,
                raw_text=str(written),
            )
        )

    def _unread(  # noqa: PLR0913 - one argument per column of the table it fills
        self,
        rule: str,
        locator: str,
        written: Any,
        error: PermanentError,
        *,
        code: str | None,
        area: str,
        severity: str = "ERROR",
    ) -> None:
        self.result.unread_cells.append(
            UnreadCell(
                rule=rule,
                severity=severity,
                locator=locator,
                raw_text=str(written)[:200],
                indicator_code=code,
                area_code=area,
                scope="all",
                message_en=error.message,
                message_vi=error.message_vi,
            )
        )


def _is_filled(value: Any) -> bool:
    return value is not None and value not in ("", [], {})

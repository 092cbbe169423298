"""The National Public Service Portal's evaluation, 2026 shape: all provinces, or the details of one.

The answer names no period: the file's name carries the day it was taken, or it is given with the file. Which
field is which indicator is the source catalogue's ``fields``; what makes no figure is its ``ignored``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_pipeline.catalogue.text import fold
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.numbers import NumberError
from dx_pipeline.ingest.observation import NATION, NO_HINTS, Claim, Hints, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.portal_answer import answer_period, json_number, limits_of, load_answer
from dx_pipeline.ingest.readers.portal_fields import (
    Figure,
    metrics,
    percent_faults,
    radar,
    scores,
    units,
    unmapped,
    without_repeats,
)

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.period_text import ReportedPeriod

_EXAMPLE = "scores_Province_10102026.json or details_H50_10102026.json (DDMMYYYY)"
_NATION_NAMES = {fold("Cả nước"), fold("Toàn quốc")}


def read_claim(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> Claim:
    """The period of the file, and the province of a details file."""
    period = answer_period(file_name, source, hints, example=_EXAMPLE)
    return _claim(_data(path, file_name), file_name, period, catalogue, hints)


def read(
    path: Path, *, file_name: str, source: Source, catalogue: Catalogue, hints: Hints = NO_HINTS
) -> ReadResult:
    """Scores of every province and the nation, or the metrics of one province."""
    period = answer_period(file_name, source, hints, example=_EXAMPLE)
    data = _data(path, file_name)
    claim = _claim(data, file_name, period, catalogue, hints)
    reader = _AnswerReader(period, source, catalogue, ReadResult(claim))
    reader.read_answer(data)
    if not reader.result.observations and all(cell.severity == "WARN" for cell in reader.result.unread_cells):
        raise UnreadableFileError(
            f"{file_name} holds none of the figures that source {source.code} knows; is it another of the portal's "
            "answers?",
            f"Tệp {file_name} không có số liệu nào mà nguồn {source.code} biết; có phải là kết quả khác của Cổng?",
        )
    return reader.result


def _data(path: Path, file_name: str) -> dict[str, Any]:
    answer = load_answer(path, file_name)
    code = answer.get("code") if isinstance(answer, dict) else None
    data = answer.get("data") if isinstance(answer, dict) else None
    if isinstance(data, list):
        data = {"evaluation": data}
    if code == "OK" and isinstance(data, dict):
        return data
    said = f"{str(code)[:40]!r} {str(answer.get('message') or '')[:200]}".strip() if code is not None else ""
    raise UnreadableFileError(
        f'{file_name} is not an answer of the portal\'s evaluation: "code" is not "OK" or "data" is missing'
        f"{f'; the portal said {said}' if said else ''}; fetch it again",
        f"Tệp {file_name} không phải kết quả đánh giá của Cổng: thiếu «data» hoặc «code» khác «OK»"
        f"{f' (Cổng trả lời: {said})' if said else ''}. Đề nghị tải lại.",
    )


def _claim(
    data: dict[str, Any], file_name: str, period: ReportedPeriod, catalogue: Catalogue, hints: Hints
) -> Claim:
    province = None
    if "evaluation" not in data:
        province = catalogue.geography.by_portal_code(str(data.get("departmentCode")), period.as_of)
    if province and hints.is_certain and hints.area_code not in (None, province.code):
        raise UnreadableFileError(
            f"{file_name} is about {province.name_vi} ({province.code}), but was given for province "
            f"{hints.area_code}; correct one of them",
            f"Tệp {file_name} là số liệu của {province.name_vi} ({province.code}), nhưng được khai báo cho tỉnh mã "
            f"{hints.area_code}. Đề nghị kiểm tra lại.",
        )
    return Claim(
        period_start=period.period_start,
        period_end=period.period_end,
        area_code=province.code if province else None,
    )


@dataclass(slots=True)
class _AnswerReader:
    """Turns the figures of one answer into observations of its day."""

    period: ReportedPeriod
    source: Source
    catalogue: Catalogue
    result: ReadResult
    _seen: dict[str, tuple[str, Any]] = field(default_factory=dict)

    def read_answer(self, data: dict[str, Any]) -> None:
        """Every unit's figures, the nation's groups, and what the source's entry does not know."""
        for unit, place in units(data):
            figures = chain(scores(unit, place, self.source), metrics(unit, place, self.source))
            self.read_unit(unit, place, without_repeats(figures))
        for figure in radar(data, self.source):
            self._add(figure, NATION, "national")
        self._report_missing(data)
        self.result.unread_cells += percent_faults(data)
        self.result.unread_cells += unmapped(data, self.source).cells(self.source)

    def read_unit(self, unit: dict[str, Any], place: str, figures: Iterator[Figure]) -> None:
        """One unit's figures, or their cells as unread where it is not a province of that day."""
        code, name = unit.get("departmentCode"), str(unit.get("departmentName"))
        if code is None and fold(name) in _NATION_NAMES:
            for figure in figures:
                self._add(figure, NATION, "national")
            return
        if self._is_repeated(str(code), unit, place):
            return
        try:
            area_code = self._province(str(code), name, place)
        except PermanentError as error:
            for figure in figures:
                self._unread("known_area", figure, error, area_code=f"{code} {name}")
            return
        for figure in figures:
            self._add(figure, area_code, "province")

    def _is_repeated(self, code: str, unit: dict[str, Any], place: str) -> bool:
        """The same unit with the same content counts once; with another both are left to the checks."""
        first, content = self._seen.setdefault(code, (place, unit))
        if first == place or content != unit:
            return False
        self.result.unread_cells.append(
            UnreadCell(
                rule="unique_key",
                severity="WARN",
                locator=place,
                raw_text=code,
                message_en=f"{place} repeats {first} ({code}); it counts once",
                message_vi=f"{place} lặp lại {first} ({code}); chỉ tính một lần.",
            )
        )
        return True

    def _province(self, code: str, name: str, place: str) -> str:
        day = self.period.as_of
        coded = self.catalogue.geography.by_portal_code(code, day)
        if coded is None:
            raise PermanentError(
                f"{place}: {code!r} ({name}) is not the code of a province on {day}",
                f"{place}: «{code}» ({name}) không phải mã định danh cấp tỉnh tại ngày {day:%d/%m/%Y}.",
            )
        named = self.catalogue.geography.resolve(name, day)
        if named.code != coded.code:
            raise PermanentError(
                f"{place}: code {code} is {coded.name_vi}, not {name}",
                f"{place}: mã {code} là của {coded.name_vi}, không phải {name}.",
            )
        return coded.code

    def _report_missing(self, data: dict[str, Any]) -> None:
        """The provinces that the view of all provinces leaves out."""
        expected = [
            unit for unit in self.catalogue.geography.provinces_on(self.period.as_of) if unit.portal_code
        ]
        missing = [unit for unit in expected if unit.portal_code not in self._seen]
        if "overview" not in data or not missing or len(missing) == len(expected):
            return
        names = ", ".join(f"{unit.name_vi} ({unit.portal_code})" for unit in missing)
        self.result.unread_cells.append(
            UnreadCell(
                rule="complete_form",
                severity="WARN",
                locator="data.evaluation",
                raw_text=f"{len(expected) - len(missing)}/{len(expected)}",
                message_en=f"data.evaluation leaves out {len(missing)} of {len(expected)} provinces: {names}",
                message_vi=f"data.evaluation thiếu {len(missing)} trong {len(expected)} tỉnh, thành phố: {names}.",
            )
        )

    def _add(self, figure: Figure, area_code: str, area_level: str) -> None:
        indicator = self.catalogue.indicators[figure.indicator_code]
        try:
            value = json_number(figure.value, limits_of(indicator, "value"))
            numerator = json_number(figure.numerator, limits_of(indicator, "numerator"))
            denominator = json_number(figure.denominator, limits_of(indicator, "denominator"))
        except NumberError as error:
            placed = PermanentError(
                f"{figure.locator}: {error.message}", f"{figure.locator}: {error.message_vi}"
            )
            self._unread(error.rule, figure, placed, area_code=area_code)
            return
        if value is None and numerator is not None and denominator:
            value = 100 * numerator / denominator
        if value is None and not numerator == denominator == 0:
            if numerator is not None or denominator is not None:
                lacking = PermanentError(
                    f"{figure.locator}: the rate and one of its counts are missing",
                    f"{figure.locator}: thiếu tỷ lệ và thiếu tử số hoặc mẫu số.",
                )
                self._unread("readable_value", figure, lacking, area_code=area_code)
            return
        self.result.observations.append(
            Observation(
                indicator_code=indicator.code,
                area_code=area_code,
                area_level=area_level,
                scope="all",
                period_start=self.period.period_start,
                period_end=self.period.period_end,
                period_basis=self.source.period_basis,
                as_of=self.period.as_of,
                accumulates_from=date(self.period.as_of.year, 1, 1) if self.source.accumulates_from else None,
                value=value,
                numerator=numerator,
                denominator=denominator,
                unit=indicator.unit,
                method_version=self.source.method_version,
                locator=figure.locator,
                raw_text=figure.raw_text,
                note=figure.note,
            )
        )

    def _unread(self, rule: str, figure: Figure, error: PermanentError, *, area_code: str) -> None:
        self.result.unread_cells.append(
            UnreadCell(
                rule=rule,
                locator=figure.locator,
                raw_text=figure.raw_text,
                indicator_code=figure.indicator_code,
                area_code=area_code,
                scope="all",
                message_en=error.message,
                message_vi=error.message_vi,
            )
        )

"""The National Public Service Portal's evaluation, 2026 shape: all provinces, or the details of one.

The answer names no period: the file's name carries the day it was taken. Which field is which indicator is
the source catalogue's ``fields``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.numbers import plausible
from dx_pipeline.ingest.observation import NATION, Claim, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.period_text import is_plausible_month
from dx_pipeline.periods import first_of_month, month_end

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source

_SCORE_FIELDS = ("totalScore", "groupScores.")


def read_claim(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> Claim:
    """The month of the day in the file's name, and the province of a details file."""
    as_of = _as_of(file_name, source)
    data = _load(path, file_name)["data"]
    province = None if "evaluation" in data else _details_province(data, as_of, catalogue)
    first = first_of_month(as_of)
    return Claim(period_start=first, period_end=month_end(first), area_code=province)


def read(path: Path, *, file_name: str, source: Source, catalogue: Catalogue) -> ReadResult:
    """Scores of every province and the nation, or the metrics of one province."""
    as_of = _as_of(file_name, source)
    data = _load(path, file_name)["data"]
    claim = read_claim(path, file_name=file_name, source=source, catalogue=catalogue)
    reader = _AnswerReader(as_of, source, catalogue, ReadResult(claim))
    if "evaluation" in data:
        reader.read_overview(data)
        for number, unit in enumerate(_dicts(data["evaluation"])):
            place = f"data.evaluation[{number}]"
            metrics = _without_repeats(_metrics(unit, place, source))
            reader.read_unit(unit, place, chain(_scores(unit, place, source), metrics))
    else:
        figures = _without_repeats(_metrics(data.get("details", data), "data.details", source))
        reader.read_unit(data, "data", figures)
    if not reader.result.observations and not reader.result.unread_cells:
        raise UnreadableFileError(
            f"{file_name} holds none of the figures that source {source.code} knows; is it another of the portal's "
            "answers?",
            f"Tệp {file_name} không có số liệu nào mà nguồn {source.code} biết; có phải là kết quả khác của Cổng?",
        )
    return reader.result


def _details_province(data: dict[str, Any], as_of: date, catalogue: Catalogue) -> str | None:
    province = catalogue.geography.by_portal_code(str(data.get("departmentCode")), as_of)
    return province.code if province else None


def _as_of(file_name: str, source: Source) -> date:
    match = re.search(source.file_name or "", file_name)
    try:
        if match:
            text = match["as_of"]
            day = date(int(text[4:]), int(text[2:4]), int(text[:2]))
            if is_plausible_month(day.year, day.month):
                return day
    except ValueError:
        pass
    raise UnreadableFileError(
        f"{file_name}: the portal's answer names no period, so the name must carry the day it was taken, as in "
        "scores_Province_10102026.json or details_H50_10102026.json (DDMMYYYY)",
        f"Tệp {file_name}: số liệu của Cổng không ghi kỳ, nên tên tệp phải có ngày lấy số liệu, ví dụ "
        "scores_Province_10102026.json hoặc details_H50_10102026.json (NNTTNNNN).",
    )


def _load(path: Path, file_name: str) -> dict[str, Any]:
    try:
        answer = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise UnreadableFileError(
            f"{file_name} is not JSON: {error}", f"Tệp {file_name} không phải JSON hợp lệ ({error})."
        ) from error
    if not isinstance(answer, dict) or not isinstance(answer.get("data"), dict) or answer.get("code") != "OK":
        raise UnreadableFileError(
            f'{file_name} is not an answer of the portal\'s evaluation: "code" is not "OK" or "data" is missing',
            f"Tệp {file_name} không phải kết quả đánh giá của Cổng: thiếu «data» hoặc «code» khác «OK».",
        )
    return answer


@dataclass(frozen=True, slots=True)
class _Figure:
    """One figure of the answer before its unit is known to be a province."""

    indicator_code: str
    locator: str
    value: Any
    numerator: Any = None
    denominator: Any = None
    note: str | None = None


def _dicts(value: Any) -> list[dict[str, Any]]:
    """The items of a list as objects; one that is none counts as empty, so that positions stay."""
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def _scores(unit: dict[str, Any], place: str, source: Source) -> Iterator[_Figure]:
    for field, code in source.fields.items():
        if not field.startswith(_SCORE_FIELDS):
            continue
        value: Any = unit
        for key in field.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        if value is not None:
            yield _Figure(code, f"{place}.{field}", value)


def _metrics(node: Any, place: str, source: Source) -> Iterator[_Figure]:
    """Every mapped total and metric below ``node``, wherever the portal put it."""
    if isinstance(node, list):
        for number, item in enumerate(node):
            yield from _metrics(item, f"{place}[{number}]", source)
        return
    if not isinstance(node, dict):
        return
    code = source.fields.get(str(node.get("code")))
    if code and "numerator" in node:
        note = node.get("dataQualityStatus")
        yield _Figure(code, place, node.get("ratio"), node["numerator"], node.get("denominator"), note)
        return
    for field, indicator_code in source.fields.items():
        top, _, bottom = field.partition("/")
        if bottom and top in node and bottom in node:
            yield _Figure(indicator_code, f"{place}.{top}", None, node[top], node[bottom])
        elif not bottom and top in node and not field.startswith(_SCORE_FIELDS):
            yield _Figure(indicator_code, f"{place}.{field}", node[field])
    for key, child in node.items():
        if isinstance(child, dict | list):
            yield from _metrics(child, f"{place}.{key}", source)


def _without_repeats(figures: Iterator[_Figure]) -> Iterator[_Figure]:
    """The portal repeats totals in several groups: the same figure counts once, another value stays visible."""
    seen: set[tuple[str, str]] = set()
    for figure in figures:
        content = (figure.indicator_code, repr((figure.value, figure.numerator, figure.denominator)))
        if content not in seen:
            seen.add(content)
            yield figure


@dataclass(frozen=True, slots=True)
class _AnswerReader:
    """Turns the figures of one answer into observations of its day."""

    as_of: date
    source: Source
    catalogue: Catalogue
    result: ReadResult

    def read_overview(self, data: dict[str, Any]) -> None:
        """The portal's own national scores, kept apart from the provinces."""
        (overview, *_) = _dicts([data.get("overview")]) or [{}]
        figures = list(_scores({"totalScore": overview.get("totalScore")}, "data.overview", self.source))
        for number, group in enumerate(_dicts(data.get("radar"))):
            code = self.source.fields.get(f"radar.{group.get('code')}")
            if code:
                figures.append(_Figure(code, f"data.radar[{number}].score", group.get("score")))
        for figure in figures:
            self._add(figure, NATION, "national")

    def read_unit(self, unit: dict[str, Any], place: str, figures: Iterator[_Figure]) -> None:
        """One province's figures, or their cells as unread where the unit is not a province of that day."""
        code, name = str(unit.get("departmentCode")), str(unit.get("departmentName"))
        try:
            area_code = self._province(code, name, place)
        except PermanentError as error:
            for figure in figures:
                self._unread("known_area", figure, error, area_code=f"{code} {name}")
            return
        for figure in figures:
            self._add(figure, area_code, "province")

    def _province(self, code: str, name: str, place: str) -> str:
        coded = self.catalogue.geography.by_portal_code(code, self.as_of)
        if coded is None:
            raise PermanentError(
                f"{place}: {code!r} ({name}) is not the code of a province on {self.as_of}",
                f"{place}: «{code}» ({name}) không phải mã định danh cấp tỉnh tại ngày {self.as_of:%d/%m/%Y}.",
            )
        named = self.catalogue.geography.resolve(name, self.as_of)
        if named.code != coded.code:
            raise PermanentError(
                f"{place}: code {code} is {coded.name_vi}, not {name}",
                f"{place}: mã {code} là của {coded.name_vi}, không phải {name}.",
            )
        return coded.code

    def _add(self, figure: _Figure, area_code: str, area_level: str) -> None:
        indicator = self.catalogue.indicators[figure.indicator_code]
        numbers = [_number(part) for part in (figure.value, figure.numerator, figure.denominator)]
        written = (figure.value, figure.numerator, figure.denominator)
        if any(number is None and part is not None for number, part in zip(numbers, written, strict=True)):
            error = PermanentError(f"{figure.locator}: not a number", f"{figure.locator}: không phải số.")
            self._unread("readable_value", figure, error, area_code=area_code)
            return
        value, numerator, denominator = numbers
        if value is None and numerator is not None and denominator:
            value = 100 * numerator / denominator
        if value is None:
            return
        self.result.observations.append(
            Observation(
                indicator_code=indicator.code,
                area_code=area_code,
                area_level=area_level,
                scope="all",
                period_start=first_of_month(self.as_of),
                period_end=month_end(self.as_of),
                period_basis=self.source.period_basis,
                as_of=self.as_of,
                accumulates_from=date(self.as_of.year, 1, 1) if self.source.accumulates_from else None,
                value=value,
                numerator=numerator,
                denominator=denominator,
                unit=indicator.unit,
                method_version=self.source.method_version,
                locator=figure.locator,
                raw_text=_raw_text(figure),
                note=figure.note,
            )
        )

    def _unread(self, rule: str, figure: _Figure, error: PermanentError, *, area_code: str) -> None:
        self.result.unread_cells.append(
            UnreadCell(
                rule=rule,
                locator=figure.locator,
                raw_text=str(figure.value if figure.value is not None else figure.numerator),
                indicator_code=figure.indicator_code,
                area_code=area_code,
                scope="all",
                message_en=error.message,
                message_vi=error.message_vi,
            )
        )


def _number(value: Any) -> float | None:
    """A JSON number, or one written as a string with a decimal point; nothing else."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        return plausible(float(value), value)
    except (TypeError, ValueError, OverflowError, PermanentError):
        return None


def _raw_text(figure: _Figure) -> str:
    if figure.numerator is None:
        return str(figure.value)
    ratio = "" if figure.value is None else f" = {figure.value}"
    return f"{figure.numerator}/{figure.denominator}{ratio}"

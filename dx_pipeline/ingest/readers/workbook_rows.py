"""One row of a theme sheet, melted: its cells become observations, one per indicator.

A rate is put together from its own cell, its own counts, and the count columns beside it. What is in the
cells is read by ``numbers``; where the cells are is decided in ``workbook``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.ingest.numbers import NumberError, NumberLimits, read_number
from dx_pipeline.ingest.observation import Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.tables import number_limits
from dx_pipeline.ingest.readers.workbook_cover import Cover
from dx_pipeline.ingest.readers.workbook_rates import (
    Failure,
    Figure,
    Rate,
    Row,
    qualifier_of,
    rate_of,
    settled_by_counts,
    unreadable_counts,
)
from dx_pipeline.ingest.readers.workbook_words import cell_text, cell_vi, place_vi

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.catalogue.workbook_layout import ColumnLayout
    from dx_pipeline.ingest.formats.sheet import Sheet

_ROLES = ("value", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Field:
    """A column that holds figures of an indicator; ``unit_words`` may stand beside them (``80 nhiệm vụ``)."""

    column: int
    layout: ColumnLayout
    indicator: Indicator
    unit_words: tuple[str, ...] = ()

    @property
    def limits(self) -> NumberLimits:
        """What may stand in its cells."""
        limits = number_limits(self.indicator, self.layout.role)
        return {**limits, "unit_words": self.unit_words} if self.layout.role == "value" else limits


class RowMelter:
    """Melts the rows of one sheet.

    Args:
        sheet: For locators.
        fields: The sheet's columns.
        source: Its method version and period basis.
        cover: Period, province and label of the workbook.
        result: Where observations and unread cells go.
    """

    def __init__(
        self, sheet: Sheet, fields: Sequence[Field], source: Source, cover: Cover, result: ReadResult
    ) -> None:
        self._fields = fields
        self._source = source
        self._cover = cover
        self._result = result
        self._limits = {item.column: item.limits for item in fields}
        self._sheet = sheet
        self._rate_columns = {
            item.indicator.code: item.column for item in fields if item.layout.role == "value"
        }
        self._indicators = {item.indicator.code: item.indicator for item in fields}

    def melt(self, number: int, cells: Sequence[object], scope: str, note: str) -> None:
        """Adds the observations and unread cells of the row with that number, counted from 0."""
        row = Row(number, scope, note)
        for item in self._fields:
            cell = cells[item.column]
            if cell == "" or cell is None:
                continue
            if scope in item.indicator.scopes:
                self._read_cell(item, cell, row)
            else:
                self._report_closed_cell(item, cell, row)
        for indicator in self._indicators.values():
            if scope in indicator.scopes:
                self._melt_indicator(indicator, row)

    def _read_cell(self, item: Field, cell: object, row: Row) -> None:
        key = (item.indicator.code, item.layout.role)
        locator = self._sheet.locator(row.number, item.column)
        try:
            reading = read_number(cell, **self._limits[item.column])
        except NumberError as error:
            row.failures[key] = Failure(error, locator, cell_text(cell))
            return
        if not reading.is_blank:
            row.figures[key] = Figure(reading, locator, cell_text(cell))

    def _melt_indicator(self, indicator: Indicator, row: Row) -> None:
        rate = rate_of(indicator, row)
        if settled := settled_by_counts(rate, row):
            self._add(rate, settled, settled.reading.value, row)
            return
        self._report_failures(indicator, row)
        if (indicator.code, "value") in row.failures:
            return
        if rate.stated is not None:
            self._add(rate, rate.stated, rate.stated.reading.value, row)
        elif rate.computed is not None and rate.numerator is not None:
            self._add(rate, rate.numerator, rate.computed, row)
        elif unreadable := unreadable_counts(rate, row):
            self._report_impossible_rate(rate, unreadable, row)
        else:
            self._keep_own_counts(rate, row)

    def _keep_own_counts(self, rate: Rate, row: Row) -> None:
        """What becomes of a rate's own counts that give no rate: 0 of 0 stands, one alone is reported."""
        code = rate.indicator.code
        own = [row.figures[code, role] for role in _ROLES[1:] if (code, role) in row.figures]
        if own and rate.is_nothing_of_nothing:
            self._add(rate, own[0], None, row)
            return
        for figure in own:
            self._report(
                "readable_value",
                figure.locator,
                figure.raw_text,
                "the rate is empty and cannot be computed; fill the rate, or numerator and denominator",
                "ô tỷ lệ để trống và không tính được. Đề nghị điền tỷ lệ, hoặc đủ tử số và mẫu số.",
                indicator=rate.indicator,
                row=row,
            )

    def _add(self, rate: Rate, shown: Figure, value: float | None, row: Row) -> None:
        claim = self._cover.claim
        self._result.observations.append(
            Observation(
                indicator_code=rate.indicator.code,
                area_code=self._cover.area,
                area_level="province",
                scope=row.scope,
                period_start=claim.period_start,
                period_end=claim.period_end,
                period_basis=self._source.period_basis,
                as_of=claim.period_end,
                locator=shown.locator,
                raw_text=shown.raw_text,
                unit=rate.indicator.unit,
                value=value,
                numerator=rate.numerator.reading.value if rate.numerator else None,
                denominator=rate.denominator.reading.value if rate.denominator else None,
                qualifier=qualifier_of(rate, shown),
                method_version=self._source.method_version,
                is_sample=claim.is_sample,
                note=row.note or None,
                revision_reason=row.note or self._cover.revision_reason,
            )
        )

    def _report_closed_cell(self, item: Field, cell: object, row: Row) -> None:
        self._report(
            "known_scope",
            self._sheet.locator(row.number, item.column),
            cell_text(cell),
            f"{item.indicator.code} is not reported for the scope {row.scope}; empty this cell",
            f"chỉ tiêu «{item.indicator.name_vi}» không báo cáo theo phạm vi này. Đề nghị để trống ô.",
            indicator=item.indicator,
            row=row,
        )

    def _report_failures(self, indicator: Indicator, row: Row) -> None:
        """Reports the indicator's own unreadable cells, a rate's counts by their names."""
        for role in _ROLES if row.failures else ():
            failure = row.failures.get((indicator.code, role))
            if failure is None:
                continue
            part = {"numerator": indicator.numerator, "denominator": indicator.denominator}.get(role)
            self._report(
                failure.error.rule,
                failure.locator,
                failure.raw_text,
                f"the count «{part.name_vi}»: {failure.error.message}" if part else failure.error.message,
                f"«{part.name_vi}»: {failure.error.message_vi}" if part else failure.error.message_vi,
                indicator=indicator,
                row=row,
            )

    def _report_impossible_rate(self, rate: Rate, unreadable: Sequence[Failure], row: Row) -> None:
        """A rate left to be computed from a count that cannot be read: told at its other count, else at its cell."""
        code = rate.indicator.code
        own = [row.figures[code, role] for role in _ROLES[1:] if (code, role) in row.figures]
        places = [(figure.locator, figure.raw_text) for figure in own]
        if not places and code in self._rate_columns:
            places = [(self._sheet.locator(row.number, self._rate_columns[code]), "")]
        cells = ", ".join(f"{failure.locator} («{failure.raw_text}»)" for failure in unreadable)
        cells_vi = ", ".join(f"{place_vi(failure.locator)} («{failure.raw_text}»)" for failure in unreadable)
        for locator, raw_text in places:
            self._report(
                "readable_value",
                locator,
                raw_text,
                f"«{rate.indicator.name_en}» cannot be computed, because its count in {cells} is unreadable; correct "
                "that cell or fill in the rate",
                f"không tính được «{rate.indicator.name_vi}» vì không đọc được số liệu ở {cells_vi}. Đề nghị sửa ô đó "
                "hoặc điền tỷ lệ.",
                indicator=rate.indicator,
                row=row,
            )

    def _report(  # noqa: PLR0913 - one argument per column of the table it fills
        self,
        rule: str,
        locator: str,
        raw_text: str,
        message_en: str,
        message_vi: str,
        *,
        indicator: Indicator,
        row: Row,
    ) -> None:
        claim = self._cover.claim
        self._result.unread_cells.append(
            UnreadCell(
                rule=rule,
                locator=locator,
                raw_text=raw_text,
                message_en=f"{locator}: {message_en}",
                message_vi=f"{cell_vi(locator)}: {message_vi}",
                period_start=claim.period_start,
                indicator_code=indicator.code,
                area_code=self._cover.area,
                scope=row.scope,
                is_sample=claim.is_sample,
            )
        )

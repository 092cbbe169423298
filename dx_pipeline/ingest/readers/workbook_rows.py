"""One row of a theme sheet, melted: its cells become observations, one per indicator.

A rate is put together from its own cell, its own counts, and the count columns beside it. What is in the
cells is read by ``numbers``; where the cells are is decided in ``workbook``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.ingest.numbers import NumberError, Reading, read_number
from dx_pipeline.ingest.observation import Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers.tables import number_limits
from dx_pipeline.ingest.readers.workbook_cover import Cover, column_name

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator, Part
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.catalogue.workbook_layout import ColumnLayout

# Stated and computed rates are the same within this many points: the rounding that the checks allow too.
_SAME_RATE = 0.05
_FACTORS = {Kind.RATE: 100.0, Kind.MEASURE: 1.0}
_ROLES = ("value", "numerator", "denominator")


def cell_text(cell: object) -> str:
    """The cell as text, whole numbers without a decimal point; empty for an empty cell."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


@dataclass(frozen=True, slots=True)
class Field:
    """A column that holds figures of an indicator."""

    column: int
    layout: ColumnLayout
    indicator: Indicator


@dataclass(frozen=True, slots=True)
class _Figure:
    """A cell that holds a figure."""

    reading: Reading
    locator: str
    raw_text: str

    @property
    def value(self) -> float:
        return self.reading.value or 0.0


@dataclass(frozen=True, slots=True)
class _Failure:
    """A cell that holds something else."""

    error: NumberError
    locator: str
    raw_text: str


@dataclass(frozen=True, slots=True)
class _Row:
    """What the cells of one row share, and what they hold, by (indicator, role)."""

    number: int
    scope: str
    note: str
    figures: dict[tuple[str, str], _Figure] = field(default_factory=dict)
    failures: dict[tuple[str, str], _Failure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Rate:
    """What a row says of one indicator; counts and rates alike."""

    indicator: Indicator
    stated: _Figure | None
    numerator: _Figure | None
    denominator: _Figure | None

    @property
    def computed(self) -> float | None:
        """The value its counts give."""
        factor = _FACTORS.get(self.indicator.kind)
        if (
            factor is None
            or self.numerator is None
            or self.denominator is None
            or self.denominator.value <= 0
        ):
            return None
        return factor * self.numerator.value / self.denominator.value

    @property
    def is_nothing_of_nothing(self) -> bool:
        """0 of 0: there is no rate, and both counts are known."""
        return all(part is not None and part.value == 0 for part in (self.numerator, self.denominator))


class RowMelter:
    """Melts the rows of one sheet.

    Args:
        sheet_name: For locators.
        fields: The sheet's columns.
        source: Its method version and period basis.
        cover: Period, province and label of the workbook.
        result: Where observations and unread cells go.
    """

    def __init__(
        self, sheet_name: str, fields: Sequence[Field], source: Source, cover: Cover, result: ReadResult
    ) -> None:
        self._fields = fields
        self._source = source
        self._cover = cover
        self._result = result
        self._limits = {item.column: number_limits(item.indicator, item.layout.role) for item in fields}
        self._columns = {item.column: f"{sheet_name}!{column_name(item.column)}" for item in fields}
        self._indicators = {item.indicator.code: item.indicator for item in fields}

    def melt(self, number: int, cells: Sequence[object], scope: str, note: str) -> None:
        """Adds the observations and unread cells of the row with that number, counted from 0."""
        row = _Row(number, scope, note)
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

    def _read_cell(self, item: Field, cell: object, row: _Row) -> None:
        key = (item.indicator.code, item.layout.role)
        locator = f"{self._columns[item.column]}{row.number + 1}"
        try:
            reading = read_number(cell, **self._limits[item.column])
        except NumberError as error:
            row.failures[key] = _Failure(error, locator, cell_text(cell))
            return
        if not reading.is_blank:
            row.figures[key] = _Figure(reading, locator, cell_text(cell))

    def _melt_indicator(self, indicator: Indicator, row: _Row) -> None:
        rate = _Rate(
            indicator,
            row.figures.get((indicator.code, "value")),
            _part(indicator, "numerator", indicator.numerator, row),
            _part(indicator, "denominator", indicator.denominator, row),
        )
        if settled := _settled_by_counts(rate, row):
            self._add(rate, settled, settled.reading.value, row)
            return
        for role in _ROLES if row.failures else ():
            if failure := row.failures.get((indicator.code, role)):
                self._report_failure(indicator, failure, row)
        if (indicator.code, "value") in row.failures:
            return
        if rate.stated is not None:
            self._add(rate, rate.stated, rate.stated.reading.value, row)
        elif rate.computed is not None and rate.numerator is not None:
            self._add(rate, rate.numerator, rate.computed, row)
        else:
            self._keep_own_counts(rate, row)

    def _keep_own_counts(self, rate: _Rate, row: _Row) -> None:
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

    def _add(self, rate: _Rate, shown: _Figure, value: float | None, row: _Row) -> None:
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
                qualifier=_qualifier(rate, shown),
                method_version=self._source.method_version,
                is_sample=claim.is_sample,
                note=row.note or None,
                revision_reason=row.note or self._cover.revision_reason,
            )
        )

    def _report_closed_cell(self, item: Field, cell: object, row: _Row) -> None:
        self._report(
            "known_scope",
            f"{self._columns[item.column]}{row.number + 1}",
            cell_text(cell),
            f"{item.indicator.code} is not reported for the scope {row.scope}; empty this cell",
            f"chỉ tiêu «{item.indicator.name_vi}» không báo cáo theo phạm vi này. Đề nghị để trống ô.",
            indicator=item.indicator,
            row=row,
        )

    def _report_failure(self, indicator: Indicator, failure: _Failure, row: _Row) -> None:
        error = failure.error
        self._report(
            error.rule,
            failure.locator,
            failure.raw_text,
            error.message,
            error.message_vi,
            indicator=indicator,
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
        row: _Row,
    ) -> None:
        claim = self._cover.claim
        self._result.unread_cells.append(
            UnreadCell(
                rule=rule,
                locator=locator,
                raw_text=raw_text,
                message_en=f"{locator}: {message_en}",
                message_vi=f"Ô {locator}: {message_vi}",
                period_start=claim.period_start,
                indicator_code=indicator.code,
                area_code=self._cover.area,
                scope=row.scope,
                is_sample=claim.is_sample,
            )
        )


def _part(indicator: Indicator, role: str, part: Part | None, row: _Row) -> _Figure | None:
    """A rate's count: from its own column, else from the count's own column in the same row."""
    own = row.figures.get((indicator.code, role))
    if own is not None or part is None or part.indicator is None:
        return own
    return row.figures.get((part.indicator, "value"))


def _settled_by_counts(rate: _Rate, row: _Row) -> _Figure | None:
    """An ambiguous rate (0.7263) of which one reading only is what its own counts give."""
    failure = row.failures.get((rate.indicator.code, "value"))
    if failure is None or (computed := rate.computed) is None:
        return None
    fitting = [reading for reading in failure.error.readings if abs(reading - computed) <= _SAME_RATE]
    if len(fitting) != 1:
        return None
    return _Figure(Reading(fitting[0]), failure.locator, failure.raw_text)


def _qualifier(rate: _Rate, shown: _Figure) -> str:
    """The stated qualifier; a rate computed from counts that are not exact is approximate."""
    if shown is not rate.numerator:
        return shown.reading.qualifier
    parts = [part for part in (rate.numerator, rate.denominator) if part is not None]
    return "exact" if all(part.reading.qualifier == "exact" for part in parts) else "approx"

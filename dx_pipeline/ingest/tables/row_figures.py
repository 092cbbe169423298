"""A figure per row: tables whose rows are provinces or communes, column by column.

Long tables become blocks of observations without touching their cells one by one: 34 workbooks of 3,321 communes
hold 1.1 million. What cannot be a figure is reported cell by cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from dx_pipeline.catalogue.models import Indicator, Kind
from dx_pipeline.ingest.formats.sheet import column_name
from dx_pipeline.ingest.observation import ObservationBlock
from dx_pipeline.ingest.tables.headings import cell_text
from dx_pipeline.ingest.tables.reports import KNOWN_AREA, Report, range_locator
from dx_pipeline.ingest.tables.values import Values, parts_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import ReportTable, Source
    from dx_pipeline.ingest.period_text import ReportedPeriod
    from dx_pipeline.ingest.tables.areas import Areas


@dataclass(frozen=True)
class RowFigures:
    """The rows of one table and what they are about.

    Attributes:
        source: The source.
        spec: Its table.
        catalogue: The catalogue.
        values: The figures of the rows.
        areas: The area of each of ``rows``.
        rows: The rows of the sheet that are read.
        level: ``province`` or ``commune``.
        period: What they are filed under.
        broken: Row -> fields of the equations it breaks.
        report: Where problems go.
    """

    source: Source
    spec: ReportTable
    catalogue: Catalogue
    values: Values
    areas: Areas
    rows: Sequence[int]
    level: str
    period: ReportedPeriod
    broken: Mapping[int, set[str]]
    report: Report

    @cached_property
    def row_numbers(self) -> list[str]:
        """The rows as the sender's program numbers them."""
        return [str(row + 1) for row in self.rows]

    def blocks(self) -> list[ObservationBlock]:
        """The figures of every indicator, one block each."""
        self._report_areas()
        found = [self._block(self.catalogue.indicators[code]) for code in self.spec.figures]
        return [block for block in found if block is not None]

    def _report_areas(self) -> None:
        """One finding per row whose area is not known, at its first figure."""
        for at, error in self.areas.problems.items():
            row = self.rows[at]
            name = next(name for name in self.values.limits)
            self.report.add(
                KNOWN_AREA,
                (row, self.values.table.columns[name]),
                f"{error.message}; no figure of this row was read",
                f"{error.message_vi}. Không đọc số liệu của dòng này.",
                area_code=cell_text(self._name_cell(row)),
            )

    def _name_cell(self, row: int) -> object:
        columns = self.values.table.columns
        column = columns.get("area_name", columns.get("area_code", 0))
        return self.values.table.sheet.rows[row][column]

    def _block(self, indicator: Indicator) -> ObservationBlock | None:
        import numpy as np

        roles = {role: part for role, part in parts_of(self.spec, indicator.code) if self.values.has(part)}
        if self.level not in indicator.levels or not self._is_complete(indicator, roles):
            return None
        arrays = self._arrays(indicator, roles)
        decisive = [arrays["value"]] if indicator.kind is Kind.RATE else list(arrays.values())
        has_any = ~np.logical_and.reduce([np.isnan(array) for array in decisive])
        at = np.flatnonzero(self._usable(indicator, roles) & has_any)
        if not len(at):
            return None
        located = roles.get("value") or roles["numerator"]
        frame = self._frame(at, self._locators(located), self._raw_texts(roles))
        for role, array in arrays.items():
            frame[role] = array[at]
        self._add_qualifiers(frame, located, at)
        self._add_notes(frame, at)
        return ObservationBlock(rows=frame, constants=self._constants(indicator))

    def _arrays(
        self, indicator: Indicator, roles: Mapping[str, Sequence[str]]
    ) -> dict[str, npt.NDArray[np.float64]]:
        """Role -> figures of all rows; a rate without a column of its own is made of its counts."""
        import numpy as np

        positions = self._positions()
        arrays = {role: self.values.sums(part)[positions] for role, part in roles.items()}
        if indicator.kind is Kind.RATE and "value" not in arrays:
            with np.errstate(invalid="ignore", divide="ignore"):
                rate = 100 * arrays["numerator"] / arrays["denominator"]
            arrays["value"] = np.where(np.isfinite(rate), rate, np.nan)
        return arrays

    def _frame(self, at: npt.NDArray[np.intp], locators: list[str], raw_texts: list[str]) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        columns = (self.areas.codes, locators, raw_texts)
        cells = np.array(columns, dtype=object)
        return pd.DataFrame(
            cells[:, at].T, columns=["area_code", "locator", "raw_text"], dtype=object, copy=False
        )

    def _is_complete(self, indicator: Indicator, roles: Mapping[str, Sequence[str]]) -> bool:
        """Whether the columns there make a figure: a value, or both counts of a rate."""
        return "value" in roles or (
            indicator.kind is Kind.RATE and {"numerator", "denominator"} <= set(roles)
        )

    def _positions(self) -> list[int]:
        return self.values.positions(self.rows)

    def _usable(self, indicator: Indicator, roles: Mapping[str, Sequence[str]]) -> npt.NDArray[np.bool_]:
        """The rows with a known area, nothing unreadable and no broken equation; reports unreadable cells."""
        import numpy as np

        usable = np.array([code is not None for code in self.areas.codes], dtype=bool)
        fields = dict.fromkeys(name for part in roles.values() for name in part)
        if not self.broken and not any(self.values.column(name).problems for name in fields):
            return usable
        position_of = {position: at for at, position in enumerate(self._positions())}
        for name in fields:
            for position, error in self.values.column(name).problems.items():
                at = position_of.get(position)
                if at is not None and usable[at]:
                    usable[at] = False
                    place = (self.rows[at], self.values.table.columns[name])
                    self.report.refuse(error, place, indicator.code, self.areas.codes[at] or "")
            for row, broken in self.broken.items():
                at = position_of.get(self.values.positions([row])[0])
                if name in broken and at is not None:
                    usable[at] = False
        return usable

    def _locators(self, fields: Sequence[str]) -> list[str]:
        """Per row the place of the figure's cell, or of the first to the last cell of a sum."""
        sheet = self.values.table.sheet
        columns = [self.values.table.columns[name] for name in fields]
        if not sheet.name:
            return [range_locator(sheet, [row], columns) for row in self.rows]
        prefix = sheet.locator(0, min(columns))[:-1]
        if len(columns) == 1:
            return [prefix + number for number in self.row_numbers]
        last = column_name(max(columns))
        return [f"{prefix}{number}:{last}{number}" for number in self.row_numbers]

    def _raw_texts(self, roles: Mapping[str, Sequence[str]]) -> list[str]:
        names = [name for part in roles.values() for name in part]
        texts = [self.values.texts(name, self.rows) for name in names]
        return texts[0] if len(texts) == 1 else [" / ".join(parts) for parts in zip(*texts, strict=True)]

    def _add_qualifiers(self, frame: pd.DataFrame, fields: Sequence[str], at: npt.NDArray[np.intp]) -> None:
        qualifiers = {
            position: word
            for name in fields
            for position, word in self.values.column(name).qualifiers.items()
        }
        if qualifiers:
            positions = self._positions()
            frame["qualifier"] = [qualifiers.get(positions[index], "exact") for index in at.tolist()]

    def _add_notes(self, frame: pd.DataFrame, at: npt.NDArray[np.intp]) -> None:
        column = self.values.table.columns.get("note")
        if column is not None:
            cells = self.values.table.sheet.rows
            notes = [cell_text(cells[self.rows[index]][column]) or None for index in at.tolist()]
            if any(notes):
                frame["note"] = notes

    def _constants(self, indicator: Indicator) -> dict[str, Any]:
        return {
            "indicator_code": indicator.code,
            "area_level": self.level,
            "scope": "all",
            "period_start": self.period.period_start,
            "period_end": self.period.period_end,
            "period_basis": self.period.period_basis,
            "as_of": self.period.as_of,
            "accumulates_from": self.period.accumulates_from,
            "unit": indicator.unit,
            "method_version": self.source.method_version,
            "is_sample": self.report.front.is_sample,
        }

"""The cells of a table's figure columns as numbers, column by column, and how each column is to be read.

What a column's numbers may be follows from the figures it takes part in. Cells that cannot be read keep their
refusal; nothing is judged here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Literal

from dx_pipeline.catalogue.expressions import parse_equation, parse_ratio, parse_sum
from dx_pipeline.ingest.numbers import ColumnReading, NumberError, NumberLimits, read_column
from dx_pipeline.ingest.readers.tables import number_limits
from dx_pipeline.ingest.tables.finding import Table
from dx_pipeline.ingest.tables.headings import cell_text

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import ReportTable

Zero = Literal["blank", "dash", "none"]
ROLES = ("value", "numerator", "denominator")
_COUNT = NumberLimits(is_percent=False, is_whole=True, minimum=0, maximum=None)
_SHARE = NumberLimits(is_percent=True, is_whole=False, minimum=0, maximum=100)
_DASHES = ("-", "–", "—")  # in statistics: nothing arose
_EXACT = 1e-6
_ROUNDING = 0.06  # of one unit of a table in thousands: a figure rounded to one decimal


def parts_of(spec: ReportTable, code: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The roles of an indicator's figure and the fields that add up to each."""
    for role in ROLES:
        if expression := spec.figures[code].get(role):  # type: ignore[call-overload]
            yield role, parse_sum(expression)


def limits_of_fields(spec: ReportTable, catalogue: Catalogue) -> dict[str, NumberLimits]:
    """Every field that holds figures and what may stand in it."""
    found: dict[str, NumberLimits] = {}
    for code in spec.figures:
        indicator = catalogue.indicators[code]
        for role, fields in parts_of(spec, code):
            limits = number_limits(indicator, role) if len(fields) == 1 else _COUNT
            if role == "value":
                limits = {**limits, "unit_words": (catalogue.units[indicator.unit].name_vi,)}
            for name in fields:
                if role == "value" and len(fields) == 1:
                    found[name] = limits
                found.setdefault(name, limits)
    for equation in map(parse_equation, spec.equations):
        for name in equation.fields:
            found.setdefault(name, _COUNT)
    for name, expression in spec.rates.items():
        found[name] = _SHARE
        ratio = parse_ratio(expression)
        for part in (*ratio.numerator, *ratio.denominator):
            found.setdefault(part, _COUNT)
    return found


class Values:
    """The figures of some rows of a table, by field and row of the sheet.

    Args:
        table: Where the cells are.
        rows: The rows to read.
        limits: Field -> what may stand in its column.
        factor: What counts are to be multiplied by: 1000 where the table is in thousands.
        zero: What says 0 beside filled cells: any ``blank`` cell, a ``dash`` only, or ``none`` of them.
    """

    def __init__(
        self,
        table: Table,
        rows: Sequence[int],
        limits: dict[str, NumberLimits],
        *,
        factor: int = 1,
        zero: Zero = "none",
    ) -> None:
        import numpy as np

        self.table = table
        self.rows = rows
        self.limits = {name: item for name, item in limits.items() if name in table.columns}
        self.tolerance = _EXACT if factor == 1 else _ROUNDING * factor
        self._at = {row: at for at, row in enumerate(rows)}
        self._plain: set[str] = set()  # columns of plain numbers, whose text is the number's
        self._columns = {name: self._read(name, factor) for name in self.limits}
        self.is_empty = np.ones(len(rows), dtype=bool)
        for reading in self._columns.values():
            self.is_empty &= np.isnan(reading.values)
            self.is_empty[list(reading.problems)] = False
        if zero != "none":
            self._fill_zeros(only_dashes=zero == "dash")

    def _read(self, name: str, factor: int) -> ColumnReading:
        column = self.table.columns[name]
        sheet_rows = self.table.sheet.rows
        limits = self.limits[name]
        if factor != 1 and not limits["is_percent"]:
            limits = {**limits, "is_whole": False}
        cells = [sheet_rows[row][column] for row in self.rows]
        reading = read_column(cells, limits)
        if factor == 1 and not reading.problems and {float}.issuperset(map(type, cells)):
            self._plain.add(name)
        if factor != 1 and not limits["is_percent"]:
            reading.values[:] = (reading.values * factor).round(6)
        return reading

    def _fill_zeros(self, *, only_dashes: bool) -> None:
        import numpy as np

        for name, reading in self._columns.items():
            if self.limits[name]["is_percent"]:
                continue
            blank = np.isnan(reading.values) & ~self.is_empty
            blank[list(reading.problems)] = False
            if only_dashes:
                blank &= np.array([self.text(name, row) in _DASHES for row in self.rows], dtype=bool)
            reading.values[blank] = 0

    def has(self, fields: Sequence[str]) -> bool:
        """Whether the table has a column for each of ``fields``."""
        return all(name in self._columns for name in fields)

    def sums(self, fields: Sequence[str]) -> npt.NDArray[np.float64]:
        """Per row the sum of some columns; not a number where one of them has none."""
        total = self._columns[fields[0]].values.copy()
        for name in fields[1:]:
            total += self._columns[name].values
        return total

    def column(self, name: str) -> ColumnReading:
        """The reading of one column, by position in ``rows``."""
        return self._columns[name]

    def value(self, fields: Sequence[str], row: int) -> float:
        """The sum of some columns in one row; not a number where one has none."""
        at = self._at[row]
        return float(sum(float(self._columns[name].values[at]) for name in fields))

    def problem(self, name: str, row: int) -> NumberError | None:
        """Why a cell was refused, if it was."""
        return self._columns[name].problems.get(self._at[row])

    def positions(self, rows: Sequence[int]) -> list[int]:
        """Where ``rows`` stand in the arrays."""
        if rows is self.rows:
            return list(range(len(rows)))
        return [self._at[row] for row in rows]

    def locator(self, name: str, row: int) -> str:
        """The place of a cell."""
        return self.table.sheet.locator(row, self.table.columns[name])

    def texts(self, name: str, rows: Sequence[int]) -> list[str]:
        """The cells of a column as they stand in the file; whole numbers without a decimal part."""
        if name in self._plain and rows is self.rows:
            values = self._columns[name].values
            whole = values.astype("int64")
            if (whole == values).all():
                return list(map(str, whole.tolist()))
        return [self.text(name, row) for row in rows]

    def text(self, name: str, row: int) -> str:
        """A cell as it stands in the file."""
        return cell_text(self.table.sheet.rows[row][self.table.columns[name]])

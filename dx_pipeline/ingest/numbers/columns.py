"""A whole column of cells as figures: numbers in one pass, texts one by one, exactly as ``read_number`` reads.

3,321 communes by ten columns from 34 provinces are 1.1 million cells; nearly all of them are plain numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NotRequired, TypedDict

from dx_pipeline.ingest.formats.sheet import Percentage
from dx_pipeline.ingest.numbers.cells import PERCENT_DIGITS, WHOLE_NUMBER_NOISE, read_cell
from dx_pipeline.ingest.numbers.reading import TOO_LARGE, Expected, NumberError, Reading, expected_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_NUMBERS = {float, int}
_SURELY_PLAUSIBLE = TOO_LARGE / 1000  # as a fraction; larger ones are looked at one by one


class NumberLimits(TypedDict):
    """The keyword arguments of ``read_number``."""

    is_percent: bool
    is_whole: bool
    minimum: float | None
    maximum: float | None
    unit_words: NotRequired[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """What the cells of one column hold, by their position.

    Attributes:
        values: The figures; not a number where a cell is blank or was refused.
        special: The readings that say more than a value: a qualifier, counts of a rate, nothing arose.
        problems: The refusals.
    """

    values: npt.NDArray[np.float64]
    special: dict[int, Reading]
    problems: dict[int, NumberError]

    @property
    def qualifiers(self) -> dict[int, str]:
        """The qualifiers that are not ``exact``."""
        return {at: item.qualifier for at, item in self.special.items() if item.qualifier != "exact"}

    def reading(self, position: int) -> Reading:
        """The reading of one cell.

        Raises:
            NumberError: The cell was refused.
        """
        if position in self.problems:
            raise self.problems[position]
        value = float(self.values[position])
        plain = Reading(None, is_blank=True) if value != value else Reading(value)  # noqa: PLR0124 - NaN
        return self.special.get(position, plain)


def read_column(
    cells: Sequence[object], limits: NumberLimits, unit_words: tuple[str, ...] | None = None
) -> ColumnReading:
    """Reads every cell as ``read_number`` would.

    Args:
        cells: The cells of one column, of any types.
        limits: What ``read_number`` is told of the column.
        unit_words: Words of the unit that may stand beside a figure; those of ``limits`` when None.
    """
    import numpy as np

    expected = expected_of(
        is_percent=limits["is_percent"],
        is_whole=limits["is_whole"],
        minimum=limits["minimum"],
        maximum=limits["maximum"],
        unit_words=limits.get("unit_words", ()) if unit_words is None else unit_words,
    )
    if _NUMBERS.issuperset(map(type, cells)):
        others: list[int] = []
        numbers = cells
    else:
        others = [at for at, cell in enumerate(cells) if type(cell) not in _NUMBERS]
        numbers = list(cells)
        for at in others:
            numbers[at] = np.nan
    try:
        values = np.array(numbers, dtype=np.float64)
    except OverflowError:  # a whole number beyond every float
        values = np.full(len(cells), np.nan)
        others = list(range(len(cells)))
    doubtful = _doubtful(values, expected)
    doubtful[others] = False
    if expected.is_percent and others:
        others = _take_percentages(values, others, cells)
    found = ColumnReading(values, {}, {})
    _read_one_by_one([*others, *np.flatnonzero(doubtful).tolist()], cells, expected, found)
    return found


def _doubtful(values: npt.NDArray[np.float64], expected: Expected) -> npt.NDArray[np.bool_]:
    """The numbers that have to be looked at one by one. Whole numbers with binary noise are evened out."""
    import numpy as np

    doubtful = ~(np.abs(values) < TOO_LARGE)
    if expected.is_percent:
        doubtful |= (values > 0) & (values <= 1)
    if expected.is_whole:
        nearest = np.rint(values)
        with np.errstate(invalid="ignore"):  # infinite numbers are doubtful already
            is_whole = np.abs(values - nearest) <= WHOLE_NUMBER_NOISE
        np.copyto(values, nearest, where=is_whole & ~doubtful)
        doubtful |= ~is_whole
    return doubtful


def _take_percentages(
    values: npt.NDArray[np.float64], others: Sequence[int], cells: Sequence[object]
) -> list[int]:
    """Puts the percentages among ``others`` into ``values`` and gives the positions that remain."""
    import numpy as np

    positions, fractions = [], []
    for at in others:
        cell = cells[at]
        if isinstance(cell, Percentage) and abs(cell.fraction) < _SURELY_PLAUSIBLE:
            positions.append(at)
            fractions.append(cell.fraction)
    values[positions] = np.rint(np.array(fractions) * 100 * PERCENT_DIGITS) / PERCENT_DIGITS
    taken = set(positions)
    return [at for at in others if at not in taken]


def _read_one_by_one(
    positions: Sequence[int], cells: Sequence[object], expected: Expected, found: ColumnReading
) -> None:
    import numpy as np

    known: dict[tuple[type, object], Reading | NumberError] = {}
    for at in positions:
        cell = cells[at]
        try:
            result = known.get((type(cell), cell))
        except TypeError:  # a cell that cannot be a key
            result = _read(cell, expected)
        if result is None:
            result = known[type(cell), cell] = _read(cell, expected)
        if isinstance(result, NumberError):
            found.problems[at] = result
            found.values[at] = np.nan
            continue
        found.values[at] = np.nan if result.value is None else result.value
        if _says_more(result):
            found.special[at] = result


def _read(cell: object, expected: Expected) -> Reading | NumberError:
    try:
        return read_cell(cell, expected)
    except NumberError as error:
        return error


def _says_more(reading: Reading) -> bool:
    return reading.qualifier != "exact" or reading.out_of is not None or reading.is_nothing_arose

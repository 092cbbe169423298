"""Figures beside the earlier ones of their series, on the scale on which changes are compared.

Rates, scores and measures as they are; counts by their logarithm, so that a change is a relative one; counts that
accumulate by what each period added. A series ends where its source, method, scope or area changes, with a year that
starts again from nothing, and at the merger of provinces; samples are no history of real figures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING

from dx_pipeline.periods import MERGER_DATE

if TYPE_CHECKING:
    import duckdb
    import numpy as np
    import pandas as pd

# Provinces are compared with each other where all of these agree; with the area, it is a series.
_ALIKE = [
    "indicator_code",
    "scope",
    "source_code",
    "period_basis",
    "method_version",
    "is_sample",
    "accumulates_from",
    "period_months",
    "area_level",
]
_WITHIN = ["area_code", "year", "is_new_map"]
_KIND = [*_ALIKE, *_WITHIN, "is_count", "adds_up"]
_VALUES = ["series", "period_start", "value"]
_DAYS_OF_MONTH = 31


@dataclass(frozen=True, slots=True)
class Series:
    """Figures on their scale, a row for each of ``rows``.

    Attributes:
        level: The figure.
        before: The same of the period before; NaN where there is none.
        before_that: And of the one before that.
        earlier_changes: A row per figure: the changes from period to period before it, latest first; NaN are gaps.
    """

    level: np.ndarray
    before: np.ndarray
    before_that: np.ndarray
    earlier_changes: np.ndarray


def numbered_series(rows: pd.DataFrame) -> pd.DataFrame:
    """``rows`` with ``period_months``, ``series``, ``group`` and what else a series is told by.

    Args:
        rows: Prepared figures of provinces and of the nation, with ``adds_up`` for counts that accumulate.

    Returns:
        The rows; ``group`` numbers the provinces' figures of one period that are compared with each other, and is
        missing for the nation.
    """
    import pandas as pd

    start, end = rows["period_start"], rows["period_end"]
    frame = rows.assign(
        period_months=(end.dt.year - start.dt.year) * 12 + end.dt.month - start.dt.month + 1,
        year=start.dt.year.where(rows["grows_within_year"]).astype("float64"),
        is_new_map=(start >= pd.Timestamp(MERGER_DATE)) | (rows["area_level"] == "national"),
    )
    alike = _numbered(frame, _ALIKE)
    group = _numbered(frame.assign(alike=alike), ["alike", "period_start"]).astype("float64")
    return frame.assign(
        series=_numbered(frame.assign(alike=alike), ["alike", *_WITHIN]),
        group=group.where(frame["area_level"] == "province"),
    )


def _numbered(rows: pd.DataFrame, columns: list[str]) -> pd.Series:
    return rows.groupby(columns, dropna=False, sort=False, observed=True).ngroup()


def series_of(connection: duckdb.DuckDBPyConnection, rows: pd.DataFrame, months_back: int) -> Series:
    """Looks up the history of ``rows`` and puts them beside it.

    Args:
        connection: An open connection; nothing is written.
        rows: What ``numbered_series`` gave: everything in force in the judged months.
        months_back: How far back to look.
    """
    import numpy as np
    import pandas as pd

    kinds = rows.loc[~rows["series"].duplicated(), ["series", *_KIND]].set_index("series").sort_index()
    own = rows[[*_VALUES, "vintage_at"]]
    if own.duplicated(
        ["series", "period_start"]
    ).any():  # two bulletins: the later one is written over the other
        own = own.sort_values(["vintage_at", "value"])
    known = pd.concat([_history(connection, rows, kinds, months_back), own[_VALUES]])
    lengths = kinds["period_months"].to_numpy()
    period = _period(known["period_start"], lengths[known["series"]])
    first = pd.Series(period).groupby(lengths[known["series"]]).min()
    offset = first.reindex(lengths).to_numpy()
    table = np.full((len(kinds), int((period - offset[known["series"]]).max()) + 1), np.nan)
    table[known["series"], period - offset[known["series"]]] = known["value"]

    is_count, adds_up = kinds["is_count"].to_numpy(bool), kinds["adds_up"].to_numpy(bool)
    opening = _period(kinds["accumulates_from"], lengths) - offset
    columns = np.arange(table.shape[1])
    levels = _levels(
        table, _shifted(table, 1), is_count[:, None], adds_up[:, None], columns == opening[:, None]
    )

    line = rows["series"].to_numpy()
    column = _period(rows["period_start"], lengths[line]) - offset[line]
    value_before = _at(table, line, column - 1)
    level = _levels(
        rows["value"].to_numpy(), value_before, is_count[line], adds_up[line], column == opening[line]
    )
    back = np.arange(1, months_back + 1)
    changes = _at(levels - _shifted(levels, 1), line[:, None], column[:, None] - back)
    changes[back * lengths[line][:, None] > months_back] = np.nan
    return Series(level, _at(levels, line, column - 1), _at(levels, line, column - 2), changes)


def _history(
    connection: duckdb.DuckDBPyConnection, rows: pd.DataFrame, kinds: pd.DataFrame, months_back: int
) -> pd.DataFrame:
    """What is in force of these series in the months that are not judged."""
    months = rows["period_start"].drop_duplicates().dt.date
    connection.register("outlier_series", kinds[[*_ALIKE, *_WITHIN]].reset_index())
    try:
        return connection.execute(
            resources.files(__package__).joinpath("outlier_history.sql").read_text(encoding="utf-8"),
            {
                "merger": MERGER_DATE,
                "earliest": months.min() - timedelta(days=_DAYS_OF_MONTH * (months_back + 2)),
                "latest": months.max(),
                "judged": list(months),
            },
        ).df()
    finally:
        connection.unregister("outlier_series")


def _period(days: pd.Series, months: np.ndarray) -> np.ndarray:
    """The number of the period of so many months that a day is in; that of no day is far away."""
    number = (days.dt.year * 12 + days.dt.month - 1).fillna(-1).to_numpy()
    return (number // months).astype("int64")


def _shifted(table: np.ndarray, by: int) -> np.ndarray:
    import numpy as np

    return np.pad(table, ((0, 0), (by, 0)), constant_values=np.nan)[:, : table.shape[1]]


def _at(table: np.ndarray, line: np.ndarray, column: np.ndarray) -> np.ndarray:
    """The table's cells; NaN where a column is before its first."""
    import numpy as np

    return np.where(column >= 0, table[line, np.maximum(column, 0)], np.nan)


def _levels(
    value: np.ndarray, before: np.ndarray, is_count: np.ndarray, adds_up: np.ndarray, opens: np.ndarray
) -> np.ndarray:
    import numpy as np

    counted = np.where(adds_up, value - np.where(opens, 0, before), value)
    levels: np.ndarray = np.where(is_count, np.log1p(np.maximum(counted, 0)), value)
    return levels

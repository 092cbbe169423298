"""The rules' expectations as masks over whole columns, for frames too large to be asked row by row.

Each says exactly what the Great Expectations expectation of its name says; a test holds one against the other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from dx_pipeline.quality.rule import Rule
from dx_pipeline.quality.suites import CannotRunError

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


def failing_rows(rows: pd.DataFrame, rule: Rule) -> np.ndarray:
    """Index labels of the rows that break ``rule``, in the frame's order.

    Raises:
        CannotRunError: An expectation could not be asked of these values.
    """
    import numpy as np

    failed = np.zeros(len(rows), dtype=bool)
    for expectation in rule.expectations:
        try:
            broken = _BROKEN_WHERE[expectation.name](rows, **expectation.arguments)
        except (TypeError, ValueError) as error:
            column = expectation.arguments.get("column") or "the rows"
            raise CannotRunError(f"{expectation.name} on {column}: {error}") from error
        failed |= broken.fillna(False).to_numpy(dtype=bool)
    labels: np.ndarray = rows.index[failed].to_numpy()
    return labels


def _is_missing(rows: pd.DataFrame, column: str) -> pd.Series:
    return rows[column].isna()


def _lies_outside(
    rows: pd.DataFrame, column: str, min_value: float = -math.inf, max_value: float = math.inf
) -> pd.Series:
    """Both limits are allowed; a missing value is within any."""
    return (rows[column] < min_value) | (rows[column] > max_value)


def _is_smaller(
    rows: pd.DataFrame,
    column_A: str,  # noqa: N803 - Great Expectations' name
    column_B: str,  # noqa: N803
    or_equal: bool,
    ignore_row_if: str,
) -> pd.Series:
    """A below B, or equal to it where it must be above; where either is missing, nothing is said."""
    if ignore_row_if != "either_value_is_missing":
        raise ValueError(f"ignore_row_if {ignore_row_if!r} is not known here")
    a, b = rows[column_A], rows[column_B]
    return (a < b) if or_equal else (a <= b)


def _is_not_in_set(rows: pd.DataFrame, column: str, value_set: Sequence[object]) -> pd.Series:
    """Not one of the values; a missing value is passed over."""
    return rows[column].notna() & ~rows[column].isin(value_set)


def _stands_again(rows: pd.DataFrame, column_list: Sequence[str], ignore_row_if: str) -> pd.Series:
    """Another row has the same values in all columns; missing values are the same as missing values."""
    if ignore_row_if != "never":
        raise ValueError(f"ignore_row_if {ignore_row_if!r} is not known here")
    return rows.duplicated(list(column_list), keep=False)


_BROKEN_WHERE: dict[str, Callable[..., pd.Series]] = {
    "expect_column_values_to_not_be_null": _is_missing,
    "expect_column_values_to_be_between": _lies_outside,
    "expect_column_pair_values_a_to_be_greater_than_b": _is_smaller,
    "expect_column_values_to_be_in_set": _is_not_in_set,
    "expect_compound_columns_to_be_unique": _stands_again,
}

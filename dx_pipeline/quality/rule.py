"""What a rule is: its code, its words, the figures it looks at and the expectations it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["ERROR", "WARN"]
Stage = Literal["reading", "figure", "neighbour", "outlier", "register", "restatement", "month", "table"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """One expectation: the name Great Expectations knows it by, and its arguments."""

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule of the catalogue's checks.

    Attributes:
        code: Its name in ``quality.rejection``, ``quality.check_result`` and the Dagster UI.
        severity: ERROR rejects the figure (or refuses the month); WARN is shown and counted.
        title_vi: What it says, in Vietnamese.
        title_en: The same in English.
        stage: ``reading`` is asked by the readers, of the form itself; ``figure`` needs the figure and its
            file, ``neighbour`` the months beside it, ``outlier`` its history and the other provinces,
            ``register`` one row per load of a large register and province, ``restatement`` one row per
            approved restatement, ``month`` one row per expected
            province, ``table`` one row per month and source.
        applies_to: The column that is true where the rule has something to look at; None is every row.
        numbers: Columns it needs as numbers.
        others: Columns it needs, of any type.
        expectations: What must hold of the rows it applies to.
        is_told_by_figure: Of a figure's rule: whether each figure that breaks it is told of by itself; else one
            word says it of all (a province's whole month).
    """

    code: str
    severity: Severity = "ERROR"
    title_vi: str
    title_en: str
    stage: Stage = "figure"
    applies_to: str | None = None
    numbers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    is_told_by_figure: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column it needs."""
        return (*self.numbers, *self.others, *([self.applies_to] if self.applies_to else []))


def present(column: str) -> Expectation:
    """There is a value."""
    return Expectation("expect_column_values_to_not_be_null", {"column": column})


def between(column: str, **limits: float) -> Expectation:
    """The value lies within ``min_value`` and ``max_value``, both included."""
    return Expectation("expect_column_values_to_be_between", {"column": column, **limits})


def not_above(smaller: str, larger: str) -> Expectation:
    """One column is not above the other, where both have a value."""
    return Expectation(
        "expect_column_pair_values_a_to_be_greater_than_b",
        {
            "column_A": larger,
            "column_B": smaller,
            "or_equal": True,
            "ignore_row_if": "either_value_is_missing",
        },
    )


def one_of(column: str, *values: object) -> Expectation:
    """The value is one of ``values``."""
    return Expectation("expect_column_values_to_be_in_set", {"column": column, "value_set": list(values)})

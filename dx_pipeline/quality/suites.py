"""Rules become Great Expectations expectations: what a frame must look like, then what must hold of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.rule import Expectation, Rule

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation as GreatExpectation

_NUMBER_TYPES = ["float64", "float32", "int64", "int32", "Float64", "Int64"]


def existence_expectations(columns: Sequence[str]) -> list[GreatExpectation]:
    """That every column the rules need is there."""
    return [_built(Expectation("expect_column_to_exist", {"column": column})) for column in columns]


def number_expectations(columns: Sequence[str]) -> list[GreatExpectation]:
    """That columns hold numbers."""
    name = "expect_column_values_to_be_in_type_list"
    return [_built(Expectation(name, {"column": column, "type_list": _NUMBER_TYPES})) for column in columns]


def row_expectations(rule: Rule) -> list[GreatExpectation]:
    """What must hold of every row the rule applies to."""
    return [_built(item) for item in rule.expectations]


def _built(item: Expectation) -> GreatExpectation:
    from great_expectations.expectations.registry import get_expectation_impl

    arguments: dict[str, Any] = dict(item.arguments)
    return get_expectation_impl(item.name)(**arguments)

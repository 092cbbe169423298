from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dx_pipeline.quality import engine
from dx_pipeline.quality.engine import RuleResult, evaluate
from dx_pipeline.quality.masks import failing_rows
from dx_pipeline.quality.rule import Expectation, Rule
from dx_pipeline.quality.rules import FLOAT_NOISE, STATUSES, all_rules
from dx_pipeline.quality.suites import CannotRunError

# Values at the limits of the rules, in and out of order; None and NaN are gaps.
NUMBERS = [
    None,
    float("nan"),
    -1,
    -1e-9,
    0,
    FLOAT_NOISE,
    0.01,
    0.05,
    0.5,
    1,
    8.5,
    100,
    100.0001,
    float("inf"),
]
OTHERS = [None, float("nan"), "", "a", "b", *STATUSES, "blue", True, False, date(2025, 9, 1)]
FLAGS = [True, False, None]
ENGINE_RULES = [rule for rule in all_rules() if rule.stage != "reading"]


def columns_of(values: list[object], row_count: int) -> st.SearchStrategy[list[object]]:
    return st.lists(st.sampled_from(values), min_size=row_count, max_size=row_count)


@st.composite
def frames(draw: st.DrawFn, rule: Rule) -> pd.DataFrame:
    """Rows under any labels, with the rule's columns: good, empty, typed otherwise, or not there."""
    count = draw(st.integers(1, 8))
    frame = pd.DataFrame(index=draw(st.permutations(range(20)))[:count])
    for column in rule.numbers:
        frame[column] = pd.Series(draw(columns_of(NUMBERS, count)), index=frame.index, dtype="float64")
    for column in rule.others:
        values = pd.Series(draw(columns_of(OTHERS, count)), index=frame.index, dtype=object)
        frame[column] = values.astype("category") if draw(st.booleans()) else values
    if rule.applies_to:
        frame[rule.applies_to] = pd.Series(draw(columns_of(FLAGS, count)), index=frame.index, dtype=object)
    broken = draw(st.sampled_from([None, None, *rule.columns]))
    if broken in rule.numbers:
        other_type = draw(st.sampled_from(["missing", "text", "object", "int64", "Int64", "Float64"]))
        return changed(frame, broken, other_type)
    return frame.drop(columns=broken) if broken and draw(st.booleans()) else frame


def changed(frame: pd.DataFrame, column: str, other_type: str) -> pd.DataFrame:
    if other_type == "missing":
        return frame.drop(columns=column)
    if other_type == "text":
        return frame.assign(**{column: "12,5"})
    finite = frame[column].where(np.isfinite(frame[column]))
    values = {
        "object": frame[column].astype(object),
        "int64": finite.fillna(0).round().astype("int64"),
        "Int64": finite.round().astype("Int64"),
        "Float64": finite.astype("Float64"),
    }
    return frame.assign(**{column: values[other_type]})


def both_ways(frame: pd.DataFrame, rule: Rule) -> list[RuleResult]:
    results = []
    for large in (len(frame), 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(engine, "LARGE", large)
            results += evaluate(frame, [rule])
    return results


@pytest.mark.parametrize("rule", ENGINE_RULES, ids=lambda rule: rule.code)
@given(data=st.data())
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_counting_says_what_great_expectations_says(rule: Rule, data: st.DataObject):
    frame = data.draw(frames(rule))
    asked, counted = both_ways(frame, rule)
    assert counted.could_not_run == asked.could_not_run
    assert list(counted.evaluated_rows) == list(asked.evaluated_rows)
    assert list(counted.failed_rows) == list(asked.failed_rows)


def test_every_expectation_of_the_rules_can_be_counted():
    frame = pd.DataFrame({column: [1.0] for rule in ENGINE_RULES for column in rule.columns})
    for rule in ENGINE_RULES:
        failing_rows(frame, rule)


@pytest.mark.parametrize(
    "expectation",
    [
        Expectation("expect_column_values_to_be_between", {"column": "x", "max_value": 1}),
        Expectation(
            "expect_column_pair_values_a_to_be_greater_than_b",
            {"column_A": "y", "column_B": "y", "or_equal": True, "ignore_row_if": "never"},
        ),
        Expectation(
            "expect_compound_columns_to_be_unique",
            {"column_list": ["y"], "ignore_row_if": "any_value_is_missing"},
        ),
    ],
    ids=["text against a number", "another way with gaps in a pair", "another way with gaps in a key"],
)
def test_what_cannot_be_counted_is_no_pass(expectation: Expectation):
    rule = Rule(code="r", title_vi="-", title_en="-", expectations=(expectation,))
    with pytest.raises(CannotRunError, match=expectation.name):
        failing_rows(pd.DataFrame({"x": ["12,5"], "y": [1.0]}), rule)


def test_a_count_that_great_expectations_does_not_confirm_is_no_pass(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "LARGE", 0)
    monkeypatch.setattr(engine.Session, "failing_rows", lambda *_: np.array([], dtype="int64"))
    rule = next(rule for rule in ENGINE_RULES if rule.code == "count_not_negative")
    frame = pd.DataFrame({"smallest_count": [-1.0, 1.0], "has_counts": True})
    [result] = evaluate(frame, [rule])
    assert not result.passed
    assert result.could_not_run

"""Runs rules over a frame and says which rows broke which rule.

Failing rows are counted, and Great Expectations judges the counts; where it finds a rule broken, it is asked of an
ordinary month's rows themselves, so that the rows named are its own.
A rule that could not run says so: a missing column, text where numbers belong, or an error inside Great
Expectations is never a pass. What follows from a failing row is decided in ``resolution.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.masks import failing_rows
from dx_pipeline.quality.rule import Rule, between, present
from dx_pipeline.quality.suites import CannotRunError, Session, shared_session

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

# Asking takes Great Expectations 10 ms per expectation of any frame, and of more than so many rows much longer (13
# rules over a million rows: 0.7 s, and more for every row that fails; counting them takes 0.1 s).
LARGE = 50_000
_NUMBER_TYPES = ("float64", "float32", "int64", "int32", "Float64", "Int64")
_NOTHING_FAILED = Rule(
    code="nothing_failed",
    title_vi="Không dòng nào vi phạm quy tắc",
    title_en="No row broke the rule",
    numbers=("failed",),
    expectations=(present("failed"), between("failed", min_value=0, max_value=0)),
)


@dataclass(frozen=True, slots=True, eq=False)
class RuleResult:
    """What one rule said of one frame.

    Attributes:
        rule: The rule.
        evaluated_rows: Index labels of the rows it looked at.
        failed_rows: Index labels of the rows that broke it, in the frame's order.
        could_not_run: Why it could not run; None when it ran.
    """

    rule: Rule
    evaluated_rows: np.ndarray
    failed_rows: np.ndarray
    could_not_run: str | None = None

    @property
    def evaluated(self) -> int:
        """How many rows it looked at; none is 'nothing to evaluate'."""
        return len(self.evaluated_rows)

    @property
    def passed(self) -> bool:
        """Whether it ran and no row broke it."""
        return self.could_not_run is None and not len(self.failed_rows)


Failing = Callable[["pd.DataFrame", Rule], "np.ndarray"]


def evaluate(frame: pd.DataFrame, rules: Sequence[Rule]) -> list[RuleResult]:
    """Runs ``rules`` over ``frame``, whose index is unique.

    Args:
        frame: Figures with the columns of ``columns.prepare``, or a profile with a row per group.
        rules: The rules to run, in the order of the results.

    Returns:
        One result per rule. A frame without rows has nothing to evaluate; that there are figures at all
        is the table rules' business.
    """
    if frame.empty or not rules:
        return [_nothing(frame, rule) for rule in rules]
    session = shared_session()
    confirmed = _confirmed(session, [_run(frame, rule, failing_rows) for rule in rules])
    if len(frame) > LARGE:
        return confirmed
    return [
        result if result.passed else _run(frame, result.rule, session.failing_rows) for result in confirmed
    ]


def _nothing(frame: pd.DataFrame, rule: Rule, problem: str | None = None) -> RuleResult:
    none: Any = frame.index[:0].to_numpy()
    return RuleResult(rule, evaluated_rows=none, failed_rows=none, could_not_run=problem)


def _run(frame: pd.DataFrame, rule: Rule, failing: Failing) -> RuleResult:
    problem = _structural_problem(frame, rule)
    if problem:
        return _nothing(frame, rule, problem)
    # Only the needed columns: Great Expectations hashes every value of each frame it is given.
    rows = frame[list(dict.fromkeys(rule.columns))]
    if rule.applies_to is not None:
        rows = rows[frame[rule.applies_to].fillna(False).astype(bool)]
    if rows.empty:
        return _nothing(frame, rule)
    try:
        failed = failing(rows, rule)
    except CannotRunError as error:
        return replace(_nothing(frame, rule, str(error)), evaluated_rows=rows.index.to_numpy())
    return RuleResult(rule, evaluated_rows=rows.index.to_numpy(), failed_rows=failed)


def _structural_problem(frame: pd.DataFrame, rule: Rule) -> str | None:
    """What is wrong with the columns that the rule needs: missing, or not numbers."""
    problems = [f"column {column} is missing" for column in rule.columns if column not in frame.columns]
    problems += [
        f"column {column} holds {_type_held(frame[column])}, not numbers"
        for column in rule.numbers
        if column in frame.columns and not _holds_numbers(frame[column])
    ]
    return "; ".join(problems) or None


def _holds_numbers(column: pd.Series) -> bool:
    if column.dtype == object:
        return {type(value).__name__ for value in column.dropna()} <= set(_NUMBER_TYPES)
    return column.dtype.name in _NUMBER_TYPES


def _type_held(column: pd.Series) -> str:
    return "values of another type" if column.dtype == object else column.dtype.type.__name__


def _confirmed(session: Session, results: list[RuleResult]) -> list[RuleResult]:
    """The results of counting, as Great Expectations judges them: a rule passes where it finds no failing row."""
    import pandas as pd

    profile = pd.DataFrame(
        {
            "rule": [result.rule.code for result in results],
            "evaluated": [result.evaluated for result in results],
            "failed": [len(result.failed_rows) for result in results],
        }
    )
    refused = set(session.failing_rows(profile, _NOTHING_FAILED))
    return [
        result
        if (number in refused) == bool(len(result.failed_rows))
        else replace(result, could_not_run="Great Expectations and the count of failing rows disagree")
        for number, result in enumerate(results)
    ]

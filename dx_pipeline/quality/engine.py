"""Runs rules over a frame in Great Expectations and says which rows broke which rule.

A rule that could not run says so: a missing column, text where numbers belong, or an error inside Great
Expectations is never a pass. What follows from a failing row is decided in ``resolution.py``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.rule import Rule
from dx_pipeline.quality.suites import existence_expectations, number_expectations, row_expectations

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation

ROW_ID = "observation_id"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule said of one frame.

    Attributes:
        rule: The rule.
        evaluated_rows: Ids of the rows it looked at.
        failed_rows: Ids of the rows that broke it, in the frame's order.
        could_not_run: Why it could not run; None when it ran.
    """

    rule: Rule
    evaluated_rows: tuple[str, ...] = ()
    failed_rows: tuple[str, ...] = ()
    could_not_run: str | None = None

    @property
    def evaluated(self) -> int:
        """How many rows it looked at; none is 'nothing to evaluate'."""
        return len(self.evaluated_rows)

    @property
    def passed(self) -> bool:
        """Whether it ran and no row broke it."""
        return self.could_not_run is None and not self.failed_rows


def evaluate(frame: pd.DataFrame, rules: Sequence[Rule]) -> list[RuleResult]:
    """Runs ``rules`` over ``frame``, whose rows carry a unique ``observation_id``.

    Args:
        frame: Figures with the columns of ``columns.prepare``, or a profile with a row per group.
        rules: The rules to run, in the order of the results.

    Returns:
        One result per rule. A frame without rows has nothing to evaluate; that there are figures at all
        is the table rules' business.
    """
    if frame.empty or not rules:
        return [RuleResult(rule) for rule in rules]
    session = _Session()
    problems = _structural_problems(session, frame, rules)
    return [_run(session, frame, rule, problems) for rule in rules]


def _structural_problems(session: _Session, frame: pd.DataFrame, rules: Sequence[Rule]) -> dict[str, str]:
    """What is wrong with the columns that the rules need, by column: missing, or not numbers."""
    columns = list(dict.fromkeys([ROW_ID, *(column for rule in rules for column in rule.columns)]))
    present = [column for column in columns if column in frame.columns]
    numbers = [
        column for column in dict.fromkeys(c for rule in rules for c in rule.numbers) if column in present
    ]
    results = session.validate(
        frame[present], [*existence_expectations(columns), *number_expectations(numbers)]
    )
    return {result.column: result.problem() for result in results if not result.success}


def _run(session: _Session, frame: pd.DataFrame, rule: Rule, problems: dict[str, str]) -> RuleResult:
    found = [problems[column] for column in (ROW_ID, *rule.columns) if column in problems]
    if found:
        return RuleResult(rule, could_not_run="; ".join(found))
    rows = frame if rule.applies_to is None else frame[frame[rule.applies_to].fillna(False).astype(bool)]
    if rows.empty:
        return RuleResult(rule)
    ids = tuple(rows[ROW_ID])
    # Only the needed columns: Great Expectations hashes every value of each frame it is given.
    results = session.validate(rows[list(dict.fromkeys([ROW_ID, *rule.columns]))], row_expectations(rule))
    errors = [result.problem() for result in results if not result.success and not result.failing_ids]
    if errors:
        return RuleResult(rule, evaluated_rows=ids, could_not_run="; ".join(errors))
    failed = {row_id for result in results for row_id in result.failing_ids}
    return RuleResult(rule, evaluated_rows=ids, failed_rows=tuple(item for item in ids if item in failed))


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What one expectation said."""

    expectation: str
    column: str
    success: bool
    failing_ids: tuple[str, ...]
    observed: str
    errors: tuple[str, ...]

    def problem(self) -> str:
        """What went wrong, where it was no row's fault."""
        if self.errors:
            return f"{self.expectation} on {self.column or 'the rows'}: {self.errors[0]}"
        if self.expectation == "expect_column_to_exist":
            return f"column {self.column} is missing"
        return f"column {self.column} holds {self.observed}, not numbers"


class _Session:
    """One ephemeral Great Expectations context that takes frame after frame."""

    def __init__(self) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        asset = context.data_sources.add_pandas("figures").add_dataframe_asset("figures")
        self._batches = asset.add_batch_definition_whole_dataframe("whole")

    def validate(self, frame: pd.DataFrame, expectations: Sequence[Expectation]) -> list[_Outcome]:
        """What each expectation says of ``frame``."""
        import great_expectations as gx

        result_format: dict[str, Any] = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
        if ROW_ID in frame.columns:
            result_format["unexpected_index_column_names"] = [ROW_ID]
        batch = self._batches.get_batch({"dataframe": frame})
        suite = gx.ExpectationSuite(name="rules", expectations=list(expectations))
        return [_outcome(item) for item in batch.validate(suite, result_format=result_format).results]


def _outcome(result: Any) -> _Outcome:
    details = result.result or {}
    return _Outcome(
        expectation=result.expectation_config.type,
        column=result.expectation_config.kwargs.get("column", ""),
        success=bool(result.success),
        failing_ids=tuple(row[ROW_ID] for row in details.get("unexpected_index_list") or () if ROW_ID in row),
        observed=str(details.get("observed_value", "values of another type")),
        errors=tuple(_messages(result.exception_info or {})),
    )


def _messages(info: dict[str, Any]) -> Iterator[str]:
    """Error messages from the two places where Great Expectations hides them."""
    for part in (info, *info.values()):
        if isinstance(part, dict) and part.get("exception_message"):
            yield str(part["exception_message"])

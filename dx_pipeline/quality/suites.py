"""Asks Great Expectations: rules become its expectations, and its answers the rows that break them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from typing import TYPE_CHECKING, Any

from dx_pipeline.quality.great_expectations import great_expectations
from dx_pipeline.quality.rule import Expectation, Rule

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from great_expectations.expectations.expectation import Expectation as GreatExpectation


class CannotRunError(Exception):
    """A rule could not be asked of these values; that is never a pass."""


class Session:
    """One ephemeral Great Expectations context that takes frame after frame."""

    def __init__(self) -> None:
        gx = great_expectations()
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False, metric_calculations=False)
        asset = context.data_sources.add_pandas("figures").add_dataframe_asset("figures")
        self._batches = asset.add_batch_definition_whole_dataframe("whole")

    def failing_rows(self, rows: pd.DataFrame, rule: Rule) -> np.ndarray:
        """Index labels of the rows that break ``rule``, in the frame's order.

        Raises:
            CannotRunError: An expectation failed and no row is to blame.
        """
        results = self._validate(rows, row_expectations(rule))
        failed = [_failing_labels(result) for result in results]
        errors = [
            _problem(result)
            for result, labels in zip(results, failed, strict=True)
            if not result.success and not labels
        ]
        if errors:
            raise CannotRunError("; ".join(errors))
        labels: np.ndarray = rows.index[rows.index.isin(list(chain(*failed)))].to_numpy()
        return labels

    def _validate(self, frame: pd.DataFrame, expectations: Sequence[GreatExpectation]) -> list[Any]:
        gx = great_expectations()
        result_format: dict[str, Any] = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
        batch = self._batches.get_batch({"dataframe": frame})
        suite = gx.ExpectationSuite(name="rules", expectations=list(expectations))
        return list(batch.validate(suite, result_format=result_format).results)


@cache
def shared_session() -> Session:
    """The session of this process; making one takes as long as asking several rules."""
    return Session()


def row_expectations(rule: Rule) -> list[GreatExpectation]:
    """What must hold of every row the rule applies to."""
    return [_built(item) for item in rule.expectations]


def _built(item: Expectation) -> GreatExpectation:
    from great_expectations.expectations.registry import get_expectation_impl

    arguments: dict[str, Any] = dict(item.arguments)
    return get_expectation_impl(item.name)(**arguments)


def _failing_labels(result: Any) -> list[Any]:
    return list((result.result or {}).get("unexpected_index_list") or ())


def _problem(result: Any) -> str:
    """What went wrong, where it was no row's fault."""
    config = result.expectation_config
    said = next(_messages(result.exception_info or {}), "failed without a failing row")
    return f"{config.type} on {config.kwargs.get('column') or 'the rows'}: {said}"


def _messages(info: dict[str, Any]) -> Iterator[str]:
    """Error messages from the two places where Great Expectations hides them."""
    for part in (info, *info.values()):
        if isinstance(part, dict) and part.get("exception_message"):
            yield str(part["exception_message"])

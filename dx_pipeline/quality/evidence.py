"""What the rules said of which rows of one frame, gathered over several runs of the engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from dx_pipeline.quality.rules import all_rules

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from dx_pipeline.quality.engine import RuleResult


@dataclass(slots=True)
class Evidence:
    """Per rule code: whether it looked at each row, whether the row broke it, and why it could not run.

    Attributes:
        row_count: How many rows the frame has; they are numbered from 0 by its index.
        evaluated: For each rule that ran, true at the rows it looked at.
        failed: The same of the rows that broke it.
        could_not_run: Why a rule could not run.
    """

    row_count: int
    evaluated: dict[str, np.ndarray] = field(default_factory=dict)
    failed: dict[str, np.ndarray] = field(default_factory=dict)
    could_not_run: dict[str, str] = field(default_factory=dict)

    def add(self, results: Iterable[RuleResult]) -> None:
        """Takes in the results of one run; a row looked at again counts as it was seen last."""
        for result in results:
            code = result.rule.code
            self.evaluated.setdefault(code, self._none())[result.evaluated_rows] = True
            failed = self.failed.setdefault(code, self._none())
            failed[result.evaluated_rows] = False
            failed[result.failed_rows] = True
            if result.could_not_run:
                self.could_not_run[code] = result.could_not_run

    def broken_by(self, row: int) -> list[str]:
        """The codes of the rules that a row broke, in the rules' order."""
        return [rule.code for rule in all_rules() if rule.code in self.failed and self.failed[rule.code][row]]

    def failing(self, codes: Iterable[str]) -> np.ndarray:
        """True at the rows that broke any of ``codes``."""
        found = self._none()
        for code in codes:
            found |= self.failed.get(code, False)
        return found

    def _none(self) -> np.ndarray:
        import numpy as np

        return np.zeros(self.row_count, dtype=bool)


class Asked(NamedTuple):
    """Rows that count, and what the rules said of the frame they belong to."""

    rows: pd.DataFrame
    evidence: Evidence

    def failing(self, *codes: str) -> pd.DataFrame:
        """The rows that broke any of ``codes``."""
        return self.rows[self.evidence.failing(codes)[self.rows.index]]

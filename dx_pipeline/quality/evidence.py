"""What the rules said of which figures, gathered over several runs of the engine."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from dx_pipeline.quality.engine import RuleResult


@dataclass(slots=True)
class Evidence:
    """Per rule code: the figures it looked at, those that broke it, and why it could not run."""

    evaluated: dict[str, set[str]] = field(default_factory=dict)
    failed: dict[str, set[str]] = field(default_factory=dict)
    could_not_run: dict[str, str] = field(default_factory=dict)

    def add(self, results: Iterable[RuleResult]) -> None:
        """Takes in the results of one run; a figure looked at again counts as it was seen last."""
        for result in results:
            code = result.rule.code
            seen = set(result.evaluated_rows)
            self.evaluated.setdefault(code, set()).update(seen)
            self.failed[code] = (self.failed.get(code, set()) - seen) | set(result.failed_rows)
            if result.could_not_run:
                self.could_not_run[code] = result.could_not_run

    def broken_by(self, row_id: str) -> list[str]:
        """The codes of the rules that a figure broke, in the order the rules ran."""
        return [code for code, failed in self.failed.items() if row_id in failed]

    def failing(self, codes: Iterable[str]) -> set[str]:
        """The figures that broke any of ``codes``."""
        return set().union(*(self.failed.get(code, set()) for code in codes))

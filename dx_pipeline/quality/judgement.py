"""What judging a set of months came to: what would be written, and what each check says of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import pandas as pd

# The most failing rows a check shows; quality.rejection has them all.
MAX_FAILING_ROWS = 100


@dataclass(frozen=True, slots=True)
class GateFinding:
    """One reason why the judged months must not replace what stands.

    Attributes:
        month: The month; None where a rule could not run at all.
        source_code: The source, empty where a rule could not run.
        rule: The rule's code.
        share: What was found (a share, or a number of figures).
        limit: What is allowed.
        message_en: What happened and what to do.
        message_vi: The same in Vietnamese.
    """

    month: date | None
    source_code: str
    rule: str
    share: float
    limit: float
    message_en: str
    message_vi: str


class CheckResult(NamedTuple):
    """One rule over the judged months, as the Dagster check shows it.

    ``failing_rows`` holds month, source, area, indicator, file, locator, value, message_en, message_vi; of a rule about
    registers month, source, area, rows, failed, first_lines, example, file, rejects_file and the messages.
    """

    passed: bool
    evaluated: int
    failed: int
    failing_rows: list[dict[str, Any]]
    could_not_run: str | None


@dataclass(frozen=True)
class Judgement:
    """The outcome of ``triage.judge_months``; nothing of it is written yet.

    Attributes:
        months: The months that were asked for.
        months_written: Those and the months judged again because of them.
        run_at: When.
        verdicts: observation_id, verdict, is_latest of the figures that change.
        decisions: What core.verdict takes: observation_id, decided_at, verdict, is_latest, in order.
        restated: The rows of core.observation that restatements give: ``base_id`` and what is different.
        restatements: restatement_id, status and messages of those that change.
        loads: Key, verdict, is_latest of the loads of large registers that change.
        rejections: Rows of ``quality.rejection`` as they should stand.
        check_rows: Rows of ``quality.check_result`` for ``months_written``.
        could_not_run: Why a rule could not run, by its code.
        findings: Why the table gate refuses the months; empty when it does not.
        months_changed: Months whose figures in force change.
        accepted_count: Figures in force in ``months``.
        rejected_count: Figures and cells standing rejected in ``months``.
        register_rows: What the checks of registers show: a line per province, with its ``rule``.
    """

    months: tuple[date, ...]
    months_written: tuple[date, ...]
    run_at: datetime
    verdicts: pd.DataFrame
    decisions: pd.DataFrame
    restated: pd.DataFrame
    restatements: pd.DataFrame
    loads: pd.DataFrame
    rejections: pd.DataFrame
    check_rows: pd.DataFrame
    could_not_run: dict[str, str]
    findings: tuple[GateFinding, ...]
    months_changed: frozenset[date]
    accepted_count: int
    rejected_count: int
    register_rows: tuple[dict[str, Any], ...] = ()

    def check_results(self, rule_code: str) -> CheckResult:
        """What one rule said of the months that were asked for."""
        import pandas as pd

        rows = self.check_rows[self.check_rows["rule"] == rule_code]
        rows = rows[rows["period_start"].isin(pd.to_datetime(list(self.months)))]
        evaluated, failed = int(rows["evaluated_count"].sum()), int(rows["failed_count"].sum())
        failed = failed or sum(item.rule == rule_code for item in self.findings)
        reason = self.could_not_run.get(rule_code)
        return CheckResult(
            passed=not failed and reason is None,
            evaluated=evaluated,
            failed=failed,
            failing_rows=self._failing_rows(rule_code)[:MAX_FAILING_ROWS],
            could_not_run=reason,
        )

    def _failing_rows(self, rule_code: str) -> list[dict[str, Any]]:
        of_registers = [
            {name: value for name, value in row.items() if name != "rule"}
            for row in self.register_rows
            if row["rule"] == rule_code and row["month"] in self.months
        ]
        if of_registers:
            return of_registers
        rows = self.rejections
        standing = rows[
            rows["is_current"] & (rows["rule"] == rule_code) & rows["period_start"].isin(self.months)
        ]
        found = [_failing_row(row) for row in records(standing)]
        return found + [_finding_row(item) for item in self.findings if item.rule == rule_code]


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as dictionaries by column name."""
    rows: list[dict[str, Any]] = frame.to_dict("records")  # type: ignore[assignment]
    return rows


def _failing_row(row: dict[str, Any]) -> dict[str, Any]:
    value = row["value"]
    return {
        "month": row["period_start"],
        "source": row["source_code"],
        "area": row["area_code"],
        "indicator": row["indicator_code"],
        "file": row["file_name"],
        "locator": row["locator"],
        "value": row["raw_text"] if value is None or value != value else value,  # noqa: PLR0124 - NaN
        "message_en": row["message_en"],
        "message_vi": row["message_vi"],
    }


def _finding_row(item: GateFinding) -> dict[str, Any]:
    return {
        "month": item.month,
        "source": item.source_code,
        "area": None,
        "indicator": None,
        "file": None,
        "locator": None,
        "value": item.share,
        "message_en": item.message_en,
        "message_vi": item.message_vi,
    }

"""One judgement's look at the registers: the profile put to the rules, the loads settled, and what is to be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.quality.engine import evaluate
from dx_pipeline.quality.evidence import Evidence
from dx_pipeline.quality.register_rules import REJECTS_WITHIN_LIMIT, ROW_RULES, failed_column
from dx_pipeline.quality.registers.profile import Counted, profile_of, read_counted, with_volume
from dx_pipeline.quality.registers.settling import Settled, settle
from dx_pipeline.quality.rules import rules_by_code, rules_of

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue


@dataclass(frozen=True, slots=True)
class Registers:
    """What there is to say of the registers of the judged months.

    Attributes:
        counted: Loads and counts as they were read.
        settled: Which load counts for which province.
        profile: The profile with the month before beside it.
        evidence: What the rules said of the profile's rows.
    """

    counted: Counted
    settled: Settled
    profile: pd.DataFrame
    evidence: Evidence

    def rows_of(self, column: str) -> pd.DataFrame:
        """The profile's rows of the loads for which a column of ``settled.loads`` is true."""
        loads = self.settled.loads
        return self.profile[self.profile["load"].isin(loads.index[loads[column]])]

    def could_not_run(self) -> dict[str, str]:
        """The row rules without a result for a load that counts: nothing can be said to pass them."""
        reasons = dict(self.evidence.could_not_run)
        standing = self.rows_of("stands")
        for rule in ROW_RULES:
            missing = standing[standing["has_rows"] & standing[failed_column(rule.code)].isna()]
            if len(missing):
                file_name = self.settled.loads["file_name"][missing["load"].iloc[0]]
                provinces = ", ".join(repr(code) for code in missing["province_code"].head(5))
                reasons.setdefault(
                    rule.code, f"{file_name}: not counted for {len(missing)} provinces ({provinces})"
                )
        return reasons


def judge_registers(
    connection: duckdb.DuckDBPyConnection,
    months: Sequence[date],
    others: Sequence[date],
    superseded: Sequence[str],
    catalogue: Catalogue,
) -> Registers | None:
    """Reads and judges the registers of the months; None where there are none.

    Args:
        connection: An open connection; nothing is written.
        months: The months that are asked for.
        others: The months judged again because of them.
        superseded: sha256 of the files that another has taken the place of.
        catalogue: The loaded catalogue.
    """
    counted = read_counted(connection, months, others, superseded)
    if counted.loads.empty:
        return None
    profile = profile_of(counted, catalogue)
    limit = evaluate(profile, [rules_by_code()[REJECTS_WITHIN_LIMIT]])
    shares = Evidence(len(profile))
    shares.add(limit)
    settled = settle(counted.loads, profile, shares.failing([REJECTS_WITHIN_LIMIT]))
    judged = settled.loads.index[settled.loads["has_say"] & settled.loads["is_in_scope"]]
    profile = with_volume(profile, settled.loads, settled.in_place, judged)
    evidence = Evidence(len(profile))
    evidence.add(limit)
    evidence.add(evaluate(profile[profile["load"].isin(judged)], rules_of("register")))
    return Registers(counted, settled, profile, evidence)

"""The three wrong workbooks of one month: a rate of 120, a count below last month's, an unknown province."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import dagster as dg

from dx_pipeline_tests.pipeline.office_world import OfficeWorld, locator_of, write_into

BEFORE, MONTH = "2025-09", "2025-10"
TOO_HIGH, TOO_LOW, UNKNOWN = "38", "40", "42"  # Thanh Hóa, Nghệ An, Hà Tĩnh
RULES = {"rate_within_0_100", "not_below_previous_month", "known_area"}


@dataclass(frozen=True)
class BrokenMonth:
    """A world in which the three workbooks were sent and the month was run.

    Attributes:
        world: The office.
        checks: The check evaluations of the run, by rule.
        files: Below the landing folder: the workbook of each of the three provinces.
        expected: (rule, file, cell) of everything that must be rejected, and nothing else.
        right: The three workbooks as they should have been.
        was_accepted_before: Whether right figures of the month had been accepted before.
    """

    world: OfficeWorld
    checks: dict[str, dg.AssetCheckEvaluation]
    files: dict[str, str]
    expected: set[tuple[str, str, str]]
    right: dict[Path, bytes]
    was_accepted_before: bool


def break_month(finished: OfficeWorld, root: Path, *, was_accepted_before: bool) -> BrokenMonth:
    """Sends the three wrong workbooks, over right ones or as the month's first ones, and runs the month."""
    world = finished.copy(root) if was_accepted_before else finished.copy_landing(root, BEFORE, MONTH)
    paths = {code: world.submission(code, MONTH) for code in (TOO_HIGH, TOO_LOW, UNKNOWN)}
    right = {path: path.read_bytes() for path in paths.values()}
    last_month = finished.figure(TOO_LOW, BEFORE, "DSIG_CERT_CNT")
    write_into(paths[TOO_HIGH], {("DIG_RATE", "all"): 120})
    write_into(paths[TOO_LOW], {("DSIG_CERT_CNT", "all"): last_month - 1})
    write_into(paths[UNKNOWN], {}, {"Mã tỉnh": "99", "Tỉnh, thành phố": "Tỉnh Không Có"})
    if not was_accepted_before:
        world.run_well(BEFORE)
    outcome = world.run_well(MONTH)[0]
    files = {code: world.origin(path) for code, path in paths.items()}
    whole_file = finished.working(
        "SELECT locator FROM core.observation WHERE file_name = ?", [files[UNKNOWN]]
    )
    return BrokenMonth(
        world,
        world.checks(outcome.run_id),
        files,
        {
            ("rate_within_0_100", files[TOO_HIGH], locator_of("DIG_RATE")),
            ("not_below_previous_month", files[TOO_LOW], locator_of("DSIG_CERT_CNT")),
            *(("known_area", files[UNKNOWN], row["locator"]) for row in whole_file),
        },
        right,
        was_accepted_before,
    )

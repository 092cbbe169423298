"""Empty Dagster runs: as many steps as the monthly and the quarterly job have, with assets that do nothing.

The least that any pipeline of this shape costs here: the same partitions, pool, executor and kind of run history
(SQLite below ``DAGSTER_HOME``), one asset per step, no checks, no metadata, no import but Dagster.
Run: python -m bench.empty_runs HOME MONTH
"""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path

import dagster as dg

STEPS = {"monthly": 8, "quarterly": 4}
POOL = "warehouse_write"
INSTANCE = """\
telemetry:
  enabled: false
nux:
  enabled: false
concurrency:
  pools:
    default_limit: 1
run_monitoring:
  enabled: true
  free_slots_after_run_end_seconds: 60
"""
_QUIET = {"loggers": {"terminal": {"config": {"level": "ERROR"}}}}
PARTITIONS = {
    "monthly": dg.MonthlyPartitionsDefinition(
        start_date="2025-01", fmt="%Y-%m", timezone="Asia/Ho_Chi_Minh", end_offset=1
    ),
    "quarterly": dg.TimeWindowPartitionsDefinition(
        start="2025-01",
        fmt="%Y-%m",
        cron_schedule="0 0 1 */3 *",
        timezone="Asia/Ho_Chi_Minh",
        end_offset=1,
    ),
}


def definitions() -> dg.Definitions:
    """Both jobs, each a chain of empty assets."""
    assets = [asset for name in STEPS for asset in _chain(name)]
    return dg.Definitions(
        assets=assets, jobs=[_job(name) for name in STEPS], loggers={"terminal": silent_logger}
    )


@dg.logger(config_schema={"level": dg.Field(str)})
def silent_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    """Says nothing in the terminal."""
    return logging.Logger("empty", level=logging.CRITICAL)


def _chain(job: str) -> list[dg.AssetsDefinition]:
    assets = []
    for number in range(STEPS[job]):

        @dg.asset(
            name=f"{job}_{number}",
            deps=assets[-1:],
            group_name=job,
            partitions_def=PARTITIONS[job],
            backfill_policy=dg.BackfillPolicy.single_run(),
            pool=POOL,
        )
        def nothing() -> None:
            """Does nothing."""

        assets.append(nothing)
    return assets


def _job(name: str) -> object:
    return dg.define_asset_job(
        name,
        selection=dg.AssetSelection.groups(name),
        partitions_def=PARTITIONS[name],
        executor_def=dg.in_process_executor,
    )


def prepare_home(home: Path) -> None:
    """Makes ``home`` Dagster's home, configured as an office's."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "dagster.yaml").write_text(INSTANCE, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(home)


def run_both(loaded: dg.Definitions, instance: dg.DagsterInstance, month: str) -> None:
    """The monthly job of the month, then the quarterly one of its quarter."""
    quarter = f"{month[:5]}{(int(month[5:]) - 1) // 3 * 3 + 1:02}"
    for name, key in (("monthly", month), ("quarterly", quarter)):
        result = loaded.resolve_job_def(name).execute_in_process(
            instance=instance, partition_key=key, run_config=_QUIET
        )
        assert result.success


def main() -> None:
    """One empty run of each job, in a process that imports nothing but Dagster."""
    prepare_home(Path(sys.argv[1]))
    with dg.DagsterInstance.get() as instance:
        run_both(definitions(), instance, sys.argv[2])


if __name__ == "__main__":
    main()

"""Runs started from the command line, in this process, on the office's own run history.

A run that was killed leaves its slot in the writers' pool taken; without a daemon nobody would free it, and
the next run would wait for ever. One lock file per data directory says whether its run is still alive.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any

import dagster as dg
from filelock import FileLock, Timeout

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.failures import TransientError
from dx_pipeline.ingest.isolation import start_reading
from dx_pipeline.orchestration.build import build_definitions
from dx_pipeline.orchestration.partitions import RANGE_END, RANGE_START
from dx_pipeline.periods import add_months, month_key, months_between, quarter_of
from dx_pipeline.quality.suites import shared_session
from dx_pipeline.settings import DataDirectory

_LAUNCHED_BY = {"dx/launched_by": "dxp run"}
_UNFINISHED = [dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.NOT_STARTED]
WORKSPACE_FILE = "workspace.yaml"
# The same name as in the repository's workspace.yaml and pyproject.toml: schedules belong to a location by name.
_WORKSPACE = """\
load_from:
  - python_module:
      module_name: dx_pipeline.definitions
      location_name: dx_pipeline
"""
_INSTANCE_FILE = "dagster.yaml"
_INSTANCE = """\
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
event_log_storage:
  module: dx_pipeline.orchestration.run_history
  class: OfficeEventLog
"""


def prepare_home(data: DataDirectory) -> None:
    """Makes the data directory Dagster's home: no telemetry, one writer at a time."""
    data.create()
    for name, content in ((_INSTANCE_FILE, _INSTANCE), (WORKSPACE_FILE, _WORKSPACE)):
        path = data.dagster_home / name
        if not path.exists():
            path.write_text(content, encoding="utf-8")
    os.environ["DAGSTER_HOME"] = str(data.dagster_home)
    os.environ["DX_DATA_DIR"] = str(data.root)


@dataclass(frozen=True, slots=True)
class JobOutcome:
    """How one job over one range of periods ended; ``problem`` is empty when it succeeded."""

    job: str
    first: date
    last: date
    run_id: str
    problem: str


@contextmanager
def local_runs(data: DataDirectory) -> Iterator[dg.DagsterInstance]:
    """The office's run history, for one ``dxp run`` at a time; frees what a killed one left taken.

    Raises:
        TransientError: Another ``dxp run`` is at work on this data directory.
    """
    prepare_home(data)
    try:
        with FileLock(data.dagster_home / "run.lock", timeout=0), dg.DagsterInstance.get() as instance:
            _bury_killed_runs(instance)
            yield instance
    except Timeout as error:
        raise TransientError(
            f"another dxp run is at work on {data.root}; wait until it has ended",
            f"Một lệnh dxp run khác đang chạy trên {data.root}; hãy đợi lệnh đó kết thúc.",
        ) from error


def _bury_killed_runs(instance: dg.DagsterInstance) -> None:
    """No other ``dxp run`` is alive here, so unfinished runs of that kind were killed."""
    for run in instance.get_runs(dg.RunsFilter(tags=_LAUNCHED_BY, statuses=_UNFINISHED)):
        instance.report_run_failed(run, "the process that ran it was ended from outside")
    storage = instance.event_log_storage
    for run_id in storage.get_concurrency_run_ids():
        holder = instance.get_run_by_id(run_id)
        if holder is None or holder.is_finished:
            storage.free_concurrency_slots_for_run(run_id)


def run_months(
    months: Sequence[date],
    instance: dg.DagsterInstance,
    data: DataDirectory,
    *,
    month_by_month: bool = False,
    log_level: str = "INFO",
) -> Iterator[JobOutcome]:
    """Runs the monthly job over unbroken ranges of months, then the quarterly one over their quarters.

    A range goes in one run. Where one fails, its months are run one by one, so that a month beyond the limits
    holds back itself alone.

    Args:
        months: First days of months, ascending.
        instance: From ``local_runs``.
        data: The office's data directory.
        month_by_month: Never in one run: slower, but the UI keeps each check's state only per month run alone.
        log_level: Of what the runs say in the terminal.
    """
    _warm_up()
    definitions = build_definitions(data.root)
    for first, last in unbroken_ranges(months):
        done: list[JobOutcome] = []
        for outcome in _run_range(definitions, (first, last), instance, log_level, month_by_month):
            done += [] if outcome.problem else [outcome]
            yield outcome
        if done:
            span = (quarter_of(done[0].first), quarter_of(done[-1].last))
            yield _run_job(definitions, "quarterly", span, instance, log_level)


def _warm_up() -> None:
    """Starts the reading processes and imports Great Expectations meanwhile: every run needs both."""
    start_reading(load_catalogue())
    shared_session()


def _run_range(
    definitions: dg.Definitions,
    span: tuple[date, date],
    instance: dg.DagsterInstance,
    log_level: str,
    month_by_month: bool,
) -> Iterator[JobOutcome]:
    if not month_by_month or span[0] == span[1]:
        outcome = _run_job(definitions, "monthly", span, instance, log_level)
        if not outcome.problem or span[0] == span[1]:
            yield outcome
            return
    for month in months_between(*span):
        yield _run_job(definitions, "monthly", (month, month), instance, log_level)


def unbroken_ranges(months: Sequence[date]) -> Iterator[tuple[date, date]]:
    """First and last month of each unbroken run of ascending months."""
    first = previous = months[0]
    for month in months[1:]:
        if month != add_months(previous, 1):
            yield first, previous
            first = month
        previous = month
    yield first, previous


def _run_job(
    definitions: dg.Definitions, name: str, span: tuple[date, date], instance: dg.DagsterInstance, level: str
) -> JobOutcome:
    first, last = map(month_key, span)
    ranged = {} if first == last else {RANGE_START: first, RANGE_END: last}
    result = definitions.resolve_job_def(name).execute_in_process(
        instance=instance,
        raise_on_error=False,
        run_config={"loggers": {"terminal": {"config": {"level": level}}}},
        tags={**_LAUNCHED_BY, **ranged},
        partition_key=None if ranged else first,
    )
    return JobOutcome(name, *span, result.run_id, "" if result.success else _problem(result))


def _problem(result: dg.ExecuteInProcessResult) -> str:
    reasons = [_reason(event.step_failure_data) for event in result.all_events if event.is_step_failure]
    return "; ".join(reasons) or "see the Dagster UI"


def _reason(failure: Any) -> str:
    """What the failure says of itself: our own error where one is behind it. The UI has the trace."""
    if failure.user_failure_data:
        return str(failure.user_failure_data.description)
    chain = [failure.error]
    while chain[-1] and chain[-1].cause:
        chain.append(chain[-1].cause)
    told = [error.message.strip() for error in chain if error]
    own = [text.partition(": ")[2] for text in told if text.startswith("dx_pipeline.failures.")]
    return (own or told or ["it gave no reason"])[0]

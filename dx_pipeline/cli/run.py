"""``dxp run`` runs the jobs in this process; ``dxp ui`` starts the Dagster UI on the same data."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from typing import Annotated

import typer

from dx_pipeline.cli.console import errors, months_argument, output
from dx_pipeline.periods import FIRST_MONTH, month_key, vietnam_day
from dx_pipeline.settings import DataDirectory


def run(
    months: Annotated[
        str | None,
        typer.Argument(
            metavar="[MONTH|FIRST..LAST]", help="2025-10 or 2025-07..2025-12; default: all that arrived"
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only what went wrong")] = False,
) -> None:
    """Receive, read, check, compile and publish months and the quarters they lie in."""
    from dx_pipeline.orchestration.local_runs import local_runs, run_months

    data = DataDirectory.from_environment()
    wanted = _wanted(months, data)
    if not wanted:
        output.print(_nothing_to_run(data), markup=False)
        return
    errors.print(f"Running {', '.join(map(month_key, wanted))}", markup=False)
    failed = 0
    with local_runs(data) as instance:
        level = "ERROR" if quiet else "INFO"
        for outcome in run_months(wanted, instance, data, month_by_month=months is None, log_level=level):
            span = month_key(outcome.first)
            span += f" to {month_key(outcome.last)}" if outcome.last != outcome.first else ""
            if outcome.problem:
                failed += 1
                errors.print(
                    f"{outcome.job} {span} failed: {outcome.problem}",
                    style="red",
                    markup=False,
                    soft_wrap=True,
                )
            elif not quiet:
                errors.print(f"{outcome.job} {span} done", style="green", markup=False)
    _show_results(data)
    if failed:
        raise typer.Exit(1)


def ui(port: Annotated[int, typer.Option(help="Port on this machine")] = 3000) -> None:
    """Start the Dagster UI on this data directory, with the daemon for schedules and sensors."""
    from dx_pipeline.orchestration.local_runs import WORKSPACE_FILE, prepare_home

    data = DataDirectory.from_environment()
    prepare_home(data)
    output.print(f"Dagster UI: http://127.0.0.1:{port} (Ctrl+C ends it)")
    workspace = data.dagster_home / WORKSPACE_FILE
    arguments = ["dev", "-w", str(workspace), "-h", "127.0.0.1", "-p", str(port)]
    os.execv(sys.executable, [sys.executable, "-m", "dagster", *arguments])  # noqa: S606


def _show_results(data: DataDirectory) -> None:
    if not data.published_file.exists():
        return
    output.print(f"Published figures: {data.published_file}", markup=False, soft_wrap=True)
    output.print(f"Page:              {data.published / 'index.html'}", markup=False, soft_wrap=True)
    output.print(f"Manifest:          {data.manifest}", markup=False, soft_wrap=True)


def _wanted(months: str | None, data: DataDirectory) -> list[date]:
    if months is None:
        return _within_partitions(set(_months_that_arrived(data)))
    wanted = months_argument(months)
    outside = sorted(set(wanted) - set(_within_partitions(wanted)))
    if outside:
        raise typer.BadParameter(
            f"{month_key(outside[0])} is outside {month_key(FIRST_MONTH)} to the running month"
        )
    return wanted


def _nothing_to_run(data: DataDirectory) -> str:
    from dx_pipeline.catalogue.loading import load_sources
    from dx_pipeline.ingest.landing import scan_landing

    waiting = [file.origin for file in scan_landing(data.landing, [])]
    if not waiting:
        return f"Nothing has arrived in {data.landing} yet."
    places = ", ".join(source.landing for source in load_sources().values())
    return (
        f"{len(waiting)} files lie in {data.landing}, the first {waiting[0]}, but none of them can be told to speak of "
        f"a month. dxp read FILE says why; each source has its place: {places}."
    )


def _within_partitions(months: Iterable[date]) -> list[date]:
    """The months that can be run, ascending: from the first partition to the running month."""
    today = vietnam_day(datetime.now(UTC).replace(tzinfo=None))
    return sorted(month for month in months if FIRST_MONTH <= month <= today)


def _months_that_arrived(data: DataDirectory) -> Iterator[date]:
    """Every month that a file in the landing folder or in the record speaks of."""
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.ingest import landing, receive
    from dx_pipeline.ingest.digests import Digests
    from dx_pipeline.warehouse.database import connect, create_schema

    data.create()
    with connect(data.warehouse) as connection:
        create_schema(connection)
        receipts = receive.known_receipts(connection)
    catalogue = load_catalogue()
    for receipt in receipts:
        yield from receipt.months(catalogue.sources)
    landed = landing.scan_landing(data.landing, receipts, Digests.of_office(data))
    landed += landing.scan_restatements(
        data.restatements, {receipt.origin: receipt.file_sha256 for receipt in receipts}
    )
    yield from landing.claimed_months(landed, catalogue)

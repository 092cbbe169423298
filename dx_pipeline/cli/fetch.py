"""``dxp fetch``: asks a source over HTTP for its files and puts them into the landing folder."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import DownloadColumn, Progress, TextColumn, TimeElapsedColumn

from dx_pipeline.cli.console import errors, months_argument, output, show_table
from dx_pipeline.periods import vietnam_day
from dx_pipeline.settings import DataDirectory

if TYPE_CHECKING:
    from dx_pipeline.ingest.http import Fetched, PlannedRequest


def fetch(
    source: Annotated[str, typer.Argument(help="Source code, for example portal_evaluation")],
    months: Annotated[
        str | None,
        typer.Argument(
            metavar="[MONTH|FIRST..LAST]",
            help="2025-10 or 2025-07..2025-12; default: the last month the source can give",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be asked; ask nothing")] = False,
) -> None:
    """Fetch SOURCE over HTTP into the landing folder; dxp run then takes the files in."""
    from dx_pipeline.catalogue.loading import load_sources
    from dx_pipeline.ingest.http import fetch_source, plan_months

    data = DataDirectory.from_environment()
    today = vietnam_day(datetime.now(UTC).replace(tzinfo=None))
    wanted = months_argument(months) if months else []
    planned = plan_months(source, wanted, data.office(), sources=load_sources(), today=today)
    if dry_run:
        for request in planned:
            _show_plan(request, data)
        return
    data.create()
    columns = (TextColumn("{task.description}"), DownloadColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True) as bar:
        task = bar.add_task(source, total=None)
        came = list(
            fetch_source(
                planned,
                data.landing,
                on_bytes=lambda done, total: bar.update(task, completed=done, total=total),
            )
        )
    _show_outcome(came)
    if any(item.failure for item in came):
        raise typer.Exit(1)


def _show_plan(request: PlannedRequest, data: DataDirectory) -> None:
    lines = [f"{request.label}: {request.method} {request.address}"]
    if request.body is not None:
        lines.append(f"  body     {json.dumps(dict(request.body), ensure_ascii=False)}")
    for name, value in request.headers.items():
        lines.append(f"  header   {name}: {value}")
    if request.pages:
        lines.append(f"  pages    {request.pages.parameter} from {request.pages.first}")
    for variable in filter(None, (request.token_variable, request.cookie_variable)):
        lines.append(f"  secret   {variable} is {'set' if os.environ.get(variable) else 'not set'}")
    lines.append(
        f"  expects  {request.expects}, at most {request.max_bytes} bytes in {request.deadline_seconds:g} s"
    )
    lines.append(f"  file     {data.landing / request.target}")
    output.print("\n".join(lines), markup=False, highlight=False, soft_wrap=True)


def _show_outcome(came: list[Fetched]) -> None:
    show_table(
        "Fetched",
        [
            {
                "request": item.request.label,
                "state": item.state,
                "bytes": item.record.size_bytes if item.record else "",
                "sha256": item.record.sha256[:12] if item.record else "",
                "file": str(item.path or ""),
            }
            for item in came
        ],
    )
    for item in came:
        if item.record and item.record.end == "closed" and item.state in ("new", "changed"):
            errors.print(
                f"{item.request.label}: the server did not say how long the file is; its end looks whole, "
                "more is not known",
                style="yellow",
                markup=False,
                soft_wrap=True,
            )
        if item.failure:
            kind = "a rerun may help" if item.failure.is_transient else "a rerun will not help"
            errors.print(f"{item.failure.message} ({kind})", style="red", markup=False, soft_wrap=True)
            if item.failure.message_vi != item.failure.message:
                errors.print(item.failure.message_vi, markup=False, soft_wrap=True)

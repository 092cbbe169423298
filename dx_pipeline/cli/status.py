"""``dxp status``: what is in, what is missing, what was rejected, what is published."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from dx_pipeline.cli.console import month_argument, output, show_findings, show_table
from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.database import connect, run_script

# What is asked: the name of a script beside this module, which is the name of its part of the answer, and its columns.
_PARTS: dict[str, tuple[str, ...]] = {
    "overview": (
        "month",
        "source",
        "files",
        "provinces",
        "accepted",
        "rejected",
        "warnings",
        "last_received",
    ),
    "missing": ("month", "source", "missing", "provinces"),
    "registers": ("month", "source", "file", "rows", "rejected", "state"),
    "unread_files": ("rule", "cell", "text", "message"),
    "waiting_restatements": ("rule", "cell", "text", "message"),
    "rejections": ("rule", "severity", "area", "indicator", "file", "cell", "text", "message"),
}
_NOTHING: dict[str, object] = {**{name: [] for name in _PARTS}, "published": {}, "held": None}


def status(
    month: Annotated[
        str | None, typer.Argument(help="A month, for example 2025-10; default: every month")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable")] = False,
) -> None:
    """Show which sources are in for a month, which provinces are missing, and what was rejected."""
    data = DataDirectory.from_environment()
    first = month_argument(month) if month else None
    if not data.warehouse.exists():
        nothing = f"Nothing has been taken in yet: {data.warehouse} does not exist. Run: dxp run"
        typer.echo(json.dumps(_NOTHING)) if as_json else output.print(nothing, markup=False)
        raise typer.Exit(1)
    from dx_pipeline.publish.changes.store import held_state

    with connect(data.warehouse, read_only=True) as connection:
        held = held_state(connection)
        found = {
            name: _rows(columns, run_script(connection, __package__, f"status_{name}.sql", {"month": first}))
            for name, columns in _PARTS.items()
        }
    published = json.loads(data.manifest.read_text(encoding="utf-8")) if data.manifest.exists() else {}
    if as_json:
        answer = {**found, "published": published, "held": held}
        typer.echo(json.dumps(answer, ensure_ascii=False, default=str, indent=1))
        return
    show_table("Received", found["overview"])
    show_table("Missing", found["missing"])
    show_table("Registers", found["registers"])
    show_findings("Files that could not be read", found["unread_files"])
    show_findings("Restatements that wait for their figure", found["waiting_restatements"])
    if first:
        show_findings("Rejected and doubtful", found["rejections"])
    stamp = published.get("published_at", "never")
    output.print(
        f"Published: {stamp}  {data.published_file if published else ''}", markup=False, soft_wrap=True
    )
    if held:
        output.print(
            f"Publication is held since {held['held_since']}: {held['held_count']} published figures would change "
            f"beyond the limits ({held['change_digest'][:8]}). See dxp changes, or {data.changes_page}",
            markup=False,
            soft_wrap=True,
        )


def _rows(names: tuple[str, ...], rows: list[tuple[object, ...]]) -> list[dict[str, object]]:
    return [dict(zip(names, row, strict=True)) for row in rows]

"""``dxp read``: what a file would give, judged by the same rules as a run, with nothing written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from dx_pipeline.cli.console import month_argument, output, show_findings, show_table
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.quality.preview import Preview, preview_file
from dx_pipeline.settings import DataDirectory

_SHOWN = (
    "indicator_code",
    "area_code",
    "scope",
    "period_start",
    "value",
    "numerator",
    "denominator",
    "locator",
)


def read(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to read")
    ],
    source: Annotated[str | None, typer.Option(help="Source code; default: told from the file")] = None,
    period: Annotated[
        str | None,
        typer.Option(help="Month it speaks of (2025-10): counts where the file is silent, else must agree"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when anything is rejected")] = False,
) -> None:
    """Show what FILE would give: observations, and rejections with their cells. Writes nothing."""
    from dx_pipeline.catalogue.loading import load_catalogue

    month = month_argument(period) if period else None
    data, catalogue = DataDirectory.from_environment(), load_catalogue()
    try:
        found = preview_file(file, source_code=source, month=month, data=data, catalogue=catalogue)
    except UnreadableFileError as error:
        if as_json:
            answer = {"file": file.name, "error": {"message": error.message, "message_vi": error.message_vi}}
            typer.echo(json.dumps(answer, ensure_ascii=False, indent=1))
        raise
    if as_json:
        typer.echo(json.dumps(_as_json(file, found), ensure_ascii=False, default=_plain, indent=1))
    else:
        _show(file, found)
    if strict and found.rejections:
        raise typer.Exit(1)


def _as_json(file: Path, found: Preview) -> dict[str, object]:
    return {
        "file": file.name,
        "source": found.source_code,
        "period_start": found.claim.period_start,
        "period_end": found.claim.period_end,
        "area_code": found.claim.area_code,
        "is_sample": found.claim.is_sample,
        "observations": found.observations,
        "rejections": found.rejections,
        "warnings": found.warnings,
    }


def _show(file: Path, found: Preview) -> None:
    sample = "  [bold red]DỮ LIỆU MẪU[/]" if found.claim.is_sample else ""
    area = f", province {found.claim.area_code}" if found.claim.area_code else ""
    output.print(
        f"{file.name}: {found.source_code}, {found.claim.period_start:%Y-%m}{area}{sample}", soft_wrap=True
    )
    show_table("Accepted", [{name: row[name] for name in _SHOWN} for row in found.observations])
    show_findings("Rejected", [_finding(row) for row in found.rejections])
    show_findings("Doubtful, but accepted", [_finding(row) for row in found.warnings])
    output.print(
        f"{len(found.observations)} figures accepted, {len(found.rejections)} rejected, "
        f"{len(found.warnings)} doubtful; nothing was written"
    )


def _finding(row: dict[str, Any]) -> dict[str, object]:
    return {
        "rule": row["rule"],
        "cell": row["locator"],
        "text": row["raw_text"],
        "message": row["message_vi"],
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)

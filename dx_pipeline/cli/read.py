"""``dxp read``: what a file would give, judged by the same rules as a run, with nothing written."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from dx_pipeline.cli.console import output, show_findings, show_table
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.period_text import parse_reported_period
from dx_pipeline.quality.preview import Preview, Told, preview_files
from dx_pipeline.settings import DataDirectory

_READABLE = 5_000
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


def read(  # noqa: PLR0913, PLR0917 - one parameter per option
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to read")
    ],
    source: Annotated[str | None, typer.Option(help="Source code; default: told from the file")] = None,
    period: Annotated[
        str | None,
        typer.Option(
            help="Period it speaks of (2025-10, Quý III/2025): counts where the file is silent, else must agree"
        ),
    ] = None,
    province: Annotated[
        str | None,
        typer.Option(
            help="Province it speaks for, a code or a name: where the file is silent, else must agree"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Machine-readable")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit with 1 when anything is rejected")] = False,
) -> None:
    """Show what FILE would give: observations, and rejections with their cells. Writes nothing.

    An archive (zip, gzip) is looked into; its files are shown one after the other.
    """
    from dx_pipeline.catalogue.loading import load_catalogue

    data, catalogue = DataDirectory.from_environment(), load_catalogue()
    if period and not parse_reported_period(period):
        raise typer.BadParameter(
            f"{period!r} is no period; write it for example 2025-10, Quý III/2025 or 15/09/2025-14/10/2025"
        )
    told = Told(source=source, period=period, province=province)
    try:
        found = preview_files(file, data=data, catalogue=catalogue, told=told)
    except UnreadableFileError as error:
        if as_json:
            typer.echo(_dump(_refusal(file.name, error)))
        raise
    if as_json:
        answers = [_as_json(file, item) for item in found]
        typer.echo(_dump(answers[0] if len(answers) == 1 else {"file": file.name, "files": answers}))
    else:
        for item in found if len(found) > 1 or isinstance(found[0], Preview) else []:
            _show(item, is_sample_office=data.office().is_sample_world)
    _leave(found, strict=strict)


def _leave(found: list[Preview | UnreadableFileError], *, strict: bool) -> None:
    refused = [item for item in found if isinstance(item, UnreadableFileError)]
    if len(refused) == len(found) and refused:
        raise refused[0]
    if strict and (refused or any(isinstance(item, Preview) and item.rejections for item in found)):
        raise typer.Exit(1)


def _as_json(file: Path, found: Preview | UnreadableFileError) -> dict[str, object]:
    if isinstance(found, UnreadableFileError):
        return _refusal(file.name, found)
    return {
        "file": found.file_name,
        "source": found.source_code,
        "period_start": found.claim.period_start,
        "period_end": found.claim.period_end,
        "area_code": found.claim.area_code,
        "part": found.claim.part,
        "is_sample": found.claim.is_sample,
        "compared_with_other_months": found.compared,
        "observations": found.observations,
        "rejections": found.rejections,
        "warnings": found.warnings,
    }


def _refusal(name: str, error: UnreadableFileError) -> dict[str, object]:
    return {"file": name, "error": {"message": error.message, "message_vi": error.message_vi}}


def _dump(answer: dict[str, object]) -> str:
    return json.dumps(answer, ensure_ascii=False, default=_plain, indent=1)


def _show(found: Preview | UnreadableFileError, *, is_sample_office: bool) -> None:
    if isinstance(found, UnreadableFileError):
        output.print(found.message_vi, markup=False, soft_wrap=True)
        return
    sample = "  [bold red]DỮ LIỆU MẪU[/]" if found.claim.is_sample else ""
    area = f", province {found.claim.area_code}" if found.claim.area_code else ""
    output.print(
        f"{found.file_name}: {found.source_code}, {found.claim.period_start:%Y-%m}{area}{sample}",
        soft_wrap=True,
    )
    shown = _most_telling(found.observations)
    show_table("Accepted", [{name: row[name] for name in _SHOWN} for row in shown])
    if len(shown) < len(found.observations):
        left_out = len(found.observations) - len(shown)
        output.print(f"{left_out} figures of communes are not shown; --json gives every one", markup=False)
    show_findings("Rejected", [_finding(row) for row in found.rejections])
    show_findings("Doubtful, but accepted", [_finding(row) for row in found.warnings])
    output.print(
        f"{len(found.observations)} figures accepted, {len(found.rejections)} rejected, "
        f"{len(found.warnings)} doubtful; nothing was written"
    )
    if found.claim.is_sample and not is_sample_office:
        output.print("This data directory holds an office's own figures: a run would refuse the sample file.")
    if not found.compared:
        output.print(
            "A run holds the working file, so nothing was compared with other months; read it again later."
        )


def _most_telling(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """All of them, but for the communes' where they are too many to read."""
    if len(rows) <= _READABLE:
        return rows
    return [row for row in rows if row["area_level"] != "commune"] or rows[:_READABLE]


def _finding(row: dict[str, Any]) -> dict[str, object]:
    return {
        "rule": row["rule"],
        "cell": row["locator"],
        "text": row["raw_text"],
        "message": row["message_vi"],
    }


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)

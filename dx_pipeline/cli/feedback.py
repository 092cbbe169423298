"""``dxp feedback``: the marked workbook for a file before it is sent, or for what a month has received."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dx_pipeline.cli.console import month_argument, output, show_table
from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.quality.preview import Told, preview_file
from dx_pipeline.settings import DataDirectory

if TYPE_CHECKING:
    from dx_pipeline.ingest.receive import ReceivedFile
    from dx_pipeline.quality.feedback.content import Feedback


def feedback(  # noqa: PLR0913, PLR0917 - one parameter per option
    file: Annotated[
        Path | None, typer.Argument(exists=True, dir_okay=False, readable=True, help="A file not sent yet")
    ] = None,
    month: Annotated[
        str | None, typer.Option(help="Instead of FILE: all files received for a month (2025-10)")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--output", "-o", help="Workbook to write; default: beside FILE")
    ] = None,
    source: Annotated[str | None, typer.Option(help="Source code of FILE; default: told from it")] = None,
    period: Annotated[str | None, typer.Option(help="Period FILE speaks of, where it is silent")] = None,
    province: Annotated[str | None, typer.Option(help="Province FILE speaks for, where it is silent")] = None,
) -> None:
    """Write the workbook that tells the sender what is right, wrong or doubtful, with its .json twin."""
    if (file is None) == (month is None):
        raise typer.BadParameter("give a FILE, or --month")
    if file is None:
        _of_month(month or "")
    else:
        _of_file(file, out, Told(source=source, period=period, province=province))


def _of_month(month: str) -> None:
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.quality.feedback.files import find_outdated, write_all
    from dx_pipeline.warehouse.database import connect

    first, data = month_argument(month), DataDirectory.from_environment()
    if not data.warehouse.exists():
        raise PermanentError(f"{data.root} has received nothing yet; dxp run takes in what has arrived")
    with connect(data.warehouse, read_only=True) as connection:
        outdated = find_outdated(connection, [first], data, load_catalogue())
    written = write_all(outdated, data)
    show_table(f"Feedback written to {data.feedback}", written.by_area())
    output.print(f"{len(written.new)} files written, {written.unchanged_count} were up to date")


def _of_file(file: Path, out: Path | None, told: Told) -> None:
    from dx_pipeline.quality.feedback.files import TWIN_SUFFIX, WORKBOOK_SUFFIX, FeedbackFiles, write_files

    workbook = out or file.with_name(f"{file.stem}{WORKBOOK_SUFFIX}")
    if workbook.suffix.lower() != ".xlsx" or workbook.resolve() == file.resolve():
        raise typer.BadParameter("the workbook to write ends in .xlsx and is not FILE itself")
    twin = workbook.with_name(
        f"{workbook.name.removesuffix(WORKBOOK_SUFFIX).removesuffix('.xlsx')}{TWIN_SUFFIX}"
    )
    found, refusal = _preview(file, told)
    write_files(found, file, FeedbackFiles(workbook, twin))
    for text in (found.verdict_vi, str(workbook), str(twin)):
        output.print(text, markup=False, highlight=False, soft_wrap=True)
    if refusal:
        raise refusal


def _preview(file: Path, told: Told) -> tuple[Feedback, UnreadableFileError | None]:
    """What there is to tell, and the error where the file cannot be read as a whole."""
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.quality.feedback.build import preview_feedback, refused_feedback

    catalogue, receipt = load_catalogue(), _receipt(file)
    try:
        found = preview_file(file, data=DataDirectory.from_environment(), catalogue=catalogue, told=told)
    except UnreadableFileError as error:
        return refused_feedback(receipt, error, catalogue), error
    claim = found.claim
    receipt = replace(
        receipt,
        source_code=found.source_code,
        period_start=claim.period_start,
        period_end=claim.period_end,
        area_code=claim.area_code,
        is_sample=claim.is_sample,
    )
    return preview_feedback(found, receipt, catalogue), None


def _receipt(file: Path) -> ReceivedFile:
    """What the file's receipt would say before it is read."""
    from dx_pipeline.ingest.archive import sha256_of
    from dx_pipeline.ingest.receive import ReceivedFile

    return ReceivedFile(
        file_sha256=sha256_of(file),
        origin=file.name,
        received_at=datetime.now(UTC).replace(tzinfo=None),
        size_bytes=file.stat().st_size,
        status="observed",
    )

"""``dxp archive``: whether what was received is still what was received, and a working file made from it anew."""

from __future__ import annotations

from dataclasses import asdict

import typer

from dx_pipeline.cli.console import output, progress, show_table
from dx_pipeline.failures import PermanentError
from dx_pipeline.settings import DataDirectory

commands = typer.Typer(no_args_is_help=True, help="The archive of everything received.")


@commands.command("verify")
def verify() -> None:
    """Compare every file in the archive with its sha256 and its record. Exits with 1 when one differs."""
    from dx_pipeline.ingest import archive
    from dx_pipeline.ingest.receive import known_receipts
    from dx_pipeline.warehouse.database import connect

    data = DataDirectory.from_environment()
    with progress("reading the archive, MB") as bar:

        def show(done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done // 1_000_000, total=total // 1_000_000)

        faults = list(archive.verify(data.archive, show))
    known = set(archive.archived_digests(data.archive))
    if data.warehouse.exists():
        with connect(data.warehouse, read_only=True) as connection:
            lost = {receipt.file_sha256 for receipt in known_receipts(connection)} - known
        message = ("it was received, but is not in the archive", "đã nhận nhưng không có trong kho lưu trữ")
        faults += [archive.ArchiveFault(sha256, *message) for sha256 in sorted(lost)]
    show_table("Faults", [asdict(fault) for fault in faults])
    output.print(f"{len(known)} files in {data.archive}: {len(faults) or 'no'} faults", markup=False)
    if faults:
        raise typer.Exit(1)


@commands.command("rebuild")
def rebuild() -> None:
    """Fill an empty working file from the archive, every file as it arrived; then run: dxp run."""
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.quality import rebuilding
    from dx_pipeline.warehouse.database import connect, create_schema

    data = DataDirectory.from_environment()
    if data.warehouse.exists():
        raise PermanentError(
            f"{data.warehouse} exists; move it away first: the archive is only received into an empty working file"
        )
    data.create()
    with progress("receiving the archive again") as bar, connect(data.warehouse) as connection:
        create_schema(connection)

        def show(done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done, total=total)

        receipts = rebuilding.rebuild(connection, data, load_catalogue(), show)
    output.print(f"{len(receipts)} receipts; now run: dxp run", markup=False)

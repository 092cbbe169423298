"""``dxp catalogue``: validate the catalogue, and write the JSON Schemas that editors use."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dx_pipeline.cli.console import errors, output

commands = typer.Typer(no_args_is_help=True, help="The catalogue of indicators, sources and geography.")


@commands.command()
def check(
    folder: Annotated[
        Path | None, typer.Argument(help="Another catalogue folder; default: the built-in one")
    ] = None,
) -> None:
    """Validate the catalogue: says what is wrong in which file and line."""
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.catalogue.validation import check_catalogue

    findings = check_catalogue(folder)
    for finding in findings:
        errors.print(
            f"{finding.file}:{finding.line}: {finding.path}: {finding.message}", markup=False, soft_wrap=True
        )
    if findings:
        errors.print(f"{len(findings)} faults", style="bold red")
        raise typer.Exit(1)
    catalogue = load_catalogue(folder)
    output.print(
        f"The catalogue is sound: {len(catalogue.indicators)} indicators in {len(catalogue.themes)} themes, "
        f"{len(catalogue.sources)} sources."
    )


@commands.command()
def schema(
    folder: Annotated[
        Path | None, typer.Argument(help="Where to write; default: beside the built-in catalogue")
    ] = None,
) -> None:
    """Write the JSON Schemas of the catalogue's files, for editors."""
    from dx_pipeline.catalogue.schema import write_schemas

    for path in write_schemas(folder or Path(__file__).parents[1] / "catalogue" / "schema"):
        output.print(str(path), markup=False)

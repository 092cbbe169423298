"""``dxp as-of``: the published file as it was known at an earlier moment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dx_pipeline.cli.console import output
from dx_pipeline.failures import PermanentError
from dx_pipeline.periods import known_moment
from dx_pipeline.settings import DataDirectory


def as_of(
    moment: Annotated[
        str, typer.Argument(help="2025-11-20 (its end), or 2025-11-20T08:00 in Vietnam's time")
    ],
    to: Annotated[Path, typer.Option("--to", "-o", help="Folder to build it in")],
) -> None:
    """Build the published file as it was known at a moment, and compare it with the one published then."""
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.publish.as_of import publish_as_of

    data = DataDirectory.from_environment()
    try:
        known = known_moment(moment)
    except PermanentError as error:
        raise typer.BadParameter(error.message) from error
    found = publish_as_of(data, known, to, catalogue=load_catalogue())
    output.print(
        f"As known at {known:%Y-%m-%d %H:%M:%S} UTC: {found.publication.path}", markup=False, soft_wrap=True
    )
    if found.published_at is None:
        output.print("Nothing had been published by then.")
    elif found.differing:
        output.print(
            f"It differs from what was published at {found.published_at} in {', '.join(found.differing)}: months "
            "that had not been run then, or other rules since.",
            markup=False,
            soft_wrap=True,
        )
    else:
        output.print(f"Every figure equals what was published at {found.published_at}.", markup=False)

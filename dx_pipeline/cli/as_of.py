"""``dxp as-of``: the published file as it was known at an earlier moment."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Annotated

import typer

from dx_pipeline.cli.console import output
from dx_pipeline.settings import DataDirectory

_VIETNAM = timezone(timedelta(hours=7))


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
    known = moment_argument(moment)
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


def moment_argument(text: str) -> datetime:
    """A day (its end) or a moment, in Vietnam's time unless it names its zone; UTC, without zone.

    Raises:
        typer.BadParameter: It is neither.
    """
    try:
        if "T" not in text and " " not in text:
            moment = datetime.combine(date.fromisoformat(text), time.max, _VIETNAM)
        else:
            moment = datetime.fromisoformat(text)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=_VIETNAM)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no day and no moment; write 2025-11-20 or 2025-11-20T08:00"
        ) from error
    return moment.astimezone(UTC).replace(tzinfo=None)

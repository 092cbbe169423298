"""Setting up an office: an empty data directory, the sample world, the workbook to fill in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
import yaml

from dx_pipeline.cli.console import month_argument, months_argument, output, progress
from dx_pipeline.failures import PermanentError
from dx_pipeline.settings import OFFICE_FILE, DataDirectory

PUBLISHED_SAMPLES = Path(__file__).parents[2] / "data" / "samples"


def init(
    name: Annotated[str, typer.Option(help="The office's name, shown on the published page")] = "",
    province: Annotated[
        list[str] | None,
        typer.Option(help="Code of a province whose submissions are awaited; repeat; default: all"),
    ] = None,
) -> None:
    """Prepare an office's own, empty data directory (DX_DATA_DIR)."""
    from dx_pipeline.catalogue.loading import load_catalogue

    data = DataDirectory.from_environment()
    path = data.root / OFFICE_FILE
    if path.exists():
        raise PermanentError(f"{path} exists already; edit it, or choose another directory with DX_DATA_DIR")
    catalogue = load_catalogue()
    known = {area.code for area in catalogue.geography.provinces_on(datetime.now(UTC).date())} & set(
        province or []
    )
    unknown = sorted(set(province or []) - known)
    if unknown:
        raise typer.BadParameter(f"no province has the code {', '.join(unknown)}")
    data.create()
    content = {"name": name, "is_sample_world": False, "expected_provinces": sorted(known)}
    path.write_text(yaml.safe_dump(content, allow_unicode=True, sort_keys=False), encoding="utf-8")
    output.print(f"{data.root} is ready. Files are taken in from:", markup=False)
    for source in catalogue.sources.values():
        folder = data.landing / source.landing.split("/", 1)[0]
        folder.mkdir(exist_ok=True)
        output.print(f"  {folder}  {source.name_vi}", markup=False, soft_wrap=True)


def samples(
    months: Annotated[
        str | None,
        typer.Argument(metavar="[MONTH|FIRST..LAST]", help="2025-10 or 2025-07..2025-12; default: 2025"),
    ] = None,
    published: Annotated[
        Path, typer.Option(help="Folder of the published figures' files")
    ] = PUBLISHED_SAMPLES,
) -> None:
    """Build the sample world: published figures, and labelled sample submissions for the rest."""
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.samples.landing_files import SAMPLE_MONTHS
    from dx_pipeline.samples.world import make_sample_world

    wanted = months_argument(months) if months else SAMPLE_MONTHS
    data = DataDirectory.from_environment()
    with progress("writing sample files") as bar:

        def show(_what: str, done: int, total: int) -> None:
            bar.update(bar.task_ids[0], completed=done, total=total)

        files = make_sample_world(
            data, published=published, catalogue=load_catalogue(), months=wanted, progress=show
        )
    output.print(
        f"{len(files)} files in {data.landing} (sample submissions are labelled DỮ LIỆU MẪU)", markup=False
    )


def template(
    province: Annotated[str, typer.Argument(help="Code or name of the province, for example 44")],
    month: Annotated[str, typer.Argument(help="Month, for example 2025-10")],
    out: Annotated[
        Path | None, typer.Option("--output", "-o", help="File to write; default: in this folder")
    ] = None,
) -> None:
    """Write the workbook that a province fills in for a month."""
    from dx_pipeline.catalogue.loading import load_catalogue
    from dx_pipeline.ingest.template import write_template

    first = month_argument(month)
    catalogue = load_catalogue()
    area = catalogue.geography.resolve(province, first)
    path = out or Path(f"{area.code}_{month}.xlsx")
    if path.exists():
        raise PermanentError(f"{path} exists already; it may hold somebody's work, so it is not overwritten")
    if not path.parent.is_dir():
        raise PermanentError(
            f"there is no folder {path.parent}; make it first, or write the workbook elsewhere"
        )
    write_template(path, province=area, month=first, catalogue=catalogue)
    output.print(str(path), markup=False, soft_wrap=True)

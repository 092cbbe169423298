"""The page that anyone can open from a folder: what was published, what is sample, and who has not reported.

It reads the published file only, needs no script and no network, and is written in one step.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dx_pipeline.failures import PublicationError
from dx_pipeline.publish.chart import line_chart
from dx_pipeline.publish.files import write_text
from dx_pipeline.publish.manifest import SAMPLE_LABEL, read_manifest
from dx_pipeline.publish.queries import Row, query
from dx_pipeline.publish.templating import template
from dx_pipeline.settings import DataDirectory

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

PAGE = "index.html"
_TEMPLATE = "scorecard.html"


def write_page(data: DataDirectory, *, catalogue: Catalogue) -> Path:
    """Writes ``published/index.html`` from the published file and its manifest.

    Args:
        data: Says where the published files are and names the office.
        catalogue: Says which indicators are headlines and names the sources.

    Returns:
        The page.

    Raises:
        PublicationError: Nothing has been published yet, or the published file cannot be read.
    """
    manifest = read_manifest(data.manifest)
    if manifest is None or not data.published_file.exists():
        raise PublicationError(
            f"there is nothing to show in {data.published}; publish a month first",
            f"Chưa có gì để hiển thị trong {data.published}; hãy công bố một tháng trước",
        )
    codes = [item.code for item in catalogue.indicators.values() if item.is_headline]
    page = data.published / PAGE
    write_text(page, _render(_content(data.published_file, codes), manifest, data, catalogue))
    return page


def _content(path: Path, codes: list[str]) -> dict[str, list[Row]]:
    try:
        with duckdb.connect(str(path), read_only=True) as connection:
            return {
                "headlines": query(connection, "page_headlines.sql", {"codes": codes}),
                "series": query(connection, "page_adoption_series.sql"),
                "provinces": query(connection, "page_adoption_provinces.sql"),
                "coverage": query(connection, "page_coverage.sql"),
                "reconciliation": query(connection, "page_reconciliation.sql", {"codes": codes}),
                "outcomes": query(connection, "page_reconciliation_outcomes.sql"),
            }
    except duckdb.Error as error:
        raise PublicationError(f"cannot read {path} for the page: {error}") from error


def _render(content: dict[str, list[Row]], manifest: Row, data: DataDirectory, catalogue: Catalogue) -> str:
    series = [(row["period_start"], row["adoption_pct"], row["is_sample"]) for row in content["series"]]
    return template(_TEMPLATE).render(
        **content,
        office=data.office().name,
        manifest=manifest,
        sample_label=SAMPLE_LABEL,
        chart=line_chart(series),
        source_names=_source_names(catalogue),
        database_name=data.published_file.name,
        manifest_name=data.manifest.name,
    )


def _source_names(catalogue: Catalogue) -> dict[str, str]:
    return {source.code: source.name_vi for source in catalogue.sources.values()}

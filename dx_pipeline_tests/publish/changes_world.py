"""Two published files that differ as a test says: October as published, and what came after it. Holds no assertions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import duckdb

from dx_pipeline.catalogue.publication import load_publication
from dx_pipeline.publish.changes.comparison import Comparison, compare
from dx_pipeline.settings import DataDirectory, HoldLimits, PublicationChoices
from dx_pipeline_tests.publish.published_world import compile_everything, office, publish_small
from dx_pipeline_tests.statistics.small_world import AUGUST, OCTOBER, RECEIVED, figure, observe, rate

LATER = RECEIVED + timedelta(days=30)


def before() -> list[dict[str, object]]:
    """What was published: two provinces, the third is late; a bulletin of the nation."""
    return [
        *(rate("RATE", code, 300, 600, month=month) for code in ("44", "33") for month in (AUGUST, OCTOBER)),
        *(figure("STOCK", code, 1000) for code in ("44", "33")),
        figure("FLOW", "44", 4),
        figure("SCORE", "44", 60.0),
        figure("DAYS", "44", 10.0, denominator=5),
        figure("COLOUR", "44", status="green"),
        figure("LISTED", "VN", 500, source_code="bulletin"),
        rate("DSIG_ADULT_RATE", "44", 400, 1000),
        figure("DSIG_CERT_CNT", "44", 700),
    ]


def again(row: dict[str, object]) -> dict[str, object]:
    """The figure as it is sent again: received later, so it takes the place of the first."""
    return {**row, "vintage_at": LATER, "file_sha256": "sha-again"}


@contextmanager
def changed(
    root: Path, rows: Sequence[dict[str, object]]
) -> Iterator[tuple[duckdb.DuckDBPyConnection, DataDirectory]]:
    """An office that has published, and whose working file has compiled ``rows`` since."""
    with office(root, before()) as (connection, data):
        publish_small(connection, data)
        replace(connection, rows)
        yield connection, data


def replace(connection: duckdb.DuckDBPyConnection, rows: Sequence[dict[str, object]]) -> None:
    """Takes up ``rows`` and compiles everything."""
    observe(connection, rows)
    compile_everything(connection)


def limits(code: str, choices: PublicationChoices | None = None) -> HoldLimits:
    """The catalogue's limits, with an office's own over them."""
    return load_publication().limits_of(code, choices or PublicationChoices())


def difference(root: Path, rows: Sequence[dict[str, object]]) -> Comparison:
    """What is different once ``rows`` came."""
    with changed(root, rows) as (connection, data):
        return compare(connection, data.published_file, limits)


def found(comparison: Comparison) -> dict[tuple[str, str, str], tuple[str, str]]:
    """``(table, indicator, area) -> (change, decision: reason)`` of every figure that is not the same."""
    return {
        (row["table_name"].removeprefix("mart."), row["indicator_code"], row["area_code"]): (
            row["change"],
            f"{row['decision']}: {row['reason']}",
        )
        for row in comparison.figures
    }

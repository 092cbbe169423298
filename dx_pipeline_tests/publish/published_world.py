"""A compiled warehouse on disk, ready to be published. Shared by the tests of this folder and run by them as a
script: ``python -m dx_pipeline_tests.publish.published_world ROOT STAGE`` kills itself at that stage of publishing.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import duckdb

from dx_pipeline.publish import database
from dx_pipeline.publish.database import Publication, publish
from dx_pipeline.settings import DataDirectory
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.dimensions import compile_dimensions
from dx_pipeline.statistics.reconciliation import compile_reconciliation
from dx_pipeline.statistics.scorecard import compile_scorecard
from dx_pipeline.statistics.tables import (
    compile_digital_signature_adoption,
    compile_submission_status,
)
from dx_pipeline_tests.statistics.small_world import (
    AUGUST,
    OCTOBER,
    SEPTEMBER,
    figure,
    observe,
    rate,
    small_catalogue,
    warehouse,
)

MONTHS = (AUGUST, SEPTEMBER, OCTOBER)
MOMENT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
KILLED_AT = ("_build", "verify", "put_in_place", "write_manifest")


def figures() -> list[dict[str, object]]:
    """Real and sample figures, a bulletin, and the adoption of three provinces over three months."""
    adoption = [
        rate("DSIG_ADULT_RATE", code, start + step, 100, month=month, is_sample=code == "33")
        for code, start in (("44", 40), ("33", 30), ("75", 35))
        for step, month in enumerate(MONTHS)
    ]
    return [
        *adoption,
        rate("RATE", "44", 30, 60),
        rate("RATE", "33", 10, 40, is_sample=True),
        figure("STOCK", "44", 1595, qualifier="more_than"),
        figure(
            "RATE", "VN", 41.2, source_code="bulletin", source_title="Họp <b>tháng</b> 10",
            source_url="https://example.vn/hop?a=1&b=2",
        ),
        figure("STOCK", "VN", 1590, source_code="bulletin", source_title="Tin", source_url="javascript:alert(1)"),
    ]  # fmt: skip


def compile_everything(connection: duckdb.DuckDBPyConnection) -> None:
    """Every table of the mart, from the observations that are there."""
    catalogue = small_catalogue()
    compile_months(connection, MONTHS, catalogue=catalogue)
    compile_quarters(connection, MONTHS, catalogue=catalogue)
    compile_dimensions(connection, catalogue=catalogue)
    for function in (
        compile_digital_signature_adoption,
        compile_reconciliation,
        compile_submission_status,
        compile_scorecard,
    ):
        function(connection, catalogue=catalogue)


@contextmanager
def office(root: Path, rows: Iterable[dict[str, object]] | None = None) -> Iterator[tuple]:
    """``(connection, data)`` of an office with everything compiled and nothing published."""
    data = DataDirectory(root)
    data.create()
    if rows is None:
        data.warehouse.write_bytes(_compiled_file())
    with warehouse(data.warehouse, rows or ()) as connection:
        if rows is not None:
            compile_everything(connection)
        yield connection, data


@cache
def _compiled_file() -> bytes:
    """The working file of ``figures()``, compiled once for all tests."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "warehouse.duckdb"
        with warehouse(path, figures()) as connection:
            compile_everything(connection)
        return path.read_bytes()


def publish_small(connection: duckdb.DuckDBPyConnection | Path, data: DataDirectory) -> Publication:
    """Publishes with the small catalogue at a fixed moment."""
    return publish(connection, data, catalogue=small_catalogue(), published_at=MOMENT)


def add_a_figure(connection: duckdb.DuckDBPyConnection) -> None:
    """One more province has a figure, so that there is something new to publish."""
    observe(connection, [figure("STOCK", "75", 7)])
    compile_everything(connection)


def stocks(path: Path) -> int:
    """How many provinces have a STOCK in the published file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        query = "SELECT count(*) FROM mart.province_monthly WHERE indicator_code = 'STOCK'"
        return connection.execute(query).fetchone()[0]


def _die_at(stage: str) -> None:
    """Lets the step run and kills the process right after it; before it for the step that puts the file in place."""
    real = getattr(database, stage)

    def run_and_die(*arguments: object, **named: object) -> None:
        if stage != "write_manifest":
            real(*arguments, **named)
        os.kill(os.getpid(), signal.SIGKILL)

    setattr(database, stage, run_and_die)


if __name__ == "__main__":
    data_directory = DataDirectory(Path(sys.argv[1]))
    _die_at(sys.argv[2])
    publish_small(data_directory.warehouse, data_directory)

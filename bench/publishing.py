"""(g) Publishing changed figures, as a multiple of DuckDB's own copy of the same tables and of a plain file copy.

A mart of national size: sample figures of every province, month and indicator, invented by a formula, in the tables of
the contract. Publishing digests them, builds the new file with comments, verifies it, puts it in place and writes the
manifest. The peers: ``CREATE TABLE AS`` of each table into a new file and a checkpoint, as ``COPY FROM DATABASE`` does
for a whole file; and the bytes of the published file copied and flushed to disk.
Run: python -m bench.publishing [--runs N] [--provinces N] [--months N] [--indicators N]
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness import Run, Section, measure_in_turn, ratio, rounds, save, work_folder
from bench.submissions import months_from_first
from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.periods import MERGER_DATE
from dx_pipeline.publish.content import published_tables
from dx_pipeline.publish.database import publish
from dx_pipeline.settings import DataDirectory
from dx_pipeline.statistics import dimensions, scorecard
from dx_pipeline.warehouse.database import connect, create_schema

if TYPE_CHECKING:
    import duckdb

OURS, DUCKDB, FILE = "publish", "DuckDB's copy of the tables", "file copy with fsync"
TARGET = 2.0
CHANGE = "UPDATE mart.province_monthly SET value = value + 1 WHERE indicator_code = 'SAMPLE_001' AND rank = 1"
MART_SQL = Path(__file__).with_name("publishing_mart.sql")


def fill_mart(
    connection: duckdb.DuckDBPyConnection, provinces: int, months: int, indicators: int
) -> dict[str, int]:
    """Figures for every province, month and indicator, and the tables that follow from the catalogue."""
    catalogue = load_catalogue()
    create_schema(connection)
    senders = [area.code for area in catalogue.geography.provinces_on(MERGER_DATE)][:provinces]
    parameters = {"provinces": senders, "months": months_from_first(months), "indicators": indicators}
    for statement in MART_SQL.read_text(encoding="utf-8").split(";\n"):
        used = {name: value for name, value in parameters.items() if f"${name}" in statement}
        if statement.strip():
            connection.execute(statement, used)
    dimensions.compile_dimensions(connection, catalogue=catalogue)
    scorecard.compile_scorecard(connection, catalogue=catalogue)
    return {
        table.name: connection.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0]  # type: ignore[index]
        for table in published_tables(catalogue)
    }


def contenders(data: DataDirectory) -> dict[str, Callable[[], Run | None]]:
    """What is measured; each publication starts after a figure has changed."""
    catalogue, numbers = load_catalogue(), count()

    def ours() -> Run:
        with connect(data.warehouse) as connection:
            connection.execute(CHANGE)
        start = time.perf_counter()
        publication = publish(
            data.warehouse, data, catalogue=catalogue, published_at=datetime.now(UTC).replace(tzinfo=None)
        )
        seconds = time.perf_counter() - start
        if not publication.is_changed:
            raise RuntimeError("nothing was published")
        return Run(seconds)

    def tables_copied() -> None:
        target = data.root / f"copy_{next(numbers)}.duckdb"
        with connect(data.warehouse, read_only=True) as connection:
            connection.execute(f"ATTACH '{target}' AS fresh (READ_WRITE)")
            connection.execute("BEGIN")
            connection.execute("CREATE SCHEMA fresh.mart")
            for table in published_tables(catalogue):
                connection.execute(f"CREATE TABLE fresh.{table.name} AS FROM {table.name}")
            connection.execute("COMMIT")
            connection.execute("CHECKPOINT fresh")
            connection.execute("DETACH fresh")
        target.unlink()

    def file_copied() -> None:
        target = data.root / f"copy_{next(numbers)}.duckdb"
        shutil.copyfile(data.published_file, target)
        with target.open("rb") as stream:
            os.fsync(stream.fileno())
        target.unlink()

    return {OURS: ours, DUCKDB: tables_copied, FILE: file_copied}


def main() -> None:
    """Prints the medians and their ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=rounds())
    parser.add_argument("--provinces", type=int, default=34)
    parser.add_argument("--months", type=int, default=24)
    parser.add_argument("--indicators", type=int, default=100)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=work_folder()) as folder:
        data = DataDirectory(Path(folder))
        data.create()
        with connect(data.warehouse) as connection:
            rows = fill_mart(connection, options.provinces, options.months, options.indicators)
        runs = measure_in_turn(contenders(data), options.runs, warm_up=1)
        size_mb = data.published_file.stat().st_size / 1e6
    save(
        "g_publishing",
        Section(
            title="Publishing changed figures / copying the tables, and / copying the file",
            runs=runs,
            ratios=[ratio(runs, OURS, DUCKDB, TARGET), ratio(runs, OURS, FILE)],
            setup={
                "provinces": options.provinces,
                "months": options.months,
                "indicators": options.indicators,
                "rows": sum(rows.values()),
                "published_mb": round(size_mb, 1),
            },
            repeat=f"python -m bench.publishing --runs {options.runs} --provinces {options.provinces} "
            f"--months {options.months} --indicators {options.indicators}",
        ),
    )


if __name__ == "__main__":
    main()

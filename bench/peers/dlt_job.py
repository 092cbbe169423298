"""The job with dlt: Arrow batches of the CSV's text loaded into DuckDB, then types, rules and counts there in SQL."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.csv as pa_csv

from bench.peers import job

os.environ["RUNTIME__DLTHUB_TELEMETRY"] = "false"
import dlt

BLOCK_BYTES = 32_000_000


@dlt.resource(name="loaded", write_disposition="replace")
def loaded(file: Path) -> Iterator[pa.Table]:
    """The register's cells as they stand, in batches, each row with its line."""
    reader = pa_csv.open_csv(
        file,
        read_options=pa_csv.ReadOptions(column_names=job.FIELDS, skip_rows=1, block_size=BLOCK_BYTES),
        convert_options=pa_csv.ConvertOptions(
            column_types=dict.fromkeys(job.FIELDS, pa.string()), strings_can_be_null=True
        ),
    )
    line = job.FIRST_LINE
    for batch in reader:
        yield pa.Table.from_batches([batch]).append_column(
            "line", pa.array(np.arange(line, line + len(batch)))
        )
        line += len(batch)


def load(work: job.Job) -> Path:
    """The file as a table of a DuckDB file."""
    pipeline = dlt.pipeline(
        pipeline_name="register",
        pipelines_dir=str(work.folder / "dlt"),
        destination=dlt.destinations.duckdb(str(work.store)),
        dataset_name="register",
    )
    pipeline.run(loaded(work.file), loader_file_format="parquet")
    return work.store


def main() -> None:
    """Archives, loads, types, checks, groups, stores."""
    areas, typed, rejects, counts = (
        job.sql(f"{name}.sql") for name in ("areas", "typed", "rejects", "counts")
    )
    work = job.begin()
    work.archive()
    with work.stage("load"):
        path = load(work)
    with duckdb.connect(path) as connection:
        connection.execute(f"SET memory_limit = '{job.MEMORY_LIMIT}'; SET preserve_insertion_order = false")
        connection.execute("SET search_path = 'register,main'")
        with work.stage("type"):
            connection.execute(typed)
        with work.stage("check"):
            connection.execute(areas)
            connection.execute(rejects)
            connection.execute("CREATE OR REPLACE VIEW dossiers AS FROM typed ANTI JOIN rejects USING (line)")
        with work.stage("group"):
            connection.execute(f"CREATE OR REPLACE TABLE main.figures AS {counts}")
            connection.execute("CREATE OR REPLACE TABLE main.rejects AS FROM register.rejects")
    work.finish()


if __name__ == "__main__":
    main()

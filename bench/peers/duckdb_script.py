"""The bare script: typed CSV to zstd Parquet, grouped, and a check that no dossier code stands twice.

The minimum that gives figures: no rule but one, no rejects, no archive, nothing stored but the Parquet file.
"""

from __future__ import annotations

import duckdb

from bench.peers import job


def main() -> None:
    """Reads, writes, groups, checks."""
    counts = job.sql("counts.sql")
    work = job.begin()
    rows = work.folder / "rows.parquet"
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{job.MEMORY_LIMIT}'; SET preserve_insertion_order = false")
    connection.execute(f"SET temp_directory = '{work.folder / 'tmp'}'")
    with work.stage("write"):
        connection.execute(
            f"COPY (FROM {job.read_csv(work.file)}) TO '{rows}' (FORMAT parquet, COMPRESSION zstd)"
        )
    connection.execute(f"CREATE VIEW dossiers AS FROM '{rows}'")
    with work.stage("group"):
        groups = connection.execute(counts).fetchall()
    with work.stage("unique"):
        repeated = connection.execute(
            "SELECT count(*) FROM (SELECT dossier_code FROM dossiers GROUP BY ALL HAVING count(*) > 1)"
        ).fetchall()
    work.finish(groups=len(groups), repeated=repeated[0][0])


if __name__ == "__main__":
    main()

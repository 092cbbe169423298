"""The bare scan: the CSV is read with declared types and grouped; nothing is written or checked."""

from __future__ import annotations

import duckdb

from bench.peers import job


def main() -> None:
    """Reads and groups."""
    counts = job.sql("counts.sql")
    work = job.begin()
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{job.MEMORY_LIMIT}'; SET preserve_insertion_order = false")
    connection.execute(f"CREATE VIEW dossiers AS FROM {job.read_csv(work.file)}")
    groups = connection.execute(counts).fetchall()
    work.finish(groups=len(groups))


if __name__ == "__main__":
    main()

"""Whether a contender's figures and rejects are right: compared with plain SQL over the raw CSV.

The rows that are bad on purpose are left out by their known lines, so nothing of the pipeline is used to say what is
right. Run: python -m bench.reference FILE (--data FOLDER | --store FILE); fails where anything differs.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import duckdb

from bench.generate_dossiers import HEADER_LINES, SOURCE, bad_rows_file
from bench.peers import job

_SHOWN = 5


class DifferentError(Exception):
    """Figures or rejects are not what the raw file gives."""


def open_reference(file: Path) -> duckdb.DuckDBPyConnection:
    """A connection with ``counted`` (groups), ``reference`` (figures) and ``bad`` (line, rule) of the raw CSV."""
    connection = duckdb.connect()
    connection.execute(f"SET memory_limit = '{job.MEMORY_LIMIT}'; SET enable_progress_bar = false")
    headings = ", ".join(f"'{name}': 'VARCHAR'" for name in job.FIELDS)
    connection.execute(
        f"CREATE VIEW loaded AS SELECT row_number() OVER () + {HEADER_LINES} AS line, * FROM read_csv('{file}',"
        f" header = true, delim = ',', columns = {{{headings}}})"
    )
    listed = bad_rows_file(file)
    connection.execute(
        f"CREATE TABLE bad AS SELECT line, rule FROM '{listed}'"
        if listed.exists()
        else "CREATE TABLE bad (line BIGINT, rule VARCHAR)"
    )
    typed = job.sql("typed.sql").replace("CREATE OR REPLACE TABLE", "CREATE VIEW", 1)
    connection.execute(typed)
    connection.execute("CREATE VIEW dossiers AS FROM typed ANTI JOIN bad USING (line)")
    connection.execute(f"CREATE TABLE counted AS {job.sql('counts.sql')}")
    connection.execute(job.sql("reference.sql"))
    return connection


def check_pipeline(file: Path, data: Path) -> int:
    """Compares the accepted figures in force and the rejected lines of a data directory; gives how many figures.

    Raises:
        DifferentError: A figure or a reject is missing, too many or different.
    """
    with open_reference(file) as connection:
        warehouse = data / "warehouse" / "dx_warehouse.duckdb"
        connection.execute(f"ATTACH '{warehouse}' AS office (READ_ONLY)")
        figures = (
            "SELECT indicator_code, area_code, scope, CASE WHEN denominator IS NULL THEN value END::BIGINT,"
            " numerator::BIGINT, denominator::BIGINT FROM office.core.observation WHERE is_latest"
            f" AND verdict = 'accepted' AND source_code = '{SOURCE}' AND period_start = DATE '{job.MONTH}'"
        )
        _same(connection, "figures", "FROM reference", figures)
        rejects = connection.execute(
            "SELECT rejects_file FROM office.core.register_partition WHERE is_latest AND period_start = ?",
            [job.MONTH],
        ).fetchall()
        found = data / "warehouse" / "registers" / rejects[0][0]
        _same(connection, "rejects", "FROM bad", f"SELECT line, rule FROM '{found}'")
        return _count(connection, "FROM reference")


def check_store(file: Path, store: Path) -> int:
    """Compares a peer's ``figures`` and ``rejects``; gives how many figures the groups make.

    Raises:
        DifferentError: A group or a reject is missing, too many or different.
    """
    with open_reference(file) as connection:
        connection.execute(f"ATTACH '{store}' AS peer (READ_ONLY)")
        counts = "SELECT province, commune, COLUMNS(* EXCLUDE (province, commune))::BIGINT FROM {}"
        _same(connection, "figures", counts.format("counted"), counts.format("peer.main.figures"))
        _same(connection, "rejects", "FROM bad", "SELECT line, rule FROM peer.main.rejects")
        return _count(connection, "FROM reference")


def _same(connection: duckdb.DuckDBPyConnection, what: str, right: str, found: str) -> None:
    for label, first, second in (("missing", right, found), ("too many", found, right)):
        rows = connection.execute(f"({first}) EXCEPT ALL ({second}) LIMIT {_SHOWN}").fetchall()
        if rows:
            raise DifferentError(f"{what}: {label}, such as {rows}")


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(connection.execute(f"SELECT count(*) FROM ({query})").fetchall()[0][0])


def main(arguments: Sequence[str] | None = None) -> None:
    """The command: one comparison, in a process of its own so that its memory is nobody's."""
    parser = argparse.ArgumentParser(prog="python -m bench.reference", description=__doc__)
    parser.add_argument("file", type=Path)
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--data", type=Path, help="a data directory of the pipeline")
    where.add_argument("--store", type=Path, help="the DuckDB file of a peer")
    given = parser.parse_args(arguments)
    check = check_pipeline if given.data else check_store
    print(json.dumps({"figures": check(given.file, given.data or given.store)}))


if __name__ == "__main__":
    main()

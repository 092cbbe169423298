"""Connections to the working DuckDB file: one writer at a time, retried on its lock only, always closed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dx_pipeline.failures import PermanentError, TransientError
from dx_pipeline.warehouse.contract import tables

if TYPE_CHECKING:
    import pandas as pd

LOCK_WAIT_SECONDS = 60.0
_LONG = 1000
_SCHEMAS = ("raw", "core", "quality", "mart")


@contextmanager
def connect(
    path: Path, *, read_only: bool = False, lock_wait_seconds: float = LOCK_WAIT_SECONDS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Opens the working file and closes it whatever happens.

    Waits for another process's lock up to ``lock_wait_seconds``; every other error is raised at once.

    Raises:
        TransientError: Another process kept the file locked.
        PermanentError: The file is not a DuckDB file of a readable version, or its folder is missing.
    """
    connection = _open(path, read_only=read_only, give_up_at=time.monotonic() + lock_wait_seconds)
    try:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection
    finally:
        connection.close()


def _open(path: Path, *, read_only: bool, give_up_at: float) -> duckdb.DuckDBPyConnection:
    pause = 0.05
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only)
        except duckdb.IOException as error:
            if "lock" not in str(error).lower():
                raise PermanentError(f"cannot open the working file {path}: {error}") from error
            if time.monotonic() >= give_up_at:
                raise TransientError(
                    f"the working file {path} stayed locked by another process; "
                    "close the program that has it open, or run again later"
                ) from error
            time.sleep(pause)
            pause = min(pause * 2, 1.0)


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Commits what the block did, or nothing of it."""
    connection.execute("BEGIN")
    try:
        yield connection
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def create_schema(connection: duckdb.DuckDBPyConnection, *, with_comments: bool = True) -> None:
    """Creates every schema, table, column, comment and view of the contract that is not there yet.

    A working file of an earlier version gets the columns it lacks, empty; everything else in it stays as it is.

    Args:
        connection: An open connection; its current database is the one that is filled.
        with_comments: A database for a moment's use needs none, and there are hundreds.
    """
    existing: dict[str, set[str]] = {}
    for schema, name, column in connection.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() "
        "WHERE NOT internal AND database_name = current_database()"
    ).fetchall():
        existing.setdefault(f"{schema}.{name}", set()).add(column)
    missing = [table for table in tables().values() if table.name not in existing]
    widened = {
        table: [name for name in table.column_names if name not in existing[table.name]]
        for table in tables().values()
        if table.name in existing
    }
    views = _script("views.sql")
    with transaction(connection):
        for schema in _SCHEMAS:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for table in missing:
            connection.execute(table.create_statement())
            for statement in table.comment_statements() if with_comments else ():
                connection.execute(statement)
        for table, names in widened.items():
            for statement in table.widening_statements(names):
                connection.execute(statement)
        connection.execute(views)
        if "core.observation" in existing and "core.verdict" not in existing:
            connection.execute(_script("seed_verdicts.sql"))
        if any(names for table, names in widened.items() if table.schema == "mart"):
            # What was compiled before has nothing in the new columns: the next run compiles all of it again.
            connection.execute(_script("touch_all_months.sql"))


def _script(name: str) -> str:
    return resources.files(__package__).joinpath(name).read_text(encoding="utf-8")


def insert_frame(
    connection: duckdb.DuckDBPyConnection,
    table_name: str,
    frame: pd.DataFrame,
    *,
    ignore_existing: bool = False,
) -> int:
    """Appends ``frame`` to a contract table by column name; missing columns become null.

    Args:
        connection: An open, writable connection.
        table_name: Qualified name from the contract.
        frame: Any subset of the table's columns, in any order.
        ignore_existing: Leave out rows whose key is in the table already.

    Returns:
        How many rows were added.

    Raises:
        PermanentError: ``frame`` has a column the contract does not know.
    """
    table = tables()[table_name]
    unknown = [name for name in frame.columns if name not in table.column_names]
    if unknown:
        raise PermanentError(f"{table_name} has no column {', '.join(map(str, unknown))}")
    if frame.empty:
        return 0
    types = {column.name: column.sql_type for column in table.columns}
    shared = _shared_values(frame)
    columns = ", ".join(
        f"CAST({'$' + name if name in shared else _quoted(name)} AS {types[name]}) AS {_quoted(name)}"
        for name in frame.columns
    )
    condition = ""
    if ignore_existing:
        same = " AND ".join(f'known."{name}" IS NOT DISTINCT FROM incoming."{name}"' for name in table.key)
        condition = f" WHERE NOT EXISTS (SELECT 1 FROM {table_name} AS known WHERE {same})"
    connection.register("incoming_frame", _plain(frame.drop(columns=[*shared]) if shared else frame))
    try:
        added = connection.execute(
            f"INSERT INTO {table_name} BY NAME SELECT {columns} FROM incoming_frame AS incoming{condition}",
            shared,
        ).fetchone()
    finally:
        connection.unregister("incoming_frame")
    return int(added[0]) if added else 0


def _shared_values(frame: pd.DataFrame) -> dict[str, object]:
    """The columns of a long frame that hold one value only, to be bound once instead of sent row by row."""
    if len(frame) < _LONG:
        return {}
    shared: dict[str, object] = {}
    for name, column in frame.items():
        first = column.iloc[0]
        missing = column.isna()
        if missing.all():
            shared[str(name)] = None
        elif not missing.any() and (column == first).all():  # pandas' own text type skips what is missing
            shared[str(name)] = first.item() if hasattr(first, "item") else first
    return dict(list(shared.items())[: len(frame.columns) - 1])  # a row needs one column of its own


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with its texts as Python objects: DuckDB reads those ten times faster than pandas' own type."""
    return frame.astype(
        {name: object for name, kind in frame.dtypes.items() if kind.name in ("str", "string")}
    )


def _quoted(name: str) -> str:
    return f'"{name}"'


def note_periods(connection: duckdb.DuckDBPyConnection, table_name: str, periods: Iterable[date]) -> None:
    """Adds periods to a to-do list of the contract (``core.touched_month``), each once."""
    import pandas as pd

    frame = pd.DataFrame({"period_start": sorted(set(periods))})
    insert_frame(connection, table_name, frame, ignore_existing=True)


def run_script(
    connection: duckdb.DuckDBPyConnection,
    package: str,
    name: str,
    parameters: Sequence[object] | dict[str, object] = (),
) -> list[tuple[object, ...]]:
    """Runs one statement kept in ``name`` beside the code of ``package`` and gives its rows."""
    sql = resources.files(package).joinpath(name).read_text(encoding="utf-8")
    return connection.execute(sql, parameters).fetchall()

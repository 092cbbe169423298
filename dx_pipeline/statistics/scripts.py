"""Runs the ``.sql`` files of this folder and those below it: values bound, identifiers from our own code."""

from __future__ import annotations

from importlib import resources

import duckdb

Parameters = dict[str, object]


def run(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Parameters | None = None, **identifiers: str
) -> int:
    """Runs the statement in ``name`` and gives how many rows it wrote.

    Args:
        connection: An open, writable connection with the catalogue's facts in place.
        name: File name in this folder.
        parameters: Values for the statement's ``$names``; exactly those it uses.
        identifiers: Table names for its ``{names}``, never taken from data.
    """
    sql = script(name)
    for placeholder, identifier in identifiers.items():
        sql = sql.replace("{" + placeholder + "}", identifier)
    row = connection.execute(sql, parameters or {}).fetchone()
    return int(row[0]) if row else 0


def script(name: str) -> str:
    """The statement in ``name``, as it stands in the file."""
    return resources.files(__package__).joinpath(*name.split("/")).read_text(encoding="utf-8")

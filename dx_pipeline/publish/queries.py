"""Runs the ``.sql`` files of this folder: one query each, values bound."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb

Row = dict[str, Any]


def query(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: dict[str, object] | None = None
) -> list[Row]:
    """The rows that the query in ``name`` gives, as dictionaries.

    Args:
        connection: A connection to the database that is asked.
        name: File name in this folder.
        parameters: Values for the query's ``$names``; exactly those it uses.
    """
    sql = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    result = connection.execute(sql, parameters or {})
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]

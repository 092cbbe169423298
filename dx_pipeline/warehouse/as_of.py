"""The working file as it was known at a moment: a copy in memory that everything above the checks can be run on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from importlib import resources

import duckdb

from dx_pipeline.warehouse.database import create_schema


@contextmanager
def as_known(
    connection: duckdb.DuckDBPyConnection, moment: datetime, months: Sequence[date] | None = None
) -> Iterator[None]:
    """Within the block the connection's tables hold what was known at ``moment``; nothing of the file changes.

    Verdicts are those of the log of decisions (``core.verdict``). Figures that had not been judged by then are
    left out. What the checks said is not copied: judging the months again tells it.

    Args:
        connection: The working file, in no transaction; it may be read-only.
        moment: UTC, without zone; what arrived or was decided at that moment is known.
        months: First days of the months whose figures are needed; None for all.
    """
    row = connection.execute("SELECT current_database()").fetchone()
    working = str(row[0]) if row else ""
    connection.execute("ATTACH ':memory:' AS as_known")
    try:
        connection.execute("USE as_known")
        create_schema(connection, with_comments=False)
        script = resources.files(__package__).joinpath("as_of.sql").read_text(encoding="utf-8")
        identifier = '"' + working.replace('"', '""') + '"'
        wanted = None if months is None else list(months)
        for statement in script.replace("{working}", identifier).split(";\n"):
            if statement.strip():
                names = {"moment": moment, "months": wanted}
                connection.execute(
                    statement, {key: item for key, item in names.items() if f"${key}" in statement}
                )
        yield
    finally:
        connection.execute(f'USE "{working}"')
        connection.execute("DETACH as_known")

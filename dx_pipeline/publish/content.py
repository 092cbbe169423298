"""Which tables are published, and a digest of what is in them that does not depend on the order of rows."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.statistics.scorecard import scorecard_table
from dx_pipeline.warehouse.contract import Table, tables_of

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue


@dataclass(frozen=True, slots=True)
class Content:
    """How many rows a table has and the digest of names, types, comments and rows."""

    rows: int
    digest: str


def published_tables(catalogue: Catalogue) -> list[Table]:
    """Every table of the published file: the mart of the contract and the scorecard."""
    return [*tables_of("mart"), scorecard_table(catalogue)]


def content_of(connection: duckdb.DuckDBPyConnection, table: Table) -> Content:
    """What ``table`` holds now, in the connection's own database."""
    columns = ", ".join(f'"{name}"' for name in table.column_names)
    row = connection.execute(
        f"SELECT count(*), sum(hash({columns})), bit_xor(hash({columns})) FROM {table.name}"
    ).fetchone()
    assert row is not None  # noqa: S101 - an aggregate without groups always has one row
    declared = [
        table.comment,
        *(f"{column.name} {column.sql_type} {column.comment}" for column in table.columns),
    ]
    text = "\n".join([*declared, *map(str, row)])
    return Content(rows=int(row[0]), digest=hashlib.sha256(text.encode()).hexdigest())


def total_digest(contents: dict[str, Content]) -> str:
    """One digest over all tables."""
    text = "\n".join(f"{name} {content.digest}" for name, content in sorted(contents.items()))
    return hashlib.sha256(text.encode()).hexdigest()

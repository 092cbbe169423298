"""Row counts, previews and check findings as Dagster metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import dagster as dg
import duckdb

from dx_pipeline.warehouse.contract import tables

PREVIEW_ROWS = 10
FINDING_ROWS = 100


def table(rows: Sequence[Mapping[str, object]], limit: int = FINDING_ROWS) -> dg.MetadataValue:
    """Rows as a table the UI shows; at most ``limit`` of them."""
    shown = [
        dg.TableRecord({key: "" if value is None else _plain(value) for key, value in row.items()})
        for row in rows[:limit]
    ]
    names = list(rows[0]) if rows else []
    schema = dg.TableSchema(columns=[dg.TableColumn(name, _type(shown, name)) for name in names])
    return dg.MetadataValue.table(records=shown, schema=schema)


def columns(table_name: str) -> dict[str, dg.MetadataValue]:
    """The columns of a contract table with their types and comments, as the UI's column list."""
    found = [
        dg.TableColumn(column.name, column.sql_type, description=column.comment)
        for column in tables()[table_name].columns
    ]
    schema = dg.TableSchema(columns=found)
    return {
        "dagster/column_schema": dg.MetadataValue.table_schema(schema),
        "dagster/table_name": dg.MetadataValue.text(table_name),
    }


def _plain(value: object) -> str | int | float | bool:
    return value if isinstance(value, str | int | float | bool) else str(value)


def _type(rows: Sequence[dg.TableRecord], name: str) -> str:
    kinds = {type(row.data[name]) for row in rows}
    return (
        {int: "int", float: "float", bool: "bool"}.get(kinds.pop(), "string") if len(kinds) == 1 else "string"
    )


def query(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[object] = ()
) -> list[dict[str, object]]:
    """A query's rows as dictionaries."""
    cursor = connection.execute(sql, parameters)
    names = [column[0] for column in cursor.description or []]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def preview(
    connection: duckdb.DuckDBPyConnection, name: str, where: str = "true", parameters: Sequence[object] = ()
) -> dict[str, dg.MetadataValue]:
    """Row count and the first rows of a contract table, as Dagster shows them."""
    counted = connection.execute(f"SELECT count(*) FROM {name} WHERE {where}", parameters).fetchone()
    rows = query(
        connection, f"SELECT * FROM {name} WHERE {where} ORDER BY ALL LIMIT {PREVIEW_ROWS}", parameters
    )
    return {
        "dagster/row_count": dg.MetadataValue.int(int(counted[0]) if counted else 0),
        "preview": table(rows),
    }

"""The tables as tables.yaml declares them: names, types, comments, and the DDL made from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml


@dataclass(frozen=True, slots=True)
class Column:
    """One column: SQL type and its comment in Vietnamese and English."""

    name: str
    sql_type: str
    comment_vi: str
    comment_en: str

    @property
    def comment(self) -> str:
        """``Vietnamese | English``, as it is stored in the database."""
        return f"{self.comment_vi} | {self.comment_en}"


@dataclass(frozen=True, slots=True)
class Table:
    """One table: qualified name, comment, unique key and columns in their order."""

    name: str
    comment: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> str:
        """The schema part of the name: the layer."""
        return self.name.split(".", 1)[0]

    @property
    def column_names(self) -> list[str]:
        """The column names in their order."""
        return [column.name for column in self.columns]

    def create_statement(self, *, prefix: str = "") -> str:
        """``CREATE TABLE IF NOT EXISTS`` for this table, in the catalog ``prefix`` (``"new."``)."""
        body = ", ".join(f'"{column.name}" {column.sql_type}' for column in self.columns)
        return f"CREATE TABLE IF NOT EXISTS {prefix}{self.name} ({body})"

    def widening_statements(self, names: Sequence[str]) -> list[str]:
        """The statements that add the columns ``names`` to a table of an earlier version, comments with them."""
        if not names:
            return []
        types = {column.name: column.sql_type for column in self.columns}
        added = [f'ALTER TABLE {self.name} ADD COLUMN "{name}" {types[name]}' for name in names]
        return [*added, *self.comment_statements()]

    def comment_statements(self, *, prefix: str = "") -> list[str]:
        """The ``COMMENT ON`` statements of the table and its columns."""
        statements = [f"COMMENT ON TABLE {prefix}{self.name} IS {_quote(self.comment)}"]
        statements += [
            f'COMMENT ON COLUMN {prefix}{self.name}."{column.name}" IS {_quote(column.comment)}'
            for column in self.columns
        ]
        return statements


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@cache
def tables() -> dict[str, Table]:
    """Every table of the contract by qualified name, in the contract's order."""
    text = resources.files(__package__).joinpath("tables.yaml").read_text(encoding="utf-8")
    declared = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
    return {
        name: Table(
            name=name,
            comment=" | ".join(entry["comment"]),
            key=tuple(entry["key"]),
            columns=tuple(Column(column, *parts) for column, parts in entry["columns"].items()),
        )
        for name, entry in declared.items()
    }


def tables_of(schema: str) -> list[Table]:
    """The tables of one layer, in the contract's order."""
    return [table for table in tables().values() if table.schema == schema]

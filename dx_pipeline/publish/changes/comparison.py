"""Two databases compared figure by figure: added, gone, changed, largest first, and what of it would wait.

A function of the two databases and the limits; nothing in either of them is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import duckdb

from dx_pipeline.failures import PublicationError
from dx_pipeline.publish.changes.digest import digest_of
from dx_pipeline.publish.changes.tables import COMPARED, MONTHLY
from dx_pipeline.publish.changes.wording import DECISION_OF, HELD, REASONS
from dx_pipeline.publish.queries import Row, query
from dx_pipeline.settings import HoldLimits
from dx_pipeline.warehouse.database import connect

LimitsOf = Callable[[str], HoldLimits]
_OLD = "compared_with"
_OF_QUARTERS = "indicator_code IN (SELECT indicator_code FROM difference WHERE period_months = 3)"


@dataclass(frozen=True)
class Comparison:
    """What is different.

    Attributes:
        rows: The differences, largest first; each with its ``decision`` (held, accepted, covered, follows, passes).
        is_first: Nothing was published before, so there is nothing to compare with.
        digest: Of all rows that wait or were accepted together; empty where there are none.
        acceptance: Who accepted that, when and why; None where nobody did.
    """

    rows: tuple[Row, ...] = ()
    is_first: bool = False
    digest: str = ""
    acceptance: Row | None = None

    @property
    def held(self) -> list[Row]:
        """The rows that wait, largest first."""
        return [row for row in self.rows if row["decision"] == "held"]

    @property
    def figures(self) -> list[Row]:
        """The rows whose figure is not the same, without those that only describe it otherwise."""
        return [row for row in self.rows if row["change"] != "metadata"]

    def summary(self) -> list[Row]:
        """Per table and indicator: how many were added, are gone, changed, and wait; most changes first."""
        found: dict[tuple[str, str], Row] = {}
        for row in self.rows:
            line = found.setdefault(
                (row["table_name"], row["indicator_code"]),
                {
                    "table_name": row["table_name"],
                    "indicator_code": row["indicator_code"],
                    "indicator_vi": row["indicator_vi"],
                    "indicator_en": row["indicator_en"],
                    **dict.fromkeys(("added", "gone", "changed", "metadata", "held"), 0),
                    "first": row["position"],
                },
            )
            line[row["change"]] += 1
            line["held"] += row["decision"] == "held"
        lines = sorted(found.values(), key=lambda line: (-line["held"], line["first"]))
        return [{name: value for name, value in line.items() if name != "first"} for line in lines]


def compare(new: duckdb.DuckDBPyConnection | Path, old: Path | None, limits: LimitsOf) -> Comparison:
    """What is different between two databases that have the schema ``mart``.

    Args:
        new: What is or would be published: a file, or a connection to it that is in no transaction. Where it is a
            working file, its restatements and acceptances are looked at.
        old: What was published; None or a path without a file where nothing was.
        limits: The limits of an indicator, by its code.

    Returns:
        The differences with their decisions.

    Raises:
        PublicationError: A file is none, or cannot be read.
        TransientError: A file is locked by another process.
    """
    if isinstance(new, Path):
        with connect(new, read_only=True) as connection:
            return compare(connection, old, limits)
    if old is None or not old.exists():
        return Comparison(is_first=True)
    try:
        with _attached(new, old) as catalogs:
            return _compare(new, catalogs, limits)
    except duckdb.Error as error:
        raise PublicationError(
            f"cannot compare with {old}: {error}. If it is damaged, move it away; the next run publishes anew.",
            f"Không so sánh được với {old}: {error}. Nếu tệp hỏng, hãy chuyển tệp đi nơi khác rồi chạy lại.",
        ) from error


@contextmanager
def _attached(connection: duckdb.DuckDBPyConnection, old: Path) -> Iterator[dict[str, str]]:
    """The names of both databases on one connection, by side; a file is compared with itself, too."""
    [(name, path)] = connection.execute(
        "SELECT database_name, path FROM duckdb_databases() WHERE database_name = current_database()"
    ).fetchall()
    if path and Path(path).resolve() == old.resolve():
        yield {"new": name, "old": name}
        return
    location = str(old).replace("'", "''")
    connection.execute(f"ATTACH '{location}' AS {_OLD} (READ_ONLY)")
    try:
        yield {"new": name, "old": _OLD}
    finally:
        connection.execute(f"DETACH {_OLD}")


def _compare(connection: duckdb.DuckDBPyConnection, catalogs: dict[str, str], limits: LimitsOf) -> Comparison:
    columns = {side: _columns(connection, catalog) for side, catalog in catalogs.items()}
    for side, other in (("old", "new"), ("new", "old")):
        _run(connection, "prepare.sql", side=side)
        for table in COMPARED:
            if table.name not in columns[side]:
                continue
            mine, source = columns[side][table.name], f'"{catalogs[side]}".{table.name}'
            theirs, others = columns[other].get(table.name), f'"{catalogs[other]}".{table.name}'
            condition = table.is_other_row(mine, theirs, others) if theirs else "true"
            named = table.identifiers(mine, theirs or mine, source)
            _run(connection, "figures.sql", side=side, condition=condition, **named)
    _run(connection, "names.sql", old=f'"{catalogs["old"]}"', new=f'"{catalogs["new"]}"')
    _run(connection, "difference.sql")
    _take_months(connection, columns["new"], catalogs["new"])
    _set_limits(connection, limits)
    has_restatements = "core.restatement" in columns["new"]
    _run(connection, "restated.sql" if has_restatements else "not_restated.sql")
    for script in ("sizes.sql", "decisions.sql"):
        _run(connection, script)
    rows = query(connection, "changes/rows.sql")
    return _decided(rows, connection if "core.accepted_change" in columns["new"] else None)


def _take_months(connection: duckdb.DuckDBPyConnection, columns: dict[str, set[str]], catalog: str) -> None:
    """The months of the quarters that are different, as they would be published."""
    _run(connection, "prepare.sql", side="month")
    for table in MONTHLY:
        mine = columns.get(table.name)
        if mine:
            named = table.identifiers(mine, mine, f'"{catalog}".{table.name}')
            _run(connection, "figures.sql", side="month", condition=_OF_QUARTERS, **named)


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, set[str]]:
    """The columns of every table of a database, by the table's name."""
    found: dict[str, set[str]] = {}
    for schema, table, column in connection.execute(
        "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE database_name = ?", [catalog]
    ).fetchall():
        found.setdefault(f"{schema}.{table}", set()).add(column)
    return found


def _run(connection: duckdb.DuckDBPyConnection, name: str, **identifiers: str) -> None:
    sql = resources.files(__package__).joinpath(name).read_text(encoding="utf-8")
    connection.execute(sql.format(**identifiers) if identifiers else sql)


def _set_limits(connection: duckdb.DuckDBPyConnection, limits: LimitsOf) -> None:
    """The limits of every indicator that has a difference, as a table."""
    codes = [
        row[0] for row in connection.execute("SELECT DISTINCT indicator_code FROM difference").fetchall()
    ]
    columns = {name: [getattr(limits(code), name) for code in codes] for name in HoldLimits.model_fields}
    types = {
        name: "BOOLEAN" if name.startswith("is_") else "DOUBLE" for name in ("indicator_code", *columns)
    } | {"indicator_code": "VARCHAR"}
    selected = ", ".join(f"unnest(${name}::{kind}[]) AS {name}" for name, kind in types.items())
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE hold_limit AS SELECT {selected}", {"indicator_code": codes, **columns}
    )


def _decided(rows: list[Row], working: duckdb.DuckDBPyConnection | None) -> Comparison:
    """The rows with their decisions; what waits together was accepted together or not at all."""
    waiting = [row for row in rows if row["reason"] in HELD]
    digest = digest_of(waiting) if waiting else ""
    acceptance = None
    if waiting and working is not None:
        found = query(working, "changes/acceptance.sql", {"digest": digest})
        acceptance = found[0] if found else None
    for row in rows:
        row["decision"] = DECISION_OF.get(row["reason"], "passes")
        row["reason_vi"], row["reason_en"] = REASONS[row["reason"]]
    for row in waiting:
        row["decision"] = "accepted" if acceptance else "held"
    return Comparison(tuple(rows), digest=digest, acceptance=acceptance)

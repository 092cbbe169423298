"""Counts the rows of a register in an in-memory DuckDB, by the conditions the catalogue names.

Gives figures and how sure they are; which rows stand behind them, and what is said about them, is the reader's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.source_models import Conditions


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A row of a register as it is counted.

    Attributes:
        number: Its position among all rows of the file.
        area_code: The province it belongs to, or the nation.
        scope: The register it stands in, or ``all``.
        key: What names the thing; rows without one are things of their own.
        name: The thing's name as a key to compare with, if the register has names.
        codes: Field -> code of what its cell says; None where the word is unknown.
    """

    number: int
    area_code: str
    scope: str
    key: str | None
    name: str | None
    codes: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Count:
    """How many things count for an indicator in one area and scope.

    Attributes:
        value: The things that meet the conditions.
        things: All things of the area and scope.
        unknown: Things of which it cannot be told.
        disputed: Things that count by one of their rows and not by another.
        first_row: Number of the first row of the area and scope.
        last_row: Number of the last one.
    """

    indicator_code: str
    area_code: str
    scope: str
    value: int
    things: int
    unknown: int
    disputed: int
    first_row: int
    last_row: int

    @property
    def is_certain(self) -> bool:
        """Whether the value has one reading only."""
        return self.unknown == 0 and self.disputed == 0


@cache
def _sql(name: str) -> str:
    return (resources.files(__package__) / name).read_text(encoding="utf-8")


def count_rows(rows: Sequence[CountedRow], conditions: Mapping[str, Conditions]) -> list[Count]:
    """The counts of every area and scope that has a row.

    Args:
        rows: All rows of a file that belong to a known area and scope.
        conditions: Indicator -> what its rows must say.
    """
    import duckdb

    if not rows or not conditions:
        return []
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        _load(connection, rows, conditions)
        found = connection.execute(_sql("count.sql")).fetchall()
    return [Count(*values) for values in found]


def _load(
    connection: duckdb.DuckDBPyConnection, rows: Sequence[CountedRow], conditions: Mapping[str, Conditions]
) -> None:
    import pandas as pd

    text = pd.StringDtype()
    frames = {
        "register_row": pd.DataFrame(
            {
                "row_number": [row.number for row in rows],
                "area_code": pd.array([row.area_code for row in rows], dtype=text),
                "scope": pd.array([row.scope for row in rows], dtype=text),
                "row_key": pd.array([row.key or f"\x1frow {row.number}" for row in rows], dtype=text),
                "row_name": pd.array([row.name for row in rows], dtype=text),
            }
        ),
        "row_code": _frame(
            [(row.number, field, code) for row in rows for field, code in row.codes.items()],
            ("row_number", "field", "code"),
        ),
        "wanted": _frame([(code,) for code in conditions], ("indicator_code",)),
        "condition": _frame(
            [
                (indicator, field, code)
                for indicator, fields in conditions.items()
                for field, codes in fields.items()
                for code in codes
            ],
            ("indicator_code", "field", "code"),
        ),
    }
    for name, frame in frames.items():
        connection.register(name, frame)


def _frame(records: Sequence[tuple[object, ...]], columns: Sequence[str]) -> object:
    import pandas as pd

    frame = pd.DataFrame.from_records(list(records), columns=list(columns))
    types = {name: "int64" if name == "row_number" else "string" for name in columns}
    return frame.astype(types)

"""A sheet of cells, whatever file it came from: the one shape that every table reader works on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

Merge = tuple[tuple[int, int], tuple[int, int]]


class Format(StrEnum):
    """What the bytes of a file are, told by their content and never by the file's name."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    HTML = "html"
    CSV = "csv"
    JSON = "json"
    GZIP = "gzip"
    ZIP = "zip"
    ZSTD = "zstd"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Percentage:
    """A number in a cell that the sender's program shows with a per-cent sign: 0.7263, shown as 72,63%."""

    fraction: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: its rows from row 1 and column A on, all of one length.

    Attributes:
        name: The sheet's name; empty for a text file, whose cells are located by line.
        rows: ``str``, ``float``, ``int``, ``bool``, ``date``, ``datetime``, ``time``, ``timedelta`` or
            ``Percentage``; an empty text where there is nothing. Of merged cells only the first holds the value.
        merges: First and last cell of each merged block, as (row, column) counted from 0.
        hidden_columns: Columns the sender's program does not show. They are read like the others.
        hidden_rows: Rows it does not show.
        line_numbers: For text files, the physical line of each row; empty for sheets.
    """

    name: str
    rows: list[list[object]]
    merges: tuple[Merge, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    line_numbers: tuple[int, ...] = ()

    def locator(self, row: int, column: int | None = None) -> str:
        """``Sheet!F8`` for row 7 and column 5, counted from 0; ``line 8, column F`` in a text file."""
        line = self.line_numbers[row] if self.line_numbers else row + 1
        if self.name:
            return f"{self.name}!{column_name(column)}{line}" if column is not None else f"{self.name}!{line}"
        return f"line {line}, column {column_name(column)}" if column is not None else f"line {line}"


def column_name(column: int) -> str:
    """``A`` for 0, ``AA`` for 26."""
    name = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        name = chr(65 + letter) + name
    return name

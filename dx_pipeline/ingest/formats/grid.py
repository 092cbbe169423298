"""Rows of cells made into the rectangle of a ``Sheet``, within the guard's limits."""

from __future__ import annotations

import datetime as dt

from dx_pipeline.ingest.guard import check_extent


def laid_out(rows: list[list[object]], file_name: str, sheet_name: str) -> list[list[object]]:
    """The rows, all of one length, without empty rows and columns at the end.

    Raises:
        UnreadableFileError: They reach farther than any report does.
    """
    width = max(map(_filled_length, rows), default=0)
    while rows and not _filled_length(rows[-1]):
        rows.pop()
    check_extent(len(rows), width, file_name, sheet_name)
    for cells in rows:
        del cells[width:]
        cells.extend("" for _ in range(width - len(cells)))
    return rows


def _filled_length(cells: list[object]) -> int:
    length = len(cells)
    while length and (cells[length - 1] == "" or cells[length - 1] is None):
        length -= 1
    return length


def time_of_day(length: dt.timedelta) -> dt.time | dt.timedelta:
    """A length below one day as a time of day, which is how spreadsheets store both."""
    if not dt.timedelta() <= length < dt.timedelta(days=1):
        return length
    minutes, seconds = divmod(length.seconds, 60)
    return dt.time(minutes // 60, minutes % 60, seconds, length.microseconds)

"""From the file to typed rows: one pass, in the file's order, and the lines that could not be typed.

The rows keep the order of the file, so that the position of a row tells its line (``line_shift.sql``).
DuckDB names the lines it rejects itself; lines without anything are found only where the sum needs them.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import PermanentError, UnreadableFileError
from dx_pipeline.ingest.records.columns import literal
from dx_pipeline.ingest.records.lines import Lines, blank_lines, count_lines, lines_at, naming_damage
from dx_pipeline.ingest.records.scripts import script

if TYPE_CHECKING:
    from dx_pipeline.ingest.records.columns import RegisterColumns
    from dx_pipeline.ingest.records.engine import RegisterEngine
    from dx_pipeline.ingest.records.layout import Layout

PARQUET = (
    "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, PARQUET_VERSION v2, DICTIONARY_SIZE_LIMIT 10000"
)
"""A third less time and a tenth less disk than the defaults, for rows whose only long text is their own code."""
MOST_UNREAD = 1_000_000
"""Lines that cannot be typed; a file with more of them is laid out otherwise than its headings say."""


class LinesUnaccountedError(UnreadableFileError):
    """Some lines of the file are neither rows nor rejected nor empty."""


@dataclass(frozen=True, slots=True)
class Staged:
    """What became of a file's lines.

    Attributes:
        rows: The Parquet file of the typed rows, in the file's order.
        row_count: How many there are.
        line_count: Rows of the file: typed ones and rejected lines.
        columns: How the columns were read in the end.
    """

    rows: Path
    row_count: int
    line_count: int
    columns: RegisterColumns


def stage(engine: RegisterEngine, path: Path, file_name: str, columns: RegisterColumns, rows: Path) -> Staged:
    """Writes the typed rows; the tables ``unread_line`` and ``skipped_line`` of the engine have the others.

    Raises:
        UnreadableFileError: A quotation mark is not closed, or rows run over several lines.
    """
    for statement in columns.type_statements():
        engine.run(statement)
    try:
        return _stage(engine, path, file_name, columns, rows)
    except LinesUnaccountedError:
        if not columns.is_judged_by_reader:
            raise
    # Of tens of millions of lines DuckDB 1.5 was seen to lose some that it rejected: so it is asked to reject none.
    engine.say(f"{file_name} is read again: its lines did not add up")
    engine.run(script("forget_reading.sql"))
    cautious = replace(columns, layout=replace(columns.layout, is_quoted=True))
    return _stage(engine, path, file_name, cautious, rows)


def _stage(
    engine: RegisterEngine, path: Path, file_name: str, columns: RegisterColumns, rows: Path
) -> Staged:
    """As ``stage``, once; the types are there already."""
    row_count, lines = _copy(engine, path, file_name, columns, rows)
    if lines.has_quotes and not columns.layout.is_quoted:  # the first lines have none
        engine.run("DROP TABLE reject_errors; DROP TABLE reject_scans")
        columns = replace(columns, layout=replace(columns.layout, is_quoted=True))
        row_count, lines = _copy(engine, path, file_name, columns, rows)
    layout = columns.layout
    engine.run(script("skipped_line.sql"))
    if layout.kind == "parquet":
        engine.run(
            "CREATE TEMP TABLE unread_line (line BIGINT, first_byte BIGINT, column_number BIGINT, kind VARCHAR, "
            "text VARCHAR)"
        )
        engine.run(script("line_shift.sql"), {"first_line": 1})
        return Staged(rows, row_count, row_count, columns)
    engine.run(script("unread_line.sql"))
    rejected = int(engine.run("SELECT count(DISTINCT first_byte) FROM unread_line")[0][0])
    _refuse_open_quote(engine, file_name)
    _refuse_other_layout(engine, file_name, columns)
    missing = lines.count - layout.header_line - row_count - rejected
    if missing:
        _note_blank_lines(engine, path, file_name, layout, missing)
    engine.run("INSERT INTO skipped_line SELECT DISTINCT line FROM unread_line")
    engine.run(script("line_shift.sql"), {"first_line": layout.header_line + 1})
    _check_order(engine, rows, file_name, columns, lines)
    return Staged(rows, row_count, row_count + rejected, columns)


def _copy(
    engine: RegisterEngine, path: Path, file_name: str, columns: RegisterColumns, rows: Path
) -> tuple[int, Lines]:
    """Writes the typed rows and counts the lines beside it: DuckDB reads what is cut off or damaged as it can."""
    layout = columns.layout
    with naming_damage(file_name), ThreadPoolExecutor(max_workers=1) as counting:
        counted = counting.submit(count_lines, path, layout) if layout.kind == "csv" else None
        copied = engine.run(
            f"COPY (SELECT {columns.typed()} FROM {columns.source(path, MOST_UNREAD)}) TO {literal(rows)} ({PARQUET})",
            label=f"reading {file_name}",
        )
        return int(copied[0][0]), counted.result() if counted else Lines()


def _check_order(
    engine: RegisterEngine, rows: Path, file_name: str, columns: RegisterColumns, lines: Lines
) -> None:
    """Compares some rows with the lines they are said to stand in: nobody may be told a wrong line."""
    layout, key = columns.layout, columns.table.key
    cells = lines.cells(layout.fields.index(key), layout.delimiter)
    others = engine.run(
        script("misplaced_line.sql", rows=literal(rows), key=key),
        {"first_line": layout.header_line + 1, "lines": list(cells), "cells": list(cells.values())},
    )
    if others:
        line, cell, found = others[0]
        raise PermanentError(
            f"{file_name}: line {line} has {cell!r}, and the row taken for it {found!r}; the rows did not keep the "
            "file's order. Nothing was changed; this version of DuckDB must not be used for registers",
            f"Tệp {file_name}: dòng {line} ghi «{cell}» nhưng chương trình đọc thành «{found}». Số liệu chưa thay đổi; "
            "đề nghị báo cho người quản trị hệ thống.",
        )


def _refuse_open_quote(engine: RegisterEngine, file_name: str) -> None:
    found = engine.run("SELECT min(line) FROM unread_line WHERE kind = 'UNQUOTED VALUE'")[0][0]
    if found is not None:
        raise UnreadableFileError(
            f"{file_name}: a quotation mark in line {found} is not closed, so the lines after it cannot be told apart; "
            "correct the line and send the file again",
            f"Tệp {file_name}: dấu nháy kép ở dòng {found} không được đóng nên không tách được các dòng sau. Đề nghị "
            "sửa dòng này rồi gửi lại.",
        )


def _refuse_other_layout(engine: RegisterEngine, file_name: str, columns: RegisterColumns) -> None:
    faults = engine.run(
        "SELECT column_number, count(*), min(line), arg_min(text, line) FROM unread_line GROUP BY 1 ORDER BY 2 DESC"
    )
    if sum(fault[1] for fault in faults) < MOST_UNREAD:
        return
    number, count, line, text = faults[0]
    names = columns.layout.names
    heading = names[number - 1] if number and number <= len(names) else "?"
    raise UnreadableFileError(
        f"{file_name}: {count} lines cannot be read in column {heading}, the first is line {line}: {text[:300]}. "
        "Compare the column with what the catalogue says of it, and export the file again",
        f"Tệp {file_name}: {count} dòng không đọc được ở cột {heading}, dòng đầu tiên là dòng {line}: {text[:300]}. Đề "
        "nghị kiểm tra lại cột này rồi xuất lại tệp.",
    )


def _note_blank_lines(
    engine: RegisterEngine, path: Path, file_name: str, layout: Layout, missing: int
) -> None:
    """Finds the lines without anything; nothing else may be missing between the lines and the rows."""
    blank = list(blank_lines(path, layout))
    if len(blank) != missing:
        raise LinesUnaccountedError(
            f"{file_name}: {missing} lines are neither rows nor empty, so some cell runs over several lines or a "
            "quotation mark is not closed; export it with one line per dossier and send it again",
            f"Tệp {file_name}: có {missing} dòng không phải là dòng hồ sơ, có thể do ô xuống dòng hoặc dấu nháy kép "
            "không được đóng. Đề nghị xuất lại, mỗi hồ sơ một dòng.",
        )
    engine.run("INSERT INTO skipped_line SELECT unnest(?)", [blank])
    places = [row[0] for row in engine.run("SELECT DISTINCT first_byte FROM unread_line ORDER BY first_byte")]
    lines = list(lines_at(places, path, layout))
    engine.run(script("corrected_line.sql"), {"places": places, "lines": lines})

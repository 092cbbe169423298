"""The published database: built new beside the old one, verified, and put in place with one rename.

BI never opens the working file, and a reader who has the old file open keeps it until he opens again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from dx_pipeline.failures import PublicationError
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.publish.content import Content, content_of, published_tables
from dx_pipeline.publish.files import part_path, put_in_place, remove_stale_parts
from dx_pipeline.publish.manifest import is_current, write_manifest
from dx_pipeline.publish.verification import STORAGE_VERSION, verify
from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.contract import Table
from dx_pipeline.warehouse.database import connect, transaction

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue


@dataclass(frozen=True, slots=True)
class Publication:
    """What is in place after publishing.

    Attributes:
        path: The published file.
        sha256: Of its bytes.
        rows: Rows per table.
        is_changed: False where the content was the same and the old file stayed.
    """

    path: Path
    sha256: str
    rows: dict[str, int]
    is_changed: bool


def publish(
    warehouse: duckdb.DuckDBPyConnection | Path,
    data: DataDirectory,
    *,
    catalogue: Catalogue,
    published_at: datetime,
) -> Publication:
    """Puts the mart of the working file in place for readers.

    Args:
        warehouse: The working file, or an open connection to it that is in no transaction.
        data: Says where published files belong.
        catalogue: Names the tables that follow the catalogue.
        published_at: Moment for the manifest; where nothing changed the old one stays.

    Returns:
        What is in place now.

    Raises:
        PublicationError: A table is missing or the new file failed its verification; the old file stays.
        TransientError: The working file is locked by another process.
    """
    if isinstance(warehouse, Path):
        with connect(warehouse, read_only=True) as connection:
            return publish(connection, data, catalogue=catalogue, published_at=published_at)
    data.published.mkdir(parents=True, exist_ok=True)
    remove_stale_parts(data.published)
    tables = published_tables(catalogue)
    contents = _contents(warehouse, tables)
    has_changed = not is_current(data, contents)
    if has_changed:
        with _part_of(data.published_file) as part:
            _build(warehouse, part, tables)
            verify(part, tables, contents, may_have_no_figure=_has_accepted_figures(warehouse))
            put_in_place(part, data.published_file)
        write_manifest(warehouse, data, catalogue=catalogue, contents=contents, published_at=published_at)
    rows = {name: content.rows for name, content in contents.items()}
    return Publication(data.published_file, sha256_of(data.published_file), rows, has_changed)


def _has_accepted_figures(connection: duckdb.DuckDBPyConnection) -> bool:
    row = connection.execute("SELECT count(*) > 0 FROM core.accepted_observation").fetchone()
    return bool(row and row[0])


def _contents(connection: duckdb.DuckDBPyConnection, tables: list[Table]) -> dict[str, Content]:
    try:
        return {table.name: content_of(connection, table) for table in tables}
    except duckdb.Error as error:
        raise PublicationError(
            f"cannot read the tables to publish: {error}. Compile a month first; the published file stays.",
            f"Không đọc được bảng cần công bố: {error}. Hãy tổng hợp một tháng trước; tệp đã công bố được giữ nguyên.",
        ) from error


@contextmanager
def _part_of(target: Path) -> Iterator[Path]:
    """Where the new file is written; nothing is left of it when something goes wrong."""
    part = part_path(target)
    try:
        yield part
    finally:
        part.unlink(missing_ok=True)
        part.with_name(part.name + ".wal").unlink(missing_ok=True)


def _build(connection: duckdb.DuckDBPyConnection, part: Path, tables: list[Table]) -> None:
    location = str(part).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{location}' AS fresh (READ_WRITE, STORAGE_VERSION '{STORAGE_VERSION}')")
        try:
            with transaction(connection):  # one commit: each of the comments alone would wait for the disk
                connection.execute("CREATE SCHEMA fresh.mart")
                for table in tables:
                    _copy(connection, table)
            connection.execute("CHECKPOINT fresh")
        finally:
            connection.execute("DETACH fresh")
    except duckdb.Error as error:
        raise PublicationError(
            f"cannot build {part}: {error}. The published file stays as it was.",
            f"Không tạo được {part}: {error}. Tệp đã công bố được giữ nguyên.",
        ) from error


def _copy(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    columns = ", ".join(f'"{name}"' for name in table.column_names)
    key = ", ".join(f'"{name}"' for name in table.key)
    connection.execute(table.create_statement(prefix="fresh."))
    connection.execute(
        f"INSERT INTO fresh.{table.name} BY NAME SELECT {columns} FROM {table.name} ORDER BY {key}"
    )
    for statement in table.comment_statements(prefix="fresh."):
        connection.execute(statement)

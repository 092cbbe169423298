"""A comparison made before a publication, kept where people look for it: the working file's table and the page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from dx_pipeline.publish.changes.page import write_changes_page
from dx_pipeline.publish.changes.store import keep
from dx_pipeline.publish.files import remove_stale_parts

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.publish.changes.comparison import Comparison
    from dx_pipeline.settings import DataDirectory


def record(
    connection: duckdb.DuckDBPyConnection, comparison: Comparison, data: DataDirectory, now: datetime
) -> None:
    """Puts the comparison into the table and onto the page; one that finds nothing leaves both as they are.

    Args:
        connection: The working file, writable, in no transaction.
        comparison: With what is published.
        data: The office's data directory.
        now: When it was made (UTC without a zone).
    """
    data.published.mkdir(parents=True, exist_ok=True)
    if keep(connection, comparison, now) or not data.changes_page.exists():
        remove_stale_parts(data.published)
        write_changes_page(
            comparison,
            data.changes_page,
            office=data.office().name,
            sides=(f"đã công bố ({data.published_file.name})", "sắp công bố"),
            compared_at=now,
        )

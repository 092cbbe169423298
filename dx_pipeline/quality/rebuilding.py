"""An empty working file filled again from the archive: every batch received, read and judged as it arrived.

Judging in the order of arrival gives each figure the verdict it had then; judging everything at once would
hold an early figure against corrections that came later.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING

from dx_pipeline.ingest import observe, restatements
from dx_pipeline.ingest.receive import ReceivedFile, known_receipts, receive
from dx_pipeline.ingest.records.waiting import RegisterLoading
from dx_pipeline.ingest.replay import batches
from dx_pipeline.quality import triage
from dx_pipeline.warehouse.database import insert_frame, note_periods, transaction

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.ingest.receive import Arrival
    from dx_pipeline.settings import DataDirectory

Progress = Callable[[int, int], None]


def rebuild(
    connection: duckdb.DuckDBPyConnection,
    data: DataDirectory,
    catalogue: Catalogue,
    progress: Progress | None = None,
) -> list[ReceivedFile]:
    """Fills the working file from the archive.

    Args:
        connection: An empty working file with its tables, writable.
        data: The office's data directory.
        catalogue: The loaded catalogue.
        progress: Called with the batches done and their number.

    Returns:
        Every receipt. What was judged is noted as not compiled yet: the next run compiles and publishes it.

    Raises:
        PermanentError: Something in the archive is not as it was received.
    """
    found = batches(data.archive)
    for number, batch in enumerate(found, start=1):
        _replay(connection, batch, data, catalogue)
        if progress:
            progress(number, len(found))
    return known_receipts(connection)


def _say_nothing(_: str) -> None:
    """The batches are the progress."""


def _replay(
    connection: duckdb.DuckDBPyConnection, batch: list[Arrival], data: DataDirectory, catalogue: Catalogue
) -> None:
    import pandas as pd

    receipts = receive(batch, known_receipts(connection), data, catalogue)
    rows = [{name: getattr(item, name) for name in ReceivedFile.__slots__} for item in receipts]
    with transaction(connection):
        insert_frame(connection, "raw.received_file", pd.DataFrame(rows))
    observe.record(restatements.take_in(connection, receipts, data, catalogue), data)
    months = sorted({month for item in receipts for month in item.months(catalogue.sources)})
    if not months:
        return
    observed = observe.read_files(receipts, months, data, catalogue)
    observe.write(connection, observed)
    observe.record(observed.receipts, data)
    loading = RegisterLoading(data, catalogue, lambda: nullcontext(connection), _say_nothing, observe.mark)
    observe.record(loading.load_waiting(receipts, months), data)
    office = data.office()
    for month in months:
        judgement = triage.judge_months(
            connection, [month], catalogue=catalogue, office=office, run_at=batch[0].received_at
        )
        if judgement.findings:
            triage.write_findings_only(connection, judgement)
        else:
            note_periods(connection, "core.touched_month", judgement.months_changed)
            triage.write_judgement(connection, judgement)

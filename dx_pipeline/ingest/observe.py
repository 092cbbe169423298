"""Observing: received files become rows of ``core.observation`` and ``core.unread_cell``.

Reading happens before the write, in processes of its own; ``write`` is one short transaction. Nothing is
judged here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dx_pipeline.failures import DxError
from dx_pipeline.ingest.archive import archived_path, note
from dx_pipeline.ingest.isolation import read_apart
from dx_pipeline.ingest.observation import FileStamp
from dx_pipeline.ingest.reading import FileToRead, read_figures
from dx_pipeline.ingest.receipt import RESTATEMENT, ReceivedFile
from dx_pipeline.warehouse.database import insert_frame, transaction

if TYPE_CHECKING:
    from datetime import date

    import duckdb
    import pandas as pd

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.settings import DataDirectory

_LONG = 1000
Progress = Callable[[int, int], None]


@dataclass(slots=True)
class Observed:
    """What a set of files gave, ready to be written."""

    receipts: list[ReceivedFile] = field(default_factory=list)
    observations: list[pd.DataFrame] = field(default_factory=list)
    unread_cells: list[pd.DataFrame] = field(default_factory=list)

    @property
    def observation_count(self) -> int:
        """How many figures were read."""
        return sum(len(frame) for frame in self.observations)

    @property
    def unread_count(self) -> int:
        """How many cells could not be read."""
        return sum(len(frame) for frame in self.unread_cells)


def read_files(
    receipts: Sequence[ReceivedFile],
    months: Sequence[date],
    data: DataDirectory,
    catalogue: Catalogue,
    progress: Progress | None = None,
) -> Observed:
    """Reads every receipt that waits to be observed and speaks of one of ``months``.

    Restatements and large registers have readers of their own.
    """
    waiting = [
        receipt
        for receipt in receipts
        if receipt.status == "received"
        and (receipt.speaks_of(months) or not set(months).isdisjoint(receipt.months(catalogue.sources)))
        and _is_read_here(receipt, catalogue)
    ]
    files = [_to_read(receipt, data) for receipt in waiting]
    observed = Observed()
    for number, (receipt, found) in enumerate(
        zip(waiting, read_apart(read_figures, files, catalogue), strict=True), start=1
    ):
        if isinstance(found, DxError):
            refused = replace(receipt, status="rejected", reason_en=found.message, reason_vi=found.message_vi)
            observed.receipts.append(refused)
        else:
            observed.receipts.append(replace(receipt, status="observed"))
            observed.observations.append(found.observations)
            observed.unread_cells.append(found.unread_cells)
        if progress:
            progress(number, len(waiting))
    return observed


def _is_read_here(receipt: ReceivedFile, catalogue: Catalogue) -> bool:
    """Not restatements, which ``restatements.py`` takes in, nor large registers, which ``records/waiting.py`` loads."""
    source = catalogue.sources.get(receipt.source_code or "")
    return receipt.source_code != RESTATEMENT and (source is None or source.records is None)


def _to_read(receipt: ReceivedFile, data: DataDirectory) -> FileToRead:
    return FileToRead(
        archived_path(data.archive, receipt.file_sha256),
        receipt.origin,
        source_code=receipt.source_code,
        stamp=FileStamp(
            file_sha256=receipt.file_sha256,
            file_name=receipt.origin,
            source_code=receipt.source_code or "",
            vintage_at=receipt.received_at,
        ),
    )


def write(connection: duckdb.DuckDBPyConnection, observed: Observed) -> None:
    """Appends the figures and cells and marks their files as observed, all or nothing."""
    with transaction(connection):
        for table, frames in (
            ("core.observation", observed.observations),
            ("core.unread_cell", observed.unread_cells),
        ):
            for frame in _in_portions(frames):
                insert_frame(connection, table, frame, ignore_existing=True)
        for receipt in observed.receipts:
            mark(connection, receipt)


def mark(connection: duckdb.DuckDBPyConnection, receipt: ReceivedFile) -> None:
    """Writes what became of one receipt. The caller holds the transaction."""
    connection.execute(
        "UPDATE raw.received_file SET status = $status, reason_vi = $vi, reason_en = $en "
        "WHERE file_sha256 = $sha AND origin = $origin AND received_at = $at",
        {
            "status": receipt.status,
            "vi": receipt.reason_vi,
            "en": receipt.reason_en,
            "sha": receipt.file_sha256,
            "origin": receipt.origin,
            "at": receipt.received_at,
        },
    )


def _in_portions(frames: Sequence[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The short frames in one, each long one by itself: what its rows share is then sent once."""
    import pandas as pd

    short = [frame.dropna(axis="columns", how="all") for frame in frames if 0 < len(frame) < _LONG]
    if short:
        yield pd.concat(short, ignore_index=True)
    yield from (frame for frame in frames if len(frame) >= _LONG)


def record(receipts: Iterable[ReceivedFile], data: DataDirectory) -> None:
    """Writes what became of the files into the archive's records."""
    for receipt in receipts:
        note(
            data.archive,
            receipt.file_sha256,
            origin=receipt.origin,
            received_at=receipt.received_at,
            **receipt.for_the_record,
        )

"""Loads the registers that wait for the months of a run, one after the other, each in its own transaction.

A month that is replaced frees the rows that other months had rejected because of it: those are loaded again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.archive import archived_path
from dx_pipeline.ingest.isolation import stop_reading
from dx_pipeline.ingest.observation import NATION, FileStamp
from dx_pipeline.ingest.records import store
from dx_pipeline.ingest.records.engine import Say
from dx_pipeline.ingest.records.load import LoadedRegister, RegisterFile, load_register
from dx_pipeline.warehouse.database import transaction

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.receive import ReceivedFile
    from dx_pipeline.settings import DataDirectory

Connect = Callable[[], AbstractContextManager["duckdb.DuckDBPyConnection"]]


@dataclass(frozen=True, slots=True)
class _Task:
    """A file to load; ``receipt`` is missing where its month is only loaded again."""

    file: RegisterFile
    source: Source
    receipt: ReceivedFile | None = None


@dataclass(frozen=True)
class RegisterLoading:
    """What loading works with."""

    data: DataDirectory
    catalogue: Catalogue
    connect: Connect
    say: Say
    mark: Callable[[duckdb.DuckDBPyConnection, ReceivedFile], None]

    def load_waiting(
        self, receipts: Sequence[ReceivedFile], months: Sequence[date]
    ) -> Iterator[ReceivedFile]:
        """Loads every register that waits to be observed and speaks of one of ``months``, oldest first.

        Yields:
            Each receipt as it stands afterwards: observed, or rejected with the reason.
        """
        tasks = [self._task(receipt) for receipt in receipts if self._is_waiting(receipt, months)]
        if tasks:
            stop_reading()  # loading takes the memory that idle reading processes hold
            self.data.registers.mkdir(parents=True, exist_ok=True)
        for task in tasks:
            if receipt := self._load(task):
                yield receipt
        for task in self._outdated() if self.data.registers.exists() else ():
            self.say(f"{task.file.stamp.file_name} is loaded again: rows it was said to repeat have gone")
            self._load(task)

    def _outdated(self) -> list[_Task]:
        """Those that this run or one cut short before it freed from a register they were compared with."""
        with self.connect() as connection:
            return [
                self._again(item, source)
                for source in self.catalogue.sources.values()
                if source.records
                for item in store.outdated(connection, self.data.registers, source.code)
            ]

    def _is_waiting(self, receipt: ReceivedFile, months: Sequence[date]) -> bool:
        source = self.catalogue.sources.get(receipt.source_code or "")
        is_register = source is not None and source.records is not None
        return is_register and receipt.status == "received" and receipt.speaks_of(months)

    def _task(self, receipt: ReceivedFile) -> _Task:
        source = self.catalogue.sources[receipt.source_code or ""]
        stamp = FileStamp(
            file_sha256=receipt.file_sha256,
            file_name=receipt.origin,
            source_code=source.code,
            vintage_at=receipt.received_at,
        )
        assert receipt.period_start  # noqa: S101 - it speaks of a month
        return _Task(self._file(stamp, receipt.period_start, receipt.area_code or NATION), source, receipt)

    def _file(self, stamp: FileStamp, month: date, area_code: str) -> RegisterFile:
        path = archived_path(self.data.archive, stamp.file_sha256)
        return RegisterFile(path=path, stamp=stamp, month=month, area_code=area_code)

    def _load(self, task: _Task) -> ReceivedFile | None:
        """The receipt as it stands afterwards."""
        with self.connect() as connection:
            store.tidy(connection, self.data.registers)
            present = store.partitions(connection, self.data.registers, task.source.code)
        others = [
            item for item in present if (item.month, item.area_code) != (task.file.month, task.file.area_code)
        ]
        with tempfile.TemporaryDirectory(prefix=store.LOADING, dir=self.data.registers) as folder:
            try:
                loaded = load_register(
                    task.file,
                    Path(folder),
                    source=task.source,
                    catalogue=self.catalogue,
                    limits=self.data.office().engine,
                    others=[item.as_other for item in others],
                    say=self.say,
                )
            except UnreadableFileError as error:
                return self._refuse(task, error)
            return self._write(task, loaded)

    def _write(self, task: _Task, loaded: LoadedRegister) -> ReceivedFile | None:
        receipt = task.receipt and replace(task.receipt, status="observed")
        files = store.put_in_place(loaded, self.data.registers)
        with self.connect() as connection, transaction(connection):
            store.write(connection, loaded, files)
            if receipt:
                self.mark(connection, receipt)
        return receipt

    def _refuse(self, task: _Task, error: UnreadableFileError) -> ReceivedFile | None:
        if task.receipt is None:
            raise error
        refused = replace(
            task.receipt, status="rejected", reason_en=error.message, reason_vi=error.message_vi
        )
        with self.connect() as connection, transaction(connection):
            self.mark(connection, refused)
        return refused

    def _again(self, partition: store.Partition, source: Source) -> _Task:
        stamp = FileStamp(
            file_sha256=partition.file_sha256,
            file_name=partition.file_name,
            source_code=source.code,
            vintage_at=datetime.now(UTC).replace(tzinfo=None),
        )
        return _Task(self._file(stamp, partition.month, partition.area_code), source)

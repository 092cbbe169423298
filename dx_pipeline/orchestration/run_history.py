"""The run history of an office: Dagster's own SQLite files, with their connections kept open.

Dagster opens and closes SQLite once or twice for every event, which costs more than the events themselves: a closing
connection writes the whole journal back. ``dagster.yaml`` names this class; nothing else here is about runs.
"""

from __future__ import annotations

import os
import shutil
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any

import dagster
from dagster._core.storage.event_log.sqlite.sqlite_event_log import INDEX_SHARD_NAME, SqliteEventLogStorage
from dagster._serdes import ConfigurableClassData
from sqlalchemy import Connection, Engine, QueuePool, create_engine, event

_PLACE = ("history", "runs")  # below DAGSTER_HOME
MAX_OPEN_FILES = 3  # the index, the run at work and the one before it
WAIT_SECONDS = 30  # for another process that writes
# The UI notices a run's new lines when its file itself changes, not its journal: so every few lines are written back.
_PAGES_IN_JOURNAL = 100
_LAST_EVENTS = ("PIPELINE_SUCCESS", "PIPELINE_FAILURE", "PIPELINE_CANCELED")


class OfficeEventLog(SqliteEventLogStorage):
    """``SqliteEventLogStorage`` that keeps the files it is working on open, one connection each."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: OrderedDict[str, Engine] = OrderedDict()
        self._engines_lock = Lock()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """Nothing to choose: the history is where Dagster keeps it by default."""
        return {}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> OfficeEventLog:
        """As Dagster makes it from ``dagster.yaml``."""
        return cls(str(Path(os.environ["DAGSTER_HOME"], *_PLACE)), inst_data, **config_value)

    @contextmanager
    def run_connection(self, run_id: str | None = None) -> Iterator[Connection]:
        """A transaction on one run's file."""
        shard = run_id or INDEX_SHARD_NAME
        with self._engines_lock, self._engine(shard).begin() as connection:
            yield connection

    @contextmanager
    def index_connection(self) -> Iterator[Connection]:
        """A transaction on the file that all runs share."""
        with self.run_connection(INDEX_SHARD_NAME) as connection:
            yield connection

    def store_event(self, event: Any) -> None:
        """Stores one event; with a run's last one its file is closed and complete."""
        super().store_event(event)
        if event.is_dagster_event and event.dagster_event_type.value in _LAST_EVENTS:
            self._close(event.run_id)

    def wipe(self) -> None:
        """Clears the history; no file of it is open then."""
        self.dispose()
        super().wipe()

    def dispose(self) -> None:
        """Closes every file."""
        for shard in list(self._engines):
            self._close(shard)
        super().dispose()

    def _engine(self, shard: str) -> Engine:
        if shard not in self._engines:
            self._make_sure_of(shard)
            self._engines[shard] = _one_connection(self.conn_string_for_shard(shard))
            for other in [name for name in self._engines if name != INDEX_SHARD_NAME][: 1 - MAX_OPEN_FILES]:
                self._engines.pop(other).dispose()
        return self._engines[shard]

    def _make_sure_of(self, shard: str) -> None:
        """Makes the file of a new run: the first one as Dagster does, later ones as copies of it before its events."""
        path, empty = Path(self.path_for_shard(shard)), Path(self._base_dir, f".empty-{dagster.__version__}")
        if path.exists():
            return
        if empty.exists():
            _put_copy(empty, path)
            return
        with super().run_connection(shard):
            pass
        _put_copy(path, empty)

    def _close(self, shard: str) -> None:
        with self._engines_lock:
            engine = self._engines.pop(shard, None)
            if engine:
                engine.dispose()


def _put_copy(source: Path, target: Path) -> None:
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    shutil.copyfile(source, part)
    part.replace(target)


def _one_connection(address: str) -> Engine:
    """An engine that keeps one connection; the lock around it lets one thread at a time have it."""
    engine = create_engine(
        address, poolclass=QueuePool, pool_size=1, max_overflow=0, connect_args={"timeout": WAIT_SECONDS}
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        # In WAL mode this loses at most the last lines at a power cut, and never the file.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA wal_autocheckpoint = {_PAGES_IN_JOURNAL}")

    return engine

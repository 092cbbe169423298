"""A DuckDB that works on files within the office's limits of memory and disk, and says how far it is."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as StillRunning
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from dx_pipeline.failures import PermanentError

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.settings import Engine

Say = Callable[[str], None]
Row = tuple[Any, ...]
_SECONDS_BETWEEN_WORDS = 5.0
_TEMPORARY = "dxp-register-"


class RegisterEngine:
    """One connection in memory; every statement has a label under which its progress is said.

    Args:
        connection: An open connection of this engine alone.
        say: What to do with a line about the progress.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, say: Say) -> None:
        self._connection = connection
        self._say = say
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="register")

    def run(
        self, sql: str, parameters: Sequence[object] | Mapping[str, object] = (), *, label: str = ""
    ) -> list[Row]:
        """The rows of one statement.

        Raises:
            PermanentError: It does not fit into the memory or the temporary folder that it may take.
        """
        import duckdb

        running = self._worker.submit(self._execute, sql, parameters)
        try:
            return self._wait(running, label)
        except duckdb.OutOfMemoryException as error:
            raise PermanentError(
                f"{label or 'the register'} does not fit into the limits of office.yaml (engine: memory_limit, "
                f"max_temporary, temporary_folder): {str(error).splitlines()[0]}",
                f"{label or 'Sổ hồ sơ'} vượt quá giới hạn bộ nhớ hoặc ổ đĩa tạm trong office.yaml (engine: "
                "memory_limit, max_temporary, temporary_folder). Đề nghị tăng giới hạn rồi chạy lại.",
            ) from error
        except BaseException:
            self._connection.interrupt()
            raise

    def say(self, text: str) -> None:
        """A line about the progress."""
        self._say(text)

    def close(self) -> None:
        """Waits for what runs."""
        self._worker.shutdown(wait=True)

    def _execute(self, sql: str, parameters: Sequence[object] | Mapping[str, object]) -> list[Row]:
        return self._connection.execute(sql, parameters).fetchall()

    def _wait(self, running: Future[list[Row]], label: str) -> list[Row]:
        while True:
            try:
                return running.result(timeout=_SECONDS_BETWEEN_WORDS)
            except StillRunning:
                percent = self._connection.query_progress()
                if label:
                    self._say(f"{label}: {percent:.0f} %" if percent >= 0 else label)


@contextmanager
def open_engine(limits: Engine, folder: Path, say: Say) -> Iterator[RegisterEngine]:
    """An engine whose temporary files are gone when it closes.

    Args:
        limits: The office's settings.
        folder: Where temporary files go when the settings name no folder.
        say: What to do with a line about the progress.
    """
    import duckdb

    with (
        _temporary_folder(limits.temporary_folder or folder) as temporary,
        duckdb.connect(":memory:") as connection,
    ):
        for name, value in {
            "memory_limit": limits.memory_limit,
            "temp_directory": str(temporary),
            "max_temp_directory_size": limits.max_temporary,
            "preserve_insertion_order": True,
            "enable_external_file_cache": False,
            "enable_progress_bar": True,  # without it nobody can ask how far a statement is
            "enable_progress_bar_print": False,
            "TimeZone": "UTC",
            **({"threads": limits.threads} if limits.threads else {}),
        }.items():
            connection.execute(f"SET {name} = ?", [value])
        engine = RegisterEngine(connection, say)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def _temporary_folder(place: Path) -> Iterator[Path]:
    """A folder of this engine alone. Its lock tells whether the process that made it is still there."""
    place.mkdir(parents=True, exist_ok=True)
    for lock in place.glob(f"{_TEMPORARY}*.lock"):
        _remove_if_abandoned(lock)
    folder = place / f"{_TEMPORARY}{uuid.uuid4().hex}"
    own_lock = Path(f"{folder}.lock")
    try:
        with FileLock(own_lock):
            folder.mkdir()
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
    finally:
        own_lock.unlink(missing_ok=True)


def _remove_if_abandoned(lock: Path) -> None:
    with suppress(Timeout, OSError), FileLock(lock, timeout=0):
        shutil.rmtree(lock.with_suffix(""), ignore_errors=True)
        lock.unlink(missing_ok=True)

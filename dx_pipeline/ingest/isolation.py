"""Files are read in processes of their own, with limits of memory and time.

A file that breaks a reader, or takes too much, costs that process and is refused; its neighbours go on.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as ReadingTimeoutError
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest.reading import FileToRead

if TYPE_CHECKING:
    from pebble import ProcessPool

    from dx_pipeline.catalogue.loading import Catalogue

MEMORY_BYTES = 3 * 1024**3
SECONDS_PER_FILE = 180
_MAX_PROCESSES = 4


class HasOrigin(Protocol):
    """Something that is done to one file."""

    @property
    def origin(self) -> str:
        """Where the file came from."""


Result = TypeVar("Result")
Task = TypeVar("Task", bound=HasOrigin)


@dataclass(frozen=True, slots=True)
class _Readers:
    """The reading processes, the catalogue they know and the file they took it from."""

    pool: ProcessPool
    catalogue: Catalogue
    handed_over: Path


_catalogue: Catalogue | None = None  # of a reading process
_readers: _Readers | None = None  # of the process that asks


def read_apart(
    function: Callable[[FileToRead, Catalogue], Result],
    files: Sequence[FileToRead],
    catalogue: Catalogue,
    *,
    seconds: float = SECONDS_PER_FILE,
) -> Iterator[Result | DxError]:
    """Gives ``function(file, catalogue)`` for each file, in order; a failure is given, not raised.

    Args:
        function: A function of ``reading.py``.
        files: What to read.
        catalogue: The loaded catalogue; it is handed to each process once.
        seconds: The most that one file may take.
    """
    yield from run_apart(function, files, catalogue, seconds=seconds)


def run_apart(
    function: Callable[[Task, Catalogue], Result],
    tasks: Sequence[Task],
    catalogue: Catalogue,
    *,
    seconds: float = SECONDS_PER_FILE,
) -> Iterator[Result | DxError]:
    """``read_apart`` for anything else that is done to a file: a task is plain data and names its ``origin``."""
    if not tasks:
        return
    from pebble import ProcessExpired

    pool = _running_pool(catalogue)
    futures = [pool.schedule(_call, args=(function, task), timeout=seconds) for task in tasks]
    for task, future in zip(tasks, futures, strict=True):
        try:
            yield future.result()
        except DxError as error:
            yield error
        except (ReadingTimeoutError, ProcessExpired, MemoryError) as error:
            yield _too_much(task, error, seconds)


def start_reading(catalogue: Catalogue) -> None:
    """Starts the reading processes without waiting for them: they are ready, or nearly, when the first file comes."""
    _running_pool(catalogue)


def stop_reading() -> None:
    """Ends the reading processes, if there are any; the next file starts them again."""
    global _readers
    if _readers:
        readers, _readers = _readers, None
        readers.pool.stop()
        readers.pool.join()
        readers.handed_over.unlink(missing_ok=True)


def _running_pool(catalogue: Catalogue) -> ProcessPool:
    global _readers  # noqa: PLW0603
    if _readers is None or _readers.catalogue is not catalogue or not _readers.pool.active:
        stop_reading()
        from pebble import ProcessPool

        path = _handed_over(catalogue)
        pool = ProcessPool(
            max_workers=min(_MAX_PROCESSES, os.cpu_count() or 1),
            initializer=_begin,
            initargs=(path,),
            context=multiprocessing.get_context("spawn"),
        )
        _readers = _Readers(pool, catalogue, path)
        atexit.register(stop_reading)
        _ = pool.active  # asking starts the processes
    return _readers.pool


def _handed_over(catalogue: Catalogue) -> Path:
    """The catalogue in a file: through a pipe, each process would be waited for until it has started and read it."""
    descriptor, name = tempfile.mkstemp(prefix="dxp-catalogue-", suffix=".pickle")
    with os.fdopen(descriptor, "wb") as stream:
        pickle.dump(catalogue, stream)
    return Path(name)


def _begin(catalogue: Path) -> None:
    """Sets up a reading process."""
    global _catalogue  # noqa: PLW0603
    import pandas  # noqa: F401 - what every file needs, before the first one comes

    _catalogue = pickle.loads(catalogue.read_bytes())  # noqa: S301 - our own file, readable by this user only
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _call(function: Callable[[Task, Catalogue], Result], task: Task) -> Result:
    if _catalogue is None:
        raise RuntimeError("a reading process was started without a catalogue")
    return function(task, _catalogue)


def _too_much(task: HasOrigin, error: BaseException, seconds: float) -> UnreadableFileError:
    if isinstance(error, ReadingTimeoutError):
        reason, reason_vi = f"reading took more than {seconds:g} s", f"đọc quá {seconds:g} giây"
    elif isinstance(error, MemoryError):
        reason, reason_vi = "reading it takes too much memory", "đọc tệp tốn quá nhiều bộ nhớ"
    else:
        reason, reason_vi = "it breaks the program that reads it", "tệp làm hỏng chương trình đọc"
    return UnreadableFileError(
        f"{task.origin} was not read: {reason}; save it again with an office program, or send it in parts",
        f"Không đọc tệp {task.origin}: {reason_vi}. Đề nghị lưu lại bằng phần mềm văn phòng hoặc chia nhỏ rồi gửi lại.",
    )


def as_unreadable(error: DxError) -> UnreadableFileError:
    """The failure of one file as the refusal of that file."""
    if isinstance(error, UnreadableFileError):
        return error
    return UnreadableFileError(error.message, error.message_vi)

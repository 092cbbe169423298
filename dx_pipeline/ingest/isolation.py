"""Files are read in processes of their own, with limits of memory and time.

A file that breaks a reader, or takes too much, costs that process and is refused; its neighbours go on.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as ReadingTimeoutError
from typing import TYPE_CHECKING, TypeVar

from pebble import ProcessExpired, ProcessPool

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest.reading import FileToRead

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

MEMORY_BYTES = 3 * 1024**3
SECONDS_PER_FILE = 180
_MAX_PROCESSES = 4
Result = TypeVar("Result")

_catalogue: Catalogue | None = None  # of a reading process
_pool: tuple[Catalogue, ProcessPool] | None = None  # of the process that asks


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
    if not files:
        return
    pool = _running_pool(catalogue)
    futures = [pool.schedule(_call, args=(function, file), timeout=seconds) for file in files]
    for file, future in zip(files, futures, strict=True):
        try:
            yield future.result()
        except DxError as error:
            yield error
        except (ReadingTimeoutError, ProcessExpired, MemoryError) as error:
            yield _too_much(file, error, seconds)


def stop_reading() -> None:
    """Ends the reading processes, if there are any; the next file starts them again."""
    global _pool  # noqa: PLW0603 - one pool per process, made when the first file is read
    if _pool:
        pool = _pool[1]
        _pool = None
        pool.stop()
        pool.join()


def _running_pool(catalogue: Catalogue) -> ProcessPool:
    global _pool  # noqa: PLW0603
    if _pool is None or _pool[0] is not catalogue or not _pool[1].active:
        stop_reading()
        pool = ProcessPool(
            max_workers=min(_MAX_PROCESSES, os.cpu_count() or 1),
            initializer=_begin,
            initargs=(catalogue,),
            context=multiprocessing.get_context("spawn"),
        )
        _pool = (catalogue, pool)
        atexit.register(stop_reading)
    return _pool[1]


def _begin(catalogue: Catalogue) -> None:
    """Sets up a reading process."""
    global _catalogue  # noqa: PLW0603
    _catalogue = catalogue
    try:
        import resource
    except ImportError:  # Windows has no such limits
        return
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _call(function: Callable[[FileToRead, Catalogue], Result], file: FileToRead) -> Result:
    if _catalogue is None:
        raise RuntimeError("a reading process was started without a catalogue")
    return function(file, _catalogue)


def _too_much(file: FileToRead, error: BaseException, seconds: float) -> UnreadableFileError:
    if isinstance(error, ReadingTimeoutError):
        reason, reason_vi = f"reading took more than {seconds:g} s", f"đọc quá {seconds:g} giây"
    elif isinstance(error, MemoryError):
        reason, reason_vi = "reading it takes too much memory", "đọc tệp tốn quá nhiều bộ nhớ"
    else:
        reason, reason_vi = "it breaks the program that reads it", "tệp làm hỏng chương trình đọc"
    return UnreadableFileError(
        f"{file.origin} was not read: {reason}; save it again with an office program, or send it in parts",
        f"Không đọc tệp {file.origin}: {reason_vi}. Đề nghị lưu lại bằng phần mềm văn phòng hoặc chia nhỏ rồi gửi lại.",
    )


def as_unreadable(error: DxError) -> UnreadableFileError:
    """The failure of one file as the refusal of that file."""
    if isinstance(error, UnreadableFileError):
        return error
    return UnreadableFileError(error.message, error.message_vi)

"""Reading processes: what one file does to them costs that file only."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from dx_pipeline.failures import DxError, UnreadableFileError
from dx_pipeline.ingest.isolation import read_apart, stop_reading
from dx_pipeline.ingest.reading import FileToRead


def behave(file: FileToRead, catalogue: object) -> str:
    """What a reader may do; the file's name says which."""
    del catalogue
    if file.origin == "dies":
        os._exit(9)
    if file.origin == "sleeps":
        time.sleep(60)
    if file.origin == "eats":
        return str(len(bytearray(16 * 1024**3)))
    if file.origin == "refused":
        raise UnreadableFileError("refused is damaged", "refused bị hỏng")
    return f"read {file.origin}"


@pytest.fixture(autouse=True)
def _no_processes_left():
    yield
    stop_reading()


def read(catalogue: object, *names: str, seconds: float = 30) -> list[str | DxError]:
    files = [FileToRead(Path(name), name) for name in names]
    return list(read_apart(behave, files, catalogue, seconds=seconds))  # type: ignore[arg-type]


def test_results_come_in_the_order_of_the_files(catalogue):
    names = [f"{number}" for number in range(20)]
    assert read(catalogue, *names) == [f"read {name}" for name in names]


@pytest.mark.parametrize(
    ("name", "seconds", "words"),
    [
        ("dies", 30, "breaks the program"),
        ("sleeps", 1, "more than 1 s"),
        ("eats", 30, "too much memory"),
        ("refused", 30, "refused is damaged"),
    ],
)
def test_one_file_costs_that_file_only(catalogue, name, seconds, words):
    read(catalogue, "warm")  # the processes are there: their start is no reading time
    before, bad, after = read(catalogue, "before", name, "after", seconds=seconds)
    assert (before, after) == ("read before", "read after")
    assert isinstance(bad, UnreadableFileError)
    assert words in bad.message
    assert bad.message_vi != bad.message


def test_no_file_starts_no_process(catalogue):
    assert read(catalogue) == []

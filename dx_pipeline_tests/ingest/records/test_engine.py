from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.records import engine as engines
from dx_pipeline.ingest.records.engine import open_engine
from dx_pipeline.settings import Engine
from dx_pipeline_tests.ingest.records.register_files import good_row, load, write

TINY = Engine(memory_limit="20MB", threads=2, max_temporary="1MB")
HEAVY = "SELECT count(*) FROM (SELECT DISTINCT md5(range::VARCHAR) FROM range(3000000))"


@pytest.fixture
def slow_words(monkeypatch) -> list[str]:
    """Progress is said at once, and sometimes."""
    monkeypatch.setattr(engines, "_SECONDS_BETWEEN_WORDS", 0.01)
    return []


def test_a_statement_that_does_not_fit_says_which_setting_to_change(tmp_path) -> None:
    with open_engine(TINY, tmp_path, print) as engine, pytest.raises(PermanentError) as caught:
        engine.run(HEAVY, label="looking for repeated codes")
    assert "looking for repeated codes does not fit into the limits of office.yaml" in caught.value.message
    for setting in ("memory_limit", "max_temporary", "temporary_folder"):
        assert setting in caught.value.message_vi
    assert "office.yaml" in caught.value.message_vi


def test_a_register_that_does_not_fit_is_no_fault_of_the_file(tmp_path) -> None:
    path = write(tmp_path / "x.csv", [good_row(number) for number in range(60_000)])
    with pytest.raises(PermanentError) as caught:
        load(path, limits=TINY)
    assert type(caught.value) is PermanentError
    assert "office.yaml" in caught.value.message_vi


def test_memory_stays_within_the_limit_by_writing_temporary_files(tmp_path) -> None:
    """The same statement fits when it may spill: the limit holds, and the folder is clean afterwards."""
    folder = tmp_path / "tam"
    limits = Engine(memory_limit="100MB", threads=2, temporary_folder=folder)
    with open_engine(limits, tmp_path / "unused", print) as engine:
        used = []
        assert engine.run("SELECT current_setting('memory_limit')") == [("95.3 MiB",)]
        assert engine.run(HEAVY) == [(3_000_000,)]
        used.append(engine.run("SELECT sum(memory_usage_bytes) FROM duckdb_memory()")[0][0])
        [place] = (path for path in folder.iterdir() if path.is_dir())
        assert place.name.startswith("dxp-register-")
    assert max(used) <= 100_000_000
    assert [*folder.iterdir()] == []
    assert not (tmp_path / "unused").exists()


def test_temporary_files_lie_beside_the_load_when_no_folder_is_set(tmp_path) -> None:
    with open_engine(Engine(), tmp_path, print) as engine:
        [(directory,)] = engine.run("SELECT current_setting('temp_directory')")
        assert directory.startswith(str(tmp_path))
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("threads", [None, 1])
def test_threads_are_limited(tmp_path, threads) -> None:
    with open_engine(Engine(threads=threads), tmp_path, print) as engine:
        [(found,)] = engine.run("SELECT current_setting('threads')")
    assert found == (threads or duckdb.execute("SELECT current_setting('threads')").fetchone()[0])


def test_the_temporary_folder_is_clean_after_a_failure(tmp_path) -> None:
    with open_engine(Engine(), tmp_path, print) as engine, pytest.raises(duckdb.Error):
        engine.run("SELECT * FROM missing")
    assert [*tmp_path.iterdir()] == []


def test_progress_of_a_labelled_statement_is_said(tmp_path, slow_words) -> None:
    path = write(tmp_path / "x.csv", [good_row(number) for number in range(60_000)])
    with open_engine(Engine(threads=1), tmp_path, slow_words.append) as engine:
        engine.run(
            f"SELECT max(c) FROM (SELECT md5(column00) AS c FROM read_csv('{path}', header = false))",
            label="đọc tệp",
        )
        said = len(slow_words)
        engine.run(HEAVY)
    assert said
    assert all(re.fullmatch(r"đọc tệp(: \d+ %)?", text) for text in slow_words)
    assert len(slow_words) == said


def test_a_load_says_how_far_it_is_and_what_it_gave(tmp_path, slow_words) -> None:
    load(write(tmp_path / "x.csv", [good_row(number) for number in range(60_000)]), say=slow_words.append)
    assert any(re.fullmatch(r"reading x\.csv: \d+ %", text) for text in slow_words)
    assert slow_words[-1].startswith("x.csv: 60000 rows accepted, 0 rejected, ")


def test_what_a_killed_load_left_is_removed_and_what_another_works_on_is_not(tmp_path) -> None:
    (tmp_path / "dxp-register-left").mkdir()
    (tmp_path / "dxp-register-left.lock").touch()
    with open_engine(Engine(), tmp_path, print) as first, open_engine(Engine(), tmp_path, print):
        assert not (tmp_path / "dxp-register-left").exists()
        [(directory,)] = first.run("SELECT current_setting('temp_directory')")
        assert Path(directory).is_dir()
    assert [*tmp_path.iterdir()] == []


def test_who_interrupts_does_not_wait_for_the_statement(tmp_path, monkeypatch) -> None:
    class Interrupted(BaseException):
        pass

    def interrupted(_: str) -> None:
        raise Interrupted

    monkeypatch.setattr(engines, "_SECONDS_BETWEEN_WORDS", 0.05)
    endless = "SELECT count(*) FROM range(1000000000000) WHERE hash(range) = 0"
    with pytest.raises(Interrupted), open_engine(Engine(), tmp_path, interrupted) as engine:
        engine.run(endless, label="endless")
    assert [*tmp_path.iterdir()] == []

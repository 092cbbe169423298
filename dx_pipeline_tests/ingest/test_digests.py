from __future__ import annotations

import os

import pytest

from dx_pipeline.ingest import digests as module
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.digests import Digests, FileState
from dx_pipeline.ingest.landing import arrivals, changed_files, scan_landing
from dx_pipeline.ingest.receive import receive
from dx_pipeline_tests.ingest.landing import AT, PLACE, land, line


@pytest.fixture(autouse=True)
def at_once_settled(monkeypatch):
    """Files of the tests were all written a moment ago."""
    monkeypatch.setattr(module, "_SETTLES_NS", 0)


@pytest.fixture
def read(monkeypatch):
    """The files that were read to know their sha256."""
    found = []
    monkeypatch.setattr(module, "sha256_of", lambda path: found.append(path.name) or sha256_of(path))
    return found


@pytest.fixture
def scan(data):
    """Looks at the landing folder as a new process would."""
    return lambda known: [file.origin for file in scan_landing(data.landing, known, Digests.of_office(data))]


@pytest.fixture
def received(data, catalogue):
    land(data)
    landed = scan_landing(data.landing, [], Digests.of_office(data))
    return receive(arrivals(landed, AT), [], data, catalogue)


def test_a_file_at_a_new_place_is_not_read_by_looking(data, scan, read):
    land(data)
    assert scan([]) == [PLACE]
    assert read == []


def test_a_received_file_is_not_read_again(scan, read, received):
    assert scan(received) == []
    assert read == []


def test_a_touched_file_is_read_once(data, scan, read, received):
    os.utime(data.landing / PLACE)
    assert [scan(received), scan(received)] == [[], []]
    assert read == ["44.csv"]


def test_a_file_of_another_size_is_not_read_by_looking(data, scan, read, received):
    land(data, line(count=10_000_000))
    assert scan(received) == [PLACE]
    assert read == []


def test_other_content_of_the_same_size_and_date_is_seen(data, scan, received):
    before = (data.landing / PLACE).stat()
    path = land(data, line(count=1001))
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert scan(received) == [PLACE]


def test_a_file_that_changed_a_moment_ago_is_not_trusted(data, scan, read, received, monkeypatch):
    os.utime(data.landing / PLACE)
    monkeypatch.setattr(module, "_SETTLES_NS", 3600 * 10**9)
    assert [scan(received), scan(received)] == [[], []]
    assert read == ["44.csv", "44.csv"]


def test_what_was_read_while_it_changed_is_not_remembered(data):
    path, digests = land(data), Digests()
    before = FileState.of(path)
    land(data, line(count=10_000_000))
    digests.note(path, PLACE, before, "0" * 64)
    assert digests.known(PLACE, before.changed) is None


@pytest.mark.parametrize(
    "content",
    [None, "", "{", "[]", '"x"', '{"signature_registry/2025-10/44.csv": 3}', "\udcff"],
    ids=["missing", "empty", "cut short", "a list", "a text", "other values", "no text"],
)
def test_what_is_missing_or_damaged_is_found_out_anew(data, scan, read, received, content):
    path = data.warehouse.parent / "landing_digests.json"
    path.unlink()
    if content is not None:
        path.write_bytes(content.encode("utf-8", "surrogateescape"))
    assert [scan(received), scan(received)] == [[], []]
    assert read == ["44.csv"]


def test_a_folder_that_cannot_be_written_to_costs_time_only(data, scan, read, received):
    path = data.warehouse.parent / "landing_digests.json"
    path.unlink()
    path.mkdir()
    assert [scan(received), scan(received)] == [[], []]
    assert read == ["44.csv", "44.csv"]


def test_what_lies_nowhere_any_more_is_forgotten(data, scan, received):
    (data.landing / PLACE).unlink()
    assert scan(received) == []
    assert PLACE not in (data.warehouse.parent / "landing_digests.json").read_text(encoding="utf-8")


def test_a_state_stands_for_the_content_until_somebody_reads_it(data):
    path, digests = land(data), Digests()
    state = digests.content_of(path, PLACE)
    assert changed_files(data.landing, {PLACE: state}, digests) == []
    assert digests.named(PLACE, state) == state
    sha256 = digests.of(path, PLACE)
    assert digests.named(PLACE, state) == sha256 == digests.content_of(path, PLACE)
    os.utime(path)
    assert changed_files(data.landing, {PLACE: sha256}, digests) == []
    assert [file.origin for file in changed_files(data.landing, {PLACE: state}, digests)] == [PLACE]

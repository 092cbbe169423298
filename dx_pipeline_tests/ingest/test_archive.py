import hashlib
import json
import os
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest import archive as module
from dx_pipeline.ingest.archive import (
    archived_digests,
    archived_path,
    note,
    read_record,
    remove_abandoned,
    sha256_of,
    store,
    verify,
)

AT = datetime(2025, 11, 5, 9, 30)  # noqa: DTZ001


@given(content=st.binary(max_size=2000))
def test_bytes_are_kept_as_received_under_their_sha256(tmp_path_factory, content):
    folder = tmp_path_factory.mktemp("archive")
    source = folder / "báo cáo.xlsx"
    source.write_bytes(content)
    kept = store(source, folder / "archive", origin="provincial_submission/báo cáo.xlsx", received_at=AT)
    assert kept.sha256 == hashlib.sha256(content).hexdigest() == sha256_of(source)
    assert archived_path(folder / "archive", kept.sha256).read_bytes() == content
    assert kept.size_bytes == len(content)


def test_the_same_bytes_twice_are_one_file_received_twice(tmp_path):
    source = tmp_path / "a.csv"
    source.write_text("x", encoding="utf-8")
    first = store(source, tmp_path / "archive", origin="a.csv", received_at=AT)
    second = store(source, tmp_path / "archive", origin="b.csv", received_at=AT)
    assert first.path == second.path
    record = json.loads(first.path.with_suffix(".json").read_text(encoding="utf-8"))
    assert [receipt["origin"] for receipt in record["receipts"]] == ["a.csv", "b.csv"]
    kept = [path for path in (tmp_path / "archive").rglob("*") if path.is_file()]
    assert len(kept) == 2


def kept(tmp_path, content=b"x"):
    source = tmp_path / "a.csv"
    source.write_bytes(content)
    return store(source, tmp_path / "archive", origin="a.csv", received_at=AT)


def damage(path, content):
    path.chmod(0o644)
    path.write_bytes(content)


def test_an_archive_as_it_was_received_has_no_faults(tmp_path):
    kept(tmp_path)
    kept(tmp_path, b"y")
    assert list(verify(tmp_path / "archive")) == []
    assert len(list(archived_digests(tmp_path / "archive"))) == 2


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (lambda file: damage(file.path, b"z"), "bytes were changed"),
        (lambda file: damage(file.path, b"xx"), "size"),
        (lambda file: file.path.unlink(), "bytes are gone"),
        (lambda file: file.path.with_suffix(".json").unlink(), "no record"),
        (lambda file: file.path.with_suffix(".json").write_text("{", encoding="utf-8"), "not valid JSON"),
    ],
    ids=["changed", "longer", "gone", "no record", "broken record"],
)
def test_verification_names_the_file_that_differs_and_no_other(tmp_path, harm, words):
    kept(tmp_path, b"sound")
    harmed = kept(tmp_path)
    harm(harmed)
    [fault] = verify(tmp_path / "archive")
    assert fault.sha256 == harmed.sha256
    assert words in fault.message
    assert fault.message_vi != fault.message


def test_a_note_is_added_to_its_receipt(tmp_path):
    file = kept(tmp_path)
    later = AT.replace(hour=11)
    note(tmp_path / "archive", file.sha256, origin="a.csv", received_at=AT, status="observed")
    note(tmp_path / "archive", file.sha256, origin="b.csv", received_at=later, status="duplicate")
    record = read_record(tmp_path / "archive", file.sha256)
    assert record["size_bytes"] == 1
    assert [(item["origin"], item["status"]) for item in record["receipts"]] == [
        ("a.csv", "observed"),
        ("b.csv", "duplicate"),
    ]


def cannot_copy(*_):
    raise OSError(18, "Invalid cross-device link")


def only_once(monkeypatch):
    """The system copies one piece and then says that it is at the end."""
    answers = iter([module.os.copy_file_range])

    def copy(*args):
        return next(answers, lambda *_: 0)(*args)

    monkeypatch.setattr(module.os, "copy_file_range", copy, raising=False)


@pytest.mark.parametrize("size", [0, 1, 6, 7, 8, 700], ids=lambda size: f"{size} bytes")
@pytest.mark.parametrize(
    "system",
    [
        pytest.param(lambda _: None, id="as it is"),
        pytest.param(
            lambda patch: patch.setattr(module.os, "copy_file_range", cannot_copy, raising=False),
            id="other file system",
        ),
        pytest.param(
            lambda patch: patch.delattr(module.os, "copy_file_range", raising=False), id="other system"
        ),
        pytest.param(only_once, id="stops in between"),
    ],
)
def test_a_file_of_many_pieces_is_kept_as_it_is_however_the_system_copies(
    tmp_path, monkeypatch, system, size
):
    monkeypatch.setattr(module, "_PIECE", 7)
    monkeypatch.setattr(module, "_BLOCK", 3)
    if hasattr(os, "copy_file_range"):
        system(monkeypatch)
    content = bytes(range(256)) * 3
    file = kept(tmp_path, content[:size])
    assert file.path.read_bytes() == content[:size]
    assert (file.sha256, file.size_bytes) == (hashlib.sha256(content[:size]).hexdigest(), size)


def test_a_copy_that_lost_its_end_is_an_error_and_leaves_nothing(tmp_path, monkeypatch):
    lengths = iter([5, 0])
    monkeypatch.setattr(module, "_copy_piece", lambda *_: next(lengths))
    with pytest.raises(OSError, match="ends before what was written"):
        kept(tmp_path)
    assert [path for path in (tmp_path / "archive").rglob("*") if path.is_file()] == []


def test_what_comes_from_the_archive_itself_is_not_copied(tmp_path, monkeypatch):
    file = kept(tmp_path)
    monkeypatch.setattr(module, "_copy_piece", cannot_copy)
    again = store(file.path, tmp_path / "archive", origin="b.csv", received_at=AT)
    assert again == file
    assert len(read_record(tmp_path / "archive", file.sha256)["receipts"]) == 2


def test_changed_bytes_in_the_archive_do_not_come_in_under_their_old_name(tmp_path):
    file = kept(tmp_path)
    damage(file.path, b"z")
    again = store(file.path, tmp_path / "archive", origin="b.csv", received_at=AT)
    assert again.sha256 == hashlib.sha256(b"z").hexdigest()
    assert again.path.read_bytes() == b"z"


def test_what_killed_runs_left_is_removed_and_a_running_copy_is_not(tmp_path):
    archive = tmp_path / "archive"
    file = kept(tmp_path)
    old, new = archive / ".receiving.1.part", archive / ".receiving.2.part"
    for part in (old, new):
        part.write_bytes(b"half")
    os.utime(old, (0, 0))
    os.utime(file.path, (0, 0))
    remove_abandoned(archive)
    assert (old.exists(), new.exists(), file.path.exists()) == (False, True, True)


def test_verification_says_how_far_it_is(tmp_path):
    for content in (b"x", b"yy"):
        kept(tmp_path, content)
    said = []
    assert list(verify(tmp_path / "archive", lambda done, total: said.append((done, total)))) == []
    assert said[-1] == (3, 3)
    assert len(said) == 2

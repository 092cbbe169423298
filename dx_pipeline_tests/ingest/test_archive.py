import hashlib
import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest.archive import (
    archived_digests,
    archived_path,
    note,
    read_record,
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

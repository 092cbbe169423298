import hashlib
import json
from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest.archive import archived_path, sha256_of, store

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

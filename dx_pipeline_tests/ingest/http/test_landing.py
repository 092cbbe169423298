"""Several requests of one source: one that fails keeps none of the others; two fetches never meet."""

import pytest
from filelock import FileLock

from dx_pipeline.failures import PermanentError, TransientError
from dx_pipeline.ingest.http import fetch_source, plan
from dx_pipeline.ingest.http.retries import Patience
from dx_pipeline.ingest.landing import scan_landing
from dx_pipeline.settings import Office
from dx_pipeline_tests.ingest.http.conftest import MONTH, TODAY, source
from dx_pipeline_tests.ingest.http.server import answer


@pytest.fixture
def planned(serve):
    server = serve(answer(b"[1]"), answer(b"", 404), answer(b"[3]"))
    names = ("a", "b", "c")
    requests = [{"name": name, "url": f"{{base}}/{name}", "file_name": f"{name}.json"} for name in names]
    return plan(source({"base": server.url, "requests": requests}), MONTH, Office(), today=TODAY)


def test_one_failure_does_not_stop_the_others(planned, tmp_path):
    fetched = list(fetch_source(planned, tmp_path, patience=Patience(attempts=1)))
    assert [item.state for item in fetched] == ["new", "failed", "new"]
    assert isinstance(fetched[1].failure, PermanentError)


def test_the_landing_scan_sees_the_files_and_nothing_else(planned, tmp_path):
    list(fetch_source(planned, tmp_path))
    assert [file.origin for file in scan_landing(tmp_path, [])] == [
        "test_source/2026-10/a.json",
        "test_source/2026-10/c.json",
    ]


def test_a_source_is_fetched_by_one_process_at_a_time(planned, tmp_path):
    (tmp_path / "test_source").mkdir()
    with (
        FileLock(tmp_path / "test_source" / ".fetch.lock"),
        pytest.raises(TransientError, match="by another process"),
    ):
        list(fetch_source(planned, tmp_path))


def test_progress_is_told(planned, tmp_path):
    seen = []
    list(fetch_source(planned[:1], tmp_path, on_bytes=lambda done, total: seen.append((done, total))))
    assert seen == [(3, 3)]

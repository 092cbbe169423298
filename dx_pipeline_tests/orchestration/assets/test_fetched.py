"""The assets of fetched sources: outside every job, and retried only where a retry can help."""

import json
from datetime import UTC, datetime

import dagster as dg
import pytest
import yaml

from dx_pipeline.catalogue.loading import load_sources
from dx_pipeline.ingest.http import landing
from dx_pipeline.ingest.http.retries import Patience
from dx_pipeline.orchestration.assets.fetched import fetched_sources
from dx_pipeline.orchestration.resources import OfficeResource
from dx_pipeline.periods import add_months, month_key, vietnam_day
from dx_pipeline_tests.ingest.http.conftest import serve as serve  # noqa: PLC0414 - the fixture
from dx_pipeline_tests.ingest.http.server import answer

PORTAL = "portal_evaluation"
KEY = dg.AssetKey(["landing", PORTAL])
ANSWER = json.dumps({"code": "OK", "data": {"evaluation": []}}).encode()
THIS_MONTH = vietnam_day(datetime.now(UTC).replace(tzinfo=None)).replace(day=1)


@pytest.fixture
def fetch(data, monkeypatch):
    """Materialises the portal's asset for a month against a server."""
    monkeypatch.setattr(landing, "Patience", lambda: Patience(attempts=1))
    (asset,) = (item for item in fetched_sources() if item.key == KEY)

    def run(server, month=THIS_MONTH):
        (data.root / "office.yaml").write_text(yaml.safe_dump({"addresses": {PORTAL: server.url}}))
        with dg.build_asset_context(partition_key=month_key(month)) as context:
            return asset(context, office=OfficeResource(root=str(data.root)))

    return run


def test_what_came_is_in_the_metadata(fetch, serve, data):
    server = serve(answer(ANSWER))
    result = fetch(server)
    (row,) = (record.data for record in result.metadata["files"].records)
    assert (result.metadata["new_files"], result.metadata["bytes"]) == (1, len(ANSWER))
    assert (row["state"], row["status"], row["url"]) == ("new", 200, f"{server.url}/service-results")
    assert len(row["sha256"]) == 64
    assert [path.name for path in data.landing.rglob("scores_*.json")]
    assert fetch(server).metadata["new_files"] == 0


def test_a_passing_failure_asks_for_a_retry(fetch, serve):
    with pytest.raises(dg.RetryRequested):
        fetch(serve(answer(b"", 503)))


@pytest.mark.parametrize(
    ("step", "month", "message"),
    [
        (answer(b"", 404), THIS_MONTH, "HTTP 404"),
        (answer(ANSWER), add_months(THIS_MONTH, -1), "present state only"),
    ],
    ids=["404", "past-month"],
)
def test_a_lasting_failure_does_not(fetch, serve, step, month, message):
    with pytest.raises(dg.Failure, match=message) as failure:
        fetch(serve(step), month)
    assert failure.value.allow_retries is False


def test_a_fetched_source_is_materialisable_and_in_no_job(definitions, graph):
    fetched = {dg.AssetKey(["landing", source.code]) for source in load_sources().values() if source.fetch}
    assert KEY in fetched
    assert {key for key in graph.materializable_asset_keys if key.path[0] == "landing"} == fetched
    for job in ("monthly", "quarterly"):
        assert not definitions.resolve_job_def(job).asset_layer.selected_asset_keys & fetched

"""``manifest.json``: what it says of the file beside it."""

from __future__ import annotations

import hashlib

import pandas as pd
import pytest

from dx_pipeline.publish.manifest import read_manifest
from dx_pipeline.statistics.tables import compile_check_summary
from dx_pipeline.warehouse.database import insert_frame
from dx_pipeline_tests.publish.published_world import office, publish_small
from dx_pipeline_tests.statistics.small_world import OCTOBER, figure, small_catalogue


def test_speaks_of_the_file_its_sources_and_checks(tmp_path):
    result = {
        "period_start": OCTOBER, "source_code": "submission", "area_code": "44", "rule": "x", "severity": "ERROR",
        "evaluated_count": 10, "failed_count": 3,
    }  # fmt: skip
    with office(tmp_path) as (connection, data):
        insert_frame(connection, "quality.check_result", pd.DataFrame([result]))
        compile_check_summary(connection, catalogue=small_catalogue())
        publication = publish_small(connection, data)
    manifest = read_manifest(data.manifest)
    content = data.published_file.read_bytes()
    assert manifest["sha256"] == hashlib.sha256(content).hexdigest() == publication.sha256
    assert manifest["size_bytes"] == len(content)
    assert manifest["file"] == "dx.duckdb"
    assert manifest["published_at"] == "2026-01-02T03:04:00+00:00"
    assert manifest["storage_version"] == "v1.0.0"
    assert {name: table["rows"] for name, table in manifest["tables"].items()} == publication.rows
    assert manifest["periods"]["months"] == {"first": "2025-08", "last": "2025-10", "count": 3}
    assert manifest["periods"]["quarters"] == {"first": "2025-07", "last": "2025-10", "count": 2}
    assert manifest["sources"]["submission"]["is_sample"] is True
    assert manifest["sources"]["submission"]["sample_figures"] == 4
    assert manifest["sources"]["bulletin"]["is_sample"] is False
    assert manifest["sources"]["bulletin"]["latest_received_at"] == "2025-11-01T08:00:00Z"
    assert manifest["checks"] == {"2025-10": {"ERROR": {"failed": 3, "could_not_run": 0}}}


@pytest.mark.parametrize("is_sample", [True, False], ids=["sample", "real"])
def test_label_is_there_exactly_when_a_sample_figure_is(tmp_path, is_sample):
    with office(tmp_path, rows=[figure("STOCK", "44", 1, is_sample=is_sample)]) as (connection, data):
        publish_small(connection, data)
    manifest = read_manifest(data.manifest)
    assert manifest["is_sample"] is is_sample
    assert bool(manifest["label"]) is is_sample


@pytest.mark.parametrize("text", ["", "{", "[]"], ids=["empty", "cut", "not_an_object"])
def test_unreadable_manifest_is_none(tmp_path, text):
    path = tmp_path / "manifest.json"
    path.write_text(text)
    assert read_manifest(path) is None

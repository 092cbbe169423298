"""The office's run history: the same events as Dagster's own storage, complete when a run ends."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from dx_pipeline.orchestration.local_runs import prepare_home
from dx_pipeline.orchestration.run_history import MAX_OPEN_FILES, OfficeEventLog
from dx_pipeline.settings import DataDirectory


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="thing")])
def thing() -> dg.MaterializeResult:
    return dg.MaterializeResult(check_results=[dg.AssetCheckResult(passed=True)])


@dg.asset
def broken() -> None:
    raise ValueError("broken")


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    for name in ("DAGSTER_HOME", "DX_DATA_DIR"):
        monkeypatch.setenv(name, "")
    prepare_home(DataDirectory(tmp_path))
    with dg.DagsterInstance.get() as instance:
        yield instance


def events_in_file(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    """Event types in a run's file itself, its journal put aside."""
    storage = instance.event_log_storage
    assert isinstance(storage, OfficeEventLog)
    path = Path(storage.path_for_shard(run_id))
    assert not path.with_name(path.name + "-wal").exists()
    with sqlite3.connect(path) as connection:
        rows = connection.execute("SELECT dagster_event_type FROM event_logs ORDER BY id").fetchall()
    return [row[0] for row in rows]


def test_an_office_has_this_history(instance):
    assert isinstance(instance.event_log_storage, OfficeEventLog)


@pytest.mark.parametrize(
    ("asset", "last"), [(thing, "PIPELINE_SUCCESS"), (broken, "PIPELINE_FAILURE")], ids=["done", "failed"]
)
def test_a_finished_run_is_complete_in_its_file(instance, asset, last):
    result = dg.materialize([asset], instance=instance, raise_on_error=False)
    assert events_in_file(instance, result.run_id)[-1] == last


def test_what_was_stored_is_found_again(instance):
    run_ids = [dg.materialize([thing], instance=instance).run_id for _ in range(MAX_OPEN_FILES + 2)]
    event = instance.get_latest_materialization_event(dg.AssetKey("thing"))
    assert event is not None
    assert event.run_id == run_ids[-1]
    for run_id in run_ids:
        logs = instance.all_logs(run_id)
        assert [log.run_id for log in logs] == [run_id] * len(logs)
        assert sum(log.dagster_event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION for log in logs) == 1
    assert set(instance.event_log_storage.get_all_run_ids()) == set(run_ids)


def test_a_second_process_sees_a_run_at_work(instance, tmp_path):
    seen = []

    @dg.asset
    def looking() -> None:
        other = OfficeEventLog(str(tmp_path / "dagster" / "history" / "runs"))
        [run] = instance.get_runs()
        seen.extend(record.event_log_entry for record in other.get_records_for_run(run.run_id).records)
        other.dispose()

    dg.materialize([looking], instance=instance)
    assert "STEP_START" in [entry.dagster_event_type.value for entry in seen if entry.dagster_event_type]


def test_a_wiped_history_starts_again(instance):
    dg.materialize([thing], instance=instance)
    instance.wipe()
    assert instance.event_log_storage.get_all_run_ids() == []
    assert dg.materialize([thing], instance=instance).success

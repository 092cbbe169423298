import os
import subprocess
import sys
from functools import partial

import dagster as dg
import pytest
import yaml

from dx_pipeline.failures import TransientError
from dx_pipeline.orchestration import failures, resources
from dx_pipeline.orchestration.local_runs import local_runs, prepare_home, run_months, unbroken_ranges
from dx_pipeline.periods import month_key, parse_month
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.ingest.landing import land, line
from dx_pipeline_tests.pipeline.office_world import environment_kept

POOL = "warehouse_write"


@pytest.fixture(autouse=True)
def _environment():
    with environment_kept():
        yield


@pytest.mark.parametrize(
    ("months", "ranges"),
    [
        (["2025-10"], [("2025-10", "2025-10")]),
        (["2025-11", "2025-12", "2026-01"], [("2025-11", "2026-01")]),
        (["2025-07", "2025-09", "2025-10"], [("2025-07", "2025-07"), ("2025-09", "2025-10")]),
    ],
    ids=["one", "over new year", "with a gap"],
)
def test_months_go_in_unbroken_ranges(months, ranges):
    found = list(unbroken_ranges([parse_month(month) for month in months]))
    assert [(month_key(first), month_key(last)) for first, last in found] == ranges


def test_the_data_directory_becomes_dagsters_home(data):
    prepare_home(data)
    settings = yaml.safe_load((data.dagster_home / "dagster.yaml").read_text(encoding="utf-8"))
    assert settings["telemetry"] == {"enabled": False}
    assert settings["concurrency"] == {"pools": {"default_limit": 1}}
    assert os.environ["DAGSTER_HOME"] == str(data.dagster_home)
    assert os.environ["DX_DATA_DIR"] == str(data.root)


def test_an_offices_own_settings_are_kept(data):
    path = data.dagster_home / "dagster.yaml"
    path.write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    prepare_home(data)
    assert path.read_text(encoding="utf-8") == "telemetry: {enabled: false}\n"


def test_two_runs_at_once_on_one_directory_are_refused(data):
    with (
        local_runs(data),
        pytest.raises(TransientError, match="another dxp run") as refused,
        local_runs(data),
    ):
        pass
    assert "Một lệnh dxp run khác" in refused.value.message_vi


def test_runs_on_two_directories_do_not_know_each_other(data, tmp_path):
    other = type(data)(tmp_path / "other")
    with local_runs(data), local_runs(other) as instance:
        assert instance.get_runs() == []


def unfinished_run(instance, **tags):
    """A run that claims the writers' slot and is never heard of again."""
    run = dg.DagsterRun(job_name="monthly", status=dg.DagsterRunStatus.STARTED, tags=tags)
    instance.add_run(run)
    instance.event_log_storage.initialize_concurrency_limit_to_default(POOL)
    claim = instance.event_log_storage.claim_concurrency_slot(POOL, run.run_id, "checked")
    return run.run_id, claim.is_claimed


def test_a_killed_run_is_closed_and_its_slot_freed(data):
    with local_runs(data) as instance:
        run_id, is_claimed = unfinished_run(instance, **{"dx/launched_by": "dxp run"})
        assert is_claimed
    with local_runs(data) as instance:
        assert instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.FAILURE
        assert instance.event_log_storage.get_concurrency_info(POOL).claimed_slots == []


def test_a_run_of_the_daemon_is_left_alone(data):
    with local_runs(data) as instance:
        run_id, _ = unfinished_run(instance)
    with local_runs(data) as instance:
        assert instance.get_run_by_id(run_id).status is dg.DagsterRunStatus.STARTED
        assert len(instance.event_log_storage.get_concurrency_info(POOL).claimed_slots) == 1


def test_a_slot_of_a_run_nobody_knows_is_freed(data):
    with local_runs(data) as instance:
        instance.event_log_storage.initialize_concurrency_limit_to_default(POOL)
        assert instance.event_log_storage.claim_concurrency_slot(POOL, "gone", "checked").is_claimed
    with local_runs(data) as instance:
        assert instance.event_log_storage.get_concurrency_info(POOL).claimed_slots == []


def test_the_problem_of_a_run_is_told_in_one_text(data):
    with local_runs(data) as instance:
        [outcome] = run_months([parse_month("2025-10")], instance, data, log_level="CRITICAL")
    assert (outcome.job, outcome.first, outcome.last) == (
        "monthly",
        parse_month("2025-10"),
        parse_month("2025-10"),
    )
    assert outcome.problem.startswith("table gate: 2025-10: no file")
    assert "Traceback" not in outcome.problem


@pytest.fixture
def two_months(data):
    """An office that waits for one province, whose registry of two months has arrived."""
    (data.root / "office.yaml").write_text('expected_provinces: ["44"]\n', encoding="utf-8")
    for month in ("2025-09", "2025-10"):
        land(data, line(month=month), place=f"signature_registry/{month}/44.csv")
    return [parse_month("2025-09"), parse_month("2025-10")]


@pytest.mark.parametrize(
    ("month_by_month", "spans"),
    [
        (True, [("2025-09", "2025-09"), ("2025-10", "2025-10")]),
        (False, [("2025-09", "2025-10")]),
    ],
    ids=["month by month", "in one run"],
)
def test_months_run_alone_or_together_and_their_quarters_once(data, two_months, month_by_month, spans):
    with local_runs(data) as instance:
        outcomes = list(
            run_months(two_months, instance, data, month_by_month=month_by_month, log_level="CRITICAL")
        )
    found = [(item.job, month_key(item.first), month_key(item.last)) for item in outcomes]
    assert [item.problem for item in outcomes if item.problem] == []
    assert found == [*(("monthly", *span) for span in spans), ("quarterly", "2025-07", "2025-10")]


def test_an_invalid_office_file_is_told_before_any_file_is_taken_in(data, two_months):
    (data.root / "office.yaml").write_text("expected: [44]\n", encoding="utf-8")
    with local_runs(data) as instance:
        [outcome] = run_months(two_months[:1], instance, data, log_level="CRITICAL")
    with connect(data.warehouse) as connection:
        received = connection.execute("SELECT count(*) FROM raw.received_file").fetchone()
    assert "office.yaml is not valid" in outcome.problem
    assert received == (0,)


@pytest.fixture
def locked(data):
    """The working file is open in another program."""
    with connect(data.warehouse) as connection:
        create_schema(connection)
    code = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('open', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(data.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        other.stdout.readline()
        yield
        other.stdin.close()


@pytest.mark.usefixtures("locked")
def test_a_locked_working_file_is_told_as_what_it_is_after_the_last_try(data, monkeypatch):
    monkeypatch.setattr(failures, "RETRY_SECONDS", 0)
    monkeypatch.setattr(resources.database, "connect", partial(connect, lock_wait_seconds=0.1))
    with local_runs(data) as instance:
        [outcome] = run_months([parse_month("2025-10")], instance, data, log_level="CRITICAL")
    assert "stayed locked by another process" in outcome.problem
    assert "Stack Trace" not in outcome.problem

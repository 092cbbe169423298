"""A revision of what is published waits until it is restated or accepted; a late province does not."""

import shutil
from datetime import UTC, datetime

import pytest
import yaml

from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.periods import parse_month
from dx_pipeline.publish.changes.acceptance import write_acceptance
from dx_pipeline.publish.changes.holding import compare_with_published
from dx_pipeline.publish.changes.store import held_state
from dx_pipeline.warehouse.database import connect
from dx_pipeline_tests.pipeline.office_world import write_into

MONTH, QUARTER, PROVINCE = "2025-10", "2025-10", "40"
SERVICES, RATE = ("PS_FULL_CNT", "all"), ("DSIG_ADULT_RATE", "all")
CHECK = "publication_not_held"


@pytest.fixture(scope="module")
def october(finished, tmp_path_factory):
    """October is in and published, with one province missing."""
    root = tmp_path_factory.mktemp("changes") / "world"
    world = finished.copy_landing(root, MONTH, without=[finished.submission("38", MONTH).name])
    world.run_well(MONTH)
    yield world
    shutil.rmtree(root)


@pytest.fixture(scope="module")
def held(october, tmp_path_factory):
    """The same after a resubmission that moves one published count by more than its limit, and the run."""
    root = tmp_path_factory.mktemp("held") / "world"
    world = october.copy(root)
    world.before = sha256_of(world.data.published_file), published_services(world)
    write_into(world.submission(PROVINCE, MONTH), {SERVICES: world.before[1] * 2})
    [outcome] = world.run(MONTH)
    world.outcome = outcome
    yield world
    shutil.rmtree(root)


@pytest.fixture
def world(held, tmp_path):
    copy = held.copy(tmp_path / "world")
    copy.before = held.before
    yield copy
    shutil.rmtree(copy.data.root)


def published_services(world, table="province_monthly"):
    [row] = world.published(
        f"SELECT value FROM mart.{table} WHERE province_code = ? AND period_start = ? AND indicator_code = ?",
        [PROVINCE, parse_month(MONTH), SERVICES[0]],
    )
    return row["value"]


def test_a_large_revision_fails_the_run_for_good_and_replaces_nothing(held):
    assert held.outcome.job == "monthly"
    for text in ("1 published figures would change", "PS_FULL_CNT", "dxp changes accept", "(permanent:"):
        assert text in held.outcome.problem
    assert (sha256_of(held.data.published_file), published_services(held)) == held.before


def test_the_check_in_the_ui_shows_what_waits(held):
    check = held.checks(held.outcome.run_id)[CHECK]
    [row] = check.metadata["failing_rows"].records
    assert (check.passed, check.severity.value) == (False, "ERROR")
    assert (row.data["area_vi"], row.data["indicator_code"], row.data["decision"]) == (
        "Nghệ An",
        SERVICES[0],
        "held",
    )
    assert (row.data["old_value"], row.data["new_value"]) == (held.before[1], held.before[1] * 2)


def test_the_page_and_the_working_file_show_what_waits(held):
    page = held.data.changes_page.read_text(encoding="utf-8")
    assert "Chưa công bố: 1 số liệu" in page
    [row] = held.working("SELECT * FROM quality.publication_change WHERE decision = 'held'")
    assert (row["position"], row["area_code"], row["size"]) == (1, PROVINCE, 20)
    assert row["held_since"] <= datetime.now(UTC).replace(tzinfo=None)


def test_publishing_alone_is_refused_as_well(held):
    import dagster as dg

    from dx_pipeline.orchestration.build import build_definitions

    definitions = build_definitions(held.data.root)
    published = definitions.resolve_job_def("monthly").get_subset(
        asset_selection={dg.AssetKey(["published", "dx_duckdb"]), dg.AssetKey(["published", "index_html"])}
    )
    with dg.DagsterInstance.ephemeral() as instance:
        result = published.execute_in_process(instance=instance, raise_on_error=False, partition_key=MONTH)
    assert not result.success
    assert sha256_of(held.data.published_file) == held.before[0]


def test_running_again_waits_since_the_first_time(world):
    with connect(world.data.warehouse, read_only=True) as connection:
        first = held_state(connection)
    [outcome] = world.run(MONTH)
    with connect(world.data.warehouse, read_only=True) as connection:
        assert held_state(connection) == first
    assert outcome.problem


def test_an_acceptance_publishes_month_and_quarter(world):
    comparison = compare_with_published(world.data.warehouse, world.data)
    path = write_acceptance(
        comparison, world.data, approved_by="A", approved_on=parse_month(MONTH), reason="Đã rà soát"
    )
    assert path.parent == world.data.restatements
    world.run_well(MONTH)
    assert published_services(world) == world.before[1] * 2
    assert published_services(world, "province_quarterly") == world.before[1] * 2
    with connect(world.data.warehouse, read_only=True) as connection:
        assert held_state(connection) is None


def test_an_applied_restatement_publishes(world):
    entry = {
        "action": "restate",
        "indicator": SERVICES[0],
        "area": PROVINCE,
        "scope": SERVICES[1],
        "period": MONTH,
        "old_value": world.before[1],
        "new_value": world.before[1] * 2,
        "approved_by": "Vụ trưởng",
        "approved_on": "2025-11-20",
        "reason": "đúng là gấp đôi",
    }
    text = yaml.safe_dump({"restatements": [entry]}, allow_unicode=True)
    (world.data.restatements / "2025-11.yaml").write_text(text, encoding="utf-8")
    world.run_well(MONTH)
    assert published_services(world) == world.before[1] * 2


def test_the_old_file_sent_again_lets_publication_go_on(world, october):
    path = world.submission(PROVINCE, MONTH)
    path.write_bytes(october.submission(PROVINCE, MONTH).read_bytes())
    world.run_well(MONTH)
    assert published_services(world) == world.before[1]


def test_a_late_province_moves_the_nation_and_does_not_wait(october, finished, tmp_path):
    world = october.copy(tmp_path / "world")
    late = finished.submission("38", MONTH)
    shutil.copy(late, world.submission(PROVINCE, MONTH).parent / late.name)
    sql = (
        "SELECT value, provinces_reported FROM mart.national_monthly "
        "WHERE period_start = ? AND indicator_code = 'TASK_DONE_CNT' AND scope = 'provincial_plan'"
    )
    [before] = world.published(sql, [parse_month(MONTH)])
    [outcome, _] = world.run_well(MONTH)
    [after] = world.published(sql, [parse_month(MONTH)])
    assert (before["provinces_reported"], after["provinces_reported"]) == (33, 34)
    assert after["value"] > before["value"]
    assert world.checks(outcome.run_id)[CHECK].passed
    shutil.rmtree(world.data.root)


def test_a_month_after_another_only_adds(october, finished, tmp_path):
    world = october.copy(tmp_path / "world")
    for source in ("provincial_submission", "signature_registry"):
        shutil.copytree(finished.data.landing / source / "2025-11", world.data.landing / source / "2025-11")
    for outcome in world.run_well("2025-11"):
        assert world.checks(outcome.run_id)[CHECK].passed
    shutil.rmtree(world.data.root)

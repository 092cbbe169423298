"""A month beyond the limits fails its run: nothing is replaced, the reasons stand on record, others go on."""

import shutil
from dataclasses import dataclass

import dagster as dg
import pytest

from dx_pipeline.orchestration.local_runs import JobOutcome
from dx_pipeline.periods import parse_month
from dx_pipeline.quality.rules import all_rules
from dx_pipeline_tests.pipeline.office_world import FILE_CHECKS, OfficeWorld, write_into

SOUND, MONTH, LAST = "2025-10", "2025-11", "2025-12"
UNKNOWN_PLACE = {"Mã tỉnh": "99", "Tỉnh, thành phố": "Tỉnh Không Có"}


@pytest.fixture(scope="module")
def sound(finished, tmp_path_factory):
    """October is in and published; November and December have not come in."""
    root = tmp_path_factory.mktemp("gates") / "world"
    world = finished.copy_landing(root, SOUND)
    world.run_well(SOUND)
    yield world
    shutil.rmtree(root)


@pytest.fixture
def world(sound, tmp_path):
    copy = sound.copy(tmp_path / "world")
    yield copy
    shutil.rmtree(copy.data.root)


def land(finished, world, month):
    """Puts a whole month's files into the landing folder."""
    for source in ("provincial_submission", "signature_registry"):
        shutil.copytree(finished.data.landing / source / month, world.data.landing / source / month)


def most_provinces_missing(world):
    for path in sorted((world.data.landing / "provincial_submission" / MONTH).iterdir())[8:]:
        path.unlink()


def too_much_rejected(world):
    for path in sorted((world.data.landing / "provincial_submission" / MONTH).iterdir())[:5]:
        write_into(path, {}, UNKNOWN_PLACE)


CASES = {
    "most provinces missing": (
        most_provinces_missing,
        "missing_provinces_within_limit",
        ["76.5% of the expected provinces", "at most 20.0%"],
    ),
    "too much rejected": (
        too_much_rejected,
        "rejected_share_within_limit",
        ["150 of 1020 figures are rejected", "at most 10.0%"],
    ),
}


@dataclass(frozen=True)
class Refused:
    """A world before and after the run of a month beyond the limits."""

    world: OfficeWorld
    before: dict
    outcome: JobOutcome
    rule: str
    facts: list[str]


@pytest.fixture(scope="module", params=CASES)
def refused(request, finished, sound, tmp_path_factory):
    spoil, rule, facts = CASES[request.param]
    root = tmp_path_factory.mktemp("refused") / "world"
    world = sound.copy(root)
    land(finished, world, MONTH)
    spoil(world)
    before = world.snapshot()
    [outcome] = world.run(MONTH)
    yield Refused(world, before, outcome, rule, facts)
    shutil.rmtree(root)


def test_a_month_beyond_the_limits_fails_and_says_what_to_do(refused):
    assert refused.outcome.job == "monthly"
    for text in (*refused.facts, "provincial_submission", "Nothing was replaced", "run the month again"):
        assert text in refused.outcome.problem


def test_nothing_is_replaced(refused):
    after = refused.world.snapshot()
    assert after["files"] == refused.before["files"]
    for table in ("mart.province_monthly", "mart.national_monthly", "core.accepted_observation"):
        [sql] = [sql for sql in after["working"] if table in sql]
        assert after["working"][sql] == refused.before["working"][sql]


def test_the_checks_of_a_refused_month_are_shown(refused):
    checks = refused.world.checks(refused.outcome.run_id)
    [shown] = checks[refused.rule].metadata["failing_rows"].records
    assert (checks[refused.rule].passed, checks[refused.rule].partition) == (False, MONTH)
    assert (shown.data["month"], shown.data["source"]) == (f"{MONTH}-01", "provincial_submission")
    assert set(checks) == {rule.code for rule in all_rules()} | FILE_CHECKS
    assert checks["value_present"].passed


def test_the_check_results_of_a_refused_month_are_recorded(refused):
    rows = refused.world.working(
        "SELECT failed_count FROM quality.check_result WHERE period_start = ? AND rule = ? "
        "AND source_code = 'provincial_submission'",
        [parse_month(MONTH), refused.rule],
    )
    assert rows == [{"failed_count": 1}]


def test_the_failure_says_it_in_vietnamese_too(refused):
    with refused.world.instance() as instance:
        entries = instance.all_logs(refused.outcome.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    [failure] = [entry.get_dagster_event().step_failure_data for entry in entries]
    message = failure.user_failure_data.metadata["message_vi"].value
    assert "cho phép tối đa" in message
    assert "Không số liệu nào bị thay thế" in message


def test_a_refused_month_holds_back_itself_alone(finished, world):
    land(finished, world, MONTH)
    land(finished, world, LAST)
    most_provinces_missing(world)
    outcomes = world.run(MONTH, LAST)
    assert [(item.job, f"{item.first:%Y-%m}", bool(item.problem)) for item in outcomes] == [
        ("monthly", MONTH, True),
        ("monthly", LAST, False),
        ("quarterly", "2025-10", False),
    ]
    months = world.published(
        "SELECT DISTINCT period_start FROM mart.province_monthly WHERE source_code = 'provincial_submission' "
        "ORDER BY 1"
    )
    assert [f"{row['period_start']:%Y-%m}" for row in months] == [SOUND, LAST]
    [quarter] = world.published(
        "SELECT months_covered FROM mart.national_quarterly WHERE indicator_code = 'DSIG_ADULT_RATE' "
        "AND period_start = DATE '2025-10-01'"
    )
    assert quarter == {"months_covered": 2}


def test_the_missing_files_open_the_gate_again(finished, world):
    land(finished, world, MONTH)
    most_provinces_missing(world)
    assert world.run(MONTH)[0].problem
    shutil.rmtree(world.data.landing / "provincial_submission" / MONTH)
    shutil.rmtree(world.data.landing / "signature_registry" / MONTH)
    land(finished, world, MONTH)
    checks = world.checks(world.run_well(MONTH)[0].run_id)
    assert all(check.passed for check in checks.values())
    sql = "SELECT * EXCLUDE (vintage_at) FROM mart.national_monthly WHERE period_start = ? ORDER BY ALL"
    assert world.published(sql, [parse_month(MONTH)]) == finished.published(sql, [parse_month(MONTH)])


def test_a_month_of_which_nothing_arrived_is_a_failure_that_says_so(world):
    before = world.snapshot()
    [outcome] = world.run("2025-03")
    assert "no file that speaks of it has arrived" in outcome.problem
    assert world.snapshot()["files"] == before["files"]

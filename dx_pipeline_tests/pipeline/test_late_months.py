"""A month that arrives after its successor is held against both of its neighbours."""

import shutil

import pytest

from dx_pipeline.periods import parse_month
from dx_pipeline_tests.pipeline.office_world import locator_of, write_into

BEFORE, LATE, AFTER = "2025-08", "2025-09", "2025-10"
PROVINCE = "40"
CERTIFICATES, TASKS = ("DSIG_CERT_CNT", "all"), ("TASK_DONE_CNT", "provincial_plan")


@pytest.fixture(scope="module")
def late_workbook(finished):
    """The workbook that is not in yet."""
    return finished.submission(PROVINCE, LATE)


@pytest.fixture(scope="module")
def waiting(finished, late_workbook, tmp_path_factory):
    """August to October are run, but one province's September has not come in."""
    root = tmp_path_factory.mktemp("late") / "world"
    world = finished.copy_landing(root, BEFORE, LATE, AFTER, without=[late_workbook.name])
    world.run_well(BEFORE, LATE, AFTER)
    yield world
    shutil.rmtree(root)


@pytest.fixture
def world(waiting, tmp_path):
    copy = waiting.copy(tmp_path / "world")
    yield copy
    shutil.rmtree(copy.data.root)


def send(world, workbook, figures):
    target = world.data.landing / "provincial_submission" / LATE / workbook.name
    target.write_bytes(workbook.read_bytes())
    if figures:
        write_into(target, figures)
    return target


def verdicts(world, path):
    rows = world.working(
        "SELECT verdict, count(*) AS figures FROM core.observation WHERE file_name = ? GROUP BY verdict",
        [world.origin(path)],
    )
    return {row["verdict"]: row["figures"] for row in rows}


def test_the_late_province_is_missing_until_it_sends(waiting):
    [row] = waiting.published(
        "SELECT provinces_reported, provinces_expected FROM mart.national_monthly "
        "WHERE period_start = ? AND indicator_code = 'DIG_RATE'",
        [parse_month(LATE)],
    )
    assert (row["provinces_reported"], row["provinces_expected"]) == (33, 34)


@pytest.mark.parametrize(
    ("neighbour", "difference", "rule"),
    [(BEFORE, -1, "not_below_previous_month"), (AFTER, 1, "not_above_next_month")],
    ids=["below August", "above October"],
)
def test_an_inconsistent_late_figure_is_caught_from_either_side(
    world, late_workbook, neighbour, difference, rule
):
    beside = world.figure(PROVINCE, neighbour, CERTIFICATES[0])
    path = send(world, late_workbook, {CERTIFICATES: beside + difference})
    checks = world.checks(world.run_well(LATE)[0].run_id)
    [rejected] = world.rejections(LATE)
    place = (world.origin(path), locator_of("DSIG_CERT_CNT"))
    assert (rejected["rule"], rejected["file_name"], rejected["locator"]) == (rule, *place)
    for message in (rejected["message_vi"], rejected["message_en"]):
        assert world.origin(path) in message
        assert world.origin(world.submission(PROVINCE, neighbour)) in message
    assert {name for name, check in checks.items() if not check.passed} == {rule}
    [row] = checks[rule].metadata["failing_rows"].records
    assert (checks[rule].partition, row.data["file"], row.data["locator"]) == (LATE, *place)
    assert verdicts(world, path) == {"accepted": 29, "rejected": 1}
    assert world.figure(PROVINCE, neighbour, CERTIFICATES[0]) == beside


def test_a_consistent_late_month_is_accepted_and_counted(world, late_workbook, finished):
    path = send(world, late_workbook, {})
    checks = world.checks(world.run_well(LATE)[0].run_id)
    assert world.rejections(LATE) == []
    assert all(check.passed for check in checks.values())
    assert verdicts(world, path) == {"accepted": 30}
    sql = (
        "SELECT period_start, indicator_code, scope, value, change_pp, provinces_reported "
        "FROM mart.national_monthly WHERE period_start BETWEEN ? AND ? ORDER BY ALL"
    )
    # October's change on September is compiled again, too.
    months = [parse_month(LATE), parse_month(AFTER)]
    assert world.published(sql, months) == finished.published(sql, months)


def test_what_a_neighbour_contradicted_is_judged_again_once_the_neighbour_is_corrected(world, late_workbook):
    """September's tasks are above October's; October was the wrong one and is sent again."""
    october = world.figure(PROVINCE, AFTER, TASKS[0])
    send(world, late_workbook, {TASKS: october + 1})
    world.run_well(LATE)
    [rejected] = world.rejections(LATE)
    assert (rejected["rule"], rejected["indicator_code"]) == ("not_above_next_month", TASKS[0])
    write_into(world.submission(PROVINCE, AFTER), {TASKS: october + 2})
    world.run_well(AFTER)
    assert world.rejections(LATE) == []
    assert world.figure(PROVINCE, LATE, TASKS[0]) == october + 1
    for table, period in (("province_monthly", LATE), ("province_quarterly", "2025-07")):
        [published] = world.published(
            f"SELECT value FROM mart.{table} WHERE province_code = ? AND period_start = ? "
            "AND indicator_code = ? AND scope = ?",
            [PROVINCE, parse_month(period), *TASKS],
        )
        assert published["value"] == october + 1, table

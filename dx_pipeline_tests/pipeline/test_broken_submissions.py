"""Wrong cells are rejected one by one, with words and place; everything beside them goes on."""

import shutil

import pytest

from dx_pipeline.periods import parse_month
from dx_pipeline_tests.pipeline.broken_submissions import (
    BEFORE,
    MONTH,
    RULES,
    TOO_HIGH,
    TOO_LOW,
    UNKNOWN,
    break_month,
)
from dx_pipeline_tests.pipeline.office_world import FILE_CHECKS

FIGURES_OF_A_WORKBOOK = 30


@pytest.fixture(scope="module", params=[True, False], ids=["sent again", "sent the first time"])
def broken(request, finished, tmp_path_factory):
    root = tmp_path_factory.mktemp("broken") / "world"
    yield break_month(finished, root, was_accepted_before=request.param)
    shutil.rmtree(root)


def found(rows):
    return {(row["rule"], row["file_name"], row["locator"]) for row in rows}


def test_exactly_the_wrong_cells_are_rejected(broken):
    rows = broken.world.rejections(MONTH)
    assert found(rows) == broken.expected
    assert len(rows) == len(broken.expected) == 2 + FIGURES_OF_A_WORKBOOK


def test_the_month_before_is_as_it_was(broken):
    assert broken.world.rejections(BEFORE) == []


@pytest.mark.parametrize("language", ["message_vi", "message_en"])
def test_each_message_names_file_sheet_and_cell(broken, language):
    for row in broken.world.rejections(MONTH):
        sheet, cell = row["locator"].split("!")
        assert row["file_name"] in row[language]
        assert f"{sheet}!{cell}" in row[language]
        assert row["raw_text"]


@pytest.mark.parametrize(
    ("rule", "vi", "en"),
    [
        ("rate_within_0_100", "Tỷ lệ phải nằm trong khoảng 0–100 %", "A rate must lie within 0-100 per cent"),
        ("not_below_previous_month", "số lũy kế không được giảm", "a cumulative figure cannot fall"),
        ("known_area", "99", "99"),
    ],
)
def test_each_message_says_what_is_wrong(broken, rule, vi, en):
    rows = [row for row in broken.world.rejections(MONTH) if row["rule"] == rule]
    assert rows
    assert all(vi in row["message_vi"] and en in row["message_en"] for row in rows)


def test_the_message_of_a_fall_names_last_months_file_and_cell(broken):
    [row] = [row for row in broken.world.rejections(MONTH) if row["rule"] == "not_below_previous_month"]
    before = broken.world.origin(broken.world.submission(TOO_LOW, BEFORE))
    for message in (row["message_vi"], row["message_en"]):
        assert before in message
        assert message.count(row["locator"]) == 2


def test_the_checks_of_the_three_rules_are_red_on_the_partition(broken):
    failed = {name: check for name, check in broken.checks.items() if not check.passed}
    # The unknown workbook leaves its province without a file where nothing was accepted before: a WARN.
    assert set(failed) == RULES | (set() if broken.was_accepted_before else {"provinces_complete"})
    assert {failed[rule].partition for rule in RULES} == {MONTH}
    assert {failed[rule].severity.value for rule in RULES} == {"ERROR"}


def test_the_red_checks_carry_the_failing_rows(broken):
    shown = set()
    for rule in RULES:
        metadata = broken.checks[rule].metadata
        rows = [record.data for record in metadata["failing_rows"].records]
        assert metadata["failed"].value == len(rows) > 0
        assert metadata["evaluated"].value >= len(rows)
        assert all(row["message_vi"] and row["message_en"] for row in rows)
        shown |= {(rule, row["file"], row["locator"]) for row in rows}
    assert shown == broken.expected


def test_all_other_checks_ran_and_are_green(broken):
    others = {name: check for name, check in broken.checks.items() if name not in RULES}
    assert {name for name, check in others.items() if not check.passed} <= {"provinces_complete"}
    of_rules = [check for name, check in others.items() if name not in FILE_CHECKS]
    assert [check.metadata["could_not_run"].value for check in of_rules] == [""] * len(of_rules)


@pytest.mark.parametrize(
    ("province", "wrong"), [(TOO_HIGH, "DIG_RATE"), (TOO_LOW, "DSIG_CERT_CNT")], ids=["rate", "count"]
)
def test_the_neighbours_of_a_wrong_cell_are_accepted(broken, province, wrong):
    rows = broken.world.working(
        "SELECT indicator_code, verdict, is_latest FROM core.observation WHERE file_name = ? "
        "QUALIFY vintage_at = max(vintage_at) OVER ()",
        [broken.files[province]],
    )
    accepted = [row for row in rows if row["verdict"] == "accepted" and row["is_latest"]]
    [rejected] = [row for row in rows if row not in accepted]
    assert len(accepted) == FIGURES_OF_A_WORKBOOK - 1
    assert rejected == {"indicator_code": wrong, "verdict": "rejected", "is_latest": False}


def test_what_is_published_leaves_out_the_wrong_cells_only(broken, finished):
    sql = (
        "SELECT province_code, indicator_code, scope, value FROM mart.province_monthly "
        "WHERE period_start = ? ORDER BY ALL"
    )
    before = [tuple(row.values()) for row in finished.published(sql, [parse_month(MONTH)])]
    now = [tuple(row.values()) for row in broken.world.published(sql, [parse_month(MONTH)])]
    if broken.was_accepted_before:
        assert now == before
        return
    gone = set(before) - set(now)
    assert set(now) < set(before)
    assert {row[:2] for row in gone if row[0] != UNKNOWN} == {(TOO_HIGH, "DIG_RATE")}
    # Nghệ An's certificates, and Hà Tĩnh's signatures, come from the registry, too.
    kept = {row[1] for row in now if row[0] == UNKNOWN}
    assert kept == {"DSIG_ADULT_RATE", "DSIG_CERT_CNT"}


def test_the_province_hears_what_became_of_its_file(broken):
    rows = broken.world.published(
        "SELECT province_code, status, accepted_count, rejected_count FROM mart.submission_status "
        "WHERE period_start = ? AND source_code = 'provincial_submission' AND province_code IN (?, ?)",
        [parse_month(MONTH), TOO_HIGH, TOO_LOW],
    )
    accepted = FIGURES_OF_A_WORKBOOK if broken.was_accepted_before else FIGURES_OF_A_WORKBOOK - 1
    assert {row["province_code"]: tuple(row.values())[1:] for row in rows} == {
        TOO_HIGH: ("partly_accepted", accepted, 1),
        TOO_LOW: ("partly_accepted", accepted, 1),
    }


def test_corrected_workbooks_close_the_rejections_and_turn_the_checks_green(broken, finished, tmp_path):
    world = broken.world.copy(tmp_path / "corrected")
    for path, content in broken.right.items():
        (world.data.landing / path.relative_to(broken.world.data.landing)).write_bytes(content)
    checks = world.checks(world.run_well(MONTH)[0].run_id)
    assert world.rejections(MONTH) == []
    assert {name for name, check in checks.items() if not check.passed} == set()
    assert {rule: checks[rule].metadata["failed"].value for rule in RULES} == dict.fromkeys(RULES, 0)
    kept = world.working("SELECT * FROM quality.rejection WHERE severity = 'ERROR' AND NOT is_current")
    assert found(kept) == broken.expected
    sql = (
        "SELECT province_code, indicator_code, scope, value, rank FROM mart.province_monthly "
        "WHERE period_start = ? ORDER BY ALL"
    )
    assert world.published(sql, [parse_month(MONTH)]) == finished.published(sql, [parse_month(MONTH)])
    shutil.rmtree(world.data.root)

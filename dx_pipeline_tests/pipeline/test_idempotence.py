"""The same files give the same figures however often they are run; news adds a vintage and replaces nothing."""

import os
from datetime import date, timedelta

import pytest

from dx_pipeline.periods import parse_month
from dx_pipeline_tests.pipeline.office_world import write_into

MONTH = "2025-10"
PROVINCE = "40"
SERVICES = ("PS_FULL_CNT", "all")

VINTAGES = (
    "SELECT value, verdict, is_latest, vintage_at, revision_reason FROM core.observation "
    "WHERE area_code = ? AND period_start = ? AND indicator_code = ? AND source_code = 'provincial_submission' "
    "ORDER BY vintage_at"
)


def vintages(world):
    return world.working(VINTAGES, [PROVINCE, parse_month(MONTH), SERVICES[0]])


def published_value(world):
    [row] = world.published(
        "SELECT value FROM mart.province_monthly "
        "WHERE province_code = ? AND period_start = ? AND indicator_code = ?",
        [PROVINCE, parse_month(MONTH), SERVICES[0]],
    )
    return row["value"]


def as_of(world, moment):
    """What was known then."""
    rows = world.working(
        "SELECT value FROM core.observation_as_of(CAST($moment AS TIMESTAMP)) WHERE area_code = $area "
        "AND period_start = $month AND indicator_code = $indicator AND source_code = 'provincial_submission'",
        {
            "moment": moment,
            "area": PROVINCE,
            "month": parse_month(MONTH),
            "indicator": SERVICES[0],
        },
    )
    return [row["value"] for row in rows]


@pytest.mark.parametrize("months", [[MONTH], ["2025-08", "2025-09", "2025-10"]], ids=["month", "range"])
def test_running_again_changes_nothing(world, months):
    """Not even where a file was touched: what counts is its content."""
    archive = [path for path in world.data.archive.rglob("*") if path.is_file()]
    archived = {path: path.stat().st_mtime_ns for path in archive}
    written = world.data.published_file.stat().st_mtime_ns
    before = world.snapshot()
    os.utime(world.submission(PROVINCE, MONTH))
    world.run_well(*months)
    assert world.snapshot() == before
    assert world.data.published_file.stat().st_mtime_ns == written
    assert {
        path: path.stat().st_mtime_ns for path in world.data.archive.rglob("*") if path.is_file()
    } == archived


def test_a_resubmission_adds_a_vintage(world):
    [first] = vintages(world)
    write_into(
        world.submission(PROVINCE, MONTH),
        {SERVICES: first["value"] + 50},
        {"Lý do điều chỉnh (nếu gửi lại)": "Bổ sung 50 dịch vụ"},
    )
    world.run_and_accept(MONTH)
    old, new = vintages(world)
    assert old == {**first, "is_latest": False}
    assert (new["value"], new["verdict"], new["is_latest"]) == (first["value"] + 50, "accepted", True)
    assert new["revision_reason"] == "Bổ sung 50 dịch vụ"
    assert published_value(world) == first["value"] + 50
    assert as_of(world, new["vintage_at"] - timedelta(microseconds=1)) == [first["value"]]
    assert as_of(world, new["vintage_at"]) == [first["value"] + 50]
    assert as_of(world, first["vintage_at"] - timedelta(microseconds=1)) == []
    [logged] = world.published("SELECT * FROM mart.revision_log")
    assert (logged["area_code"], logged["indicator_code"]) == (PROVINCE, SERVICES[0])
    assert (logged["old_value"], logged["new_value"]) == (first["value"], first["value"] + 50)
    assert (logged["old_vintage_at"], logged["new_vintage_at"]) == (first["vintage_at"], new["vintage_at"])
    assert logged["reason"] == "Bổ sung 50 dịch vụ"


def test_a_file_put_back_to_its_old_content_is_a_new_vintage(world):
    path = world.submission(PROVINCE, MONTH)
    original = path.read_bytes()
    [first] = vintages(world)
    write_into(path, {SERVICES: first["value"] + 50})
    world.run_and_accept(MONTH)
    path.write_bytes(original)
    world.run_and_accept(MONTH)
    assert [(row["value"], row["is_latest"]) for row in vintages(world)] == [
        (first["value"], False),
        (first["value"] + 50, False),
        (first["value"], True),
    ]
    assert published_value(world) == first["value"]
    receipts = world.working(
        "SELECT status FROM raw.received_file WHERE origin = ? ORDER BY received_at", [world.origin(path)]
    )
    assert [row["status"] for row in receipts] == ["observed", "observed", "observed"]
    assert len(world.published("SELECT * FROM mart.revision_log")) == 2


def test_a_second_file_for_the_same_province_and_month_supersedes_the_first(world):
    path = world.submission(PROVINCE, MONTH)
    again = path.with_name("40_gui_lai.xlsx")
    again.write_bytes(path.read_bytes())
    [first] = vintages(world)
    write_into(again, {SERVICES: first["value"] + 7})
    world.run_well(MONTH)
    assert published_value(world) == first["value"] + 7
    rows = world.working(
        "SELECT newer.origin FROM raw.received_file AS newer JOIN raw.received_file AS older "
        "ON newer.supersedes = older.file_sha256 WHERE older.origin = ?",
        [world.origin(path)],
    )
    assert rows == [{"origin": world.origin(again)}]
    world.run_well(MONTH)
    assert published_value(world) == first["value"] + 7


def test_a_change_of_last_quarters_month_moves_the_next_quarters_comparison(world):
    """September's certificates are corrected; the change of the fourth quarter on the third follows."""
    path = world.data.landing / "signature_registry" / "2025-09" / f"{PROVINCE}_2025-09.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    cells = lines[1].split(",")
    column = lines[0].split(",").index("so_nguoi_truong_thanh_co_chu_ky_so")
    cells[column] = str(int(cells[column]) + 1000)
    path.write_text("\n".join([lines[0], ",".join(cells)]) + "\n", encoding="utf-8")
    sql = (
        "SELECT adults_with_signature, adoption_pct, adoption_change_pp FROM mart.digital_signature_adoption "
        "WHERE period_type = 'quarter' AND period_start = ? AND area_code = ?"
    )
    third, fourth = date(2025, 7, 1), date(2025, 10, 1)
    [before] = world.published(sql, [third, PROVINCE])
    world.run_well("2025-09")
    [third_now] = world.published(sql, [third, PROVINCE])
    [fourth_now] = world.published(sql, [fourth, PROVINCE])
    assert third_now["adults_with_signature"] == before["adults_with_signature"] + 1000
    assert fourth_now["adoption_change_pp"] == pytest.approx(
        fourth_now["adoption_pct"] - third_now["adoption_pct"], abs=1e-6
    )

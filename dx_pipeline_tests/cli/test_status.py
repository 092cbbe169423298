import json
import shutil
from datetime import date

import pytest

from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.database import connect, create_schema
from dx_pipeline_tests.cli.conftest import MONTH, listing
from dx_pipeline_tests.pipeline.office_world import locator_of, write_into
from dx_pipeline_tests.quality.registers.world import HANOI, HUE, Province, RegisterWorld


@pytest.fixture(scope="module")
def rejected(finished, tmp_path_factory):
    """The sample world in which one cell of October was sent again with a rate of 120."""
    root = tmp_path_factory.mktemp("status") / "world"
    world = finished.copy(root)
    write_into(world.submission("38", MONTH), {("DIG_RATE", "all"): 120})
    world.run_well(MONTH)
    yield world
    shutil.rmtree(root)


def test_before_anything_was_taken_in_it_says_what_to_do(dxp, root):
    answer = dxp("status")
    assert answer.code == 1
    assert "Nothing has been taken in yet" in answer.out
    assert "dxp run" in answer.out
    assert not root.exists()


def test_before_anything_was_taken_in_json_is_json(dxp):
    answer = dxp("status", "--json")
    assert answer.code == 1
    json.loads(answer.out)


def test_every_month_and_source(dxp, rejected):
    answer = dxp("status", data=rejected.data.root)
    assert answer.code == 0
    for month in ("2025-07", "2025-12", "2026-10"):
        assert month in answer.out
    for source in ("provincial_submission", "signature_registry", "portal_evaluation", "national_bulletin"):
        assert source in answer.out
    assert str(rejected.data.published_file) in answer.out
    assert "rate_within_0_100" not in answer.out


def test_one_month_with_its_rejections(dxp, rejected):
    answer = dxp("status", MONTH, data=rejected.data.root)
    assert answer.code == 0
    assert "2025-09" not in answer.out.split("Rejected")[0].replace("Published: ", "")
    assert f"rate_within_0_100  {locator_of('DIG_RATE')}  «120»" in answer.out
    assert "38_thanh_hoa_2025-10.xlsx" in answer.out


def test_as_json(dxp, rejected):
    answer = dxp("status", MONTH, "--json", data=rejected.data.root)
    found = json.loads(answer.out)
    assert answer.code == 0
    assert {row["month"] for row in found["overview"]} == {MONTH}
    by_source = {row["source"]: row for row in found["overview"]}
    submissions = by_source["provincial_submission"]
    assert (submissions["provinces"], submissions["rejected"]) == (34, 1)
    [row] = [row for row in found["rejections"] if row["severity"] == "ERROR"]
    assert (row["rule"], row["area"], row["cell"]) == ("rate_within_0_100", "38", locator_of("DIG_RATE"))
    assert (
        found["published"]["sha256"]
        == json.loads(rejected.data.manifest.read_text(encoding="utf-8"))["sha256"]
    )


def test_all_months_as_json(dxp, rejected):
    found = json.loads(dxp("status", "--json", data=rejected.data.root).out)
    assert {row["month"] for row in found["overview"]} >= {"2025-07", "2025-12", "2026-10"}


def test_a_month_without_anything_is_empty_and_no_failure(dxp, rejected):
    answer = dxp("status", "2025-02", "--json", data=rejected.data.root)
    found = json.loads(answer.out)
    assert answer.code == 0
    assert (found["overview"], found["missing"], found["rejections"]) == ([], [], [])


def test_a_source_that_sent_nothing_is_missing_as_a_whole(dxp, rejected):
    found = json.loads(dxp("status", MONTH, "--json", data=rejected.data.root).out)
    missing = {row["source"]: row["missing"] for row in found["missing"]}
    assert missing["portal_evaluation"] == 34
    assert "provincial_submission" not in missing


def test_nothing_is_written(dxp, rejected):
    before = listing(rejected.data.root)
    dxp("status", MONTH, data=rejected.data.root)
    assert listing(rejected.data.root) == before


def test_loads_of_registers_are_listed_with_why_they_are_not_in_force(dxp, root):
    DataDirectory(root).create()
    with connect(DataDirectory(root).warehouse) as connection:
        create_schema(connection)
        registers = RegisterWorld(connection)
        registers.load({HANOI: Province(1000)})
        registers.run()
        registers.load({HANOI: Province(1200, {"register_types": 900}), HUE: Province(500)})
        registers.run()
        registers.load({HANOI: Province(1000, {"register_types": 900})})
        registers.run()
        registers.load({HANOI: Province(10)}, date(2025, 11, 1))
    found = json.loads(dxp("status", "--json").out)["registers"]
    assert [(row["month"], row["rows"], row["rejected"], row["state"]) for row in found] == [
        ("2025-10", 1000, 0, "replaced by a newer file"),
        ("2025-10", 1700, 900, "in force, but not for 01: too many rejected rows"),
        ("2025-10", 1000, 900, "refused: too many rejected rows"),
        ("2025-11", 10, 0, "waits: not judged, or the month was refused as a whole"),
    ]
    shown = dxp("status", "2025-11").out
    assert "portal_dossiers/2025-11-4.csv" in shown
    assert "2025-10" not in shown


def test_a_restatement_without_its_figure_is_shown_as_waiting(dxp, root):
    data = DataDirectory(root)
    data.warehouse.parent.mkdir(parents=True)
    with connect(data.warehouse) as connection:
        create_schema(connection)
        connection.execute(
            """
            INSERT INTO core.restatement BY NAME
            SELECT 'r1' AS restatement_id, 'restate' AS action, 'PS_FULL_CNT' AS indicator_code, '44' AS area_code,
                   'all' AS scope, DATE '2025-10-01' AS period_start, 'calendar' AS period_basis,
                   'provincial_submission' AS source_code, 837 AS old_value, 840 AS new_value, 'A' AS approved_by,
                   DATE '2025-11-20' AS approved_on, 'b' AS reason, 'x' AS file_sha256,
                   '/restatements/a.yaml' AS file_name, 'line 2' AS locator, TIMESTAMP '2025-11-20' AS received_at,
                   'restated:r1' AS observation_id, 'waiting' AS status, false AS is_sample
            """
        )
    answer = dxp("status", MONTH, data=root)
    assert "waiting  /restatements/a.yaml, line 2  «PS_FULL_CNT 44 2025-10»" in answer.out
    assert "nguồn provincial_submission, phạm vi all nên mục này chưa có hiệu lực" in answer.out.replace(
        "\n", " "
    )
    assert "/restatements/a.yaml" not in dxp("status", "2025-09", data=root).out
    [row] = json.loads(dxp("status", "--json", data=root).out)["waiting_restatements"]
    assert row["cell"] == "/restatements/a.yaml, line 2"

import csv
import json
import shutil

import pandas as pd
import pytest
import yaml

from dx_pipeline.warehouse.database import connect, insert_frame
from dx_pipeline_tests.cli.conftest import MONTH, listing
from dx_pipeline_tests.pipeline.office_world import write_into

FIGURES = {("PS_FULL_CNT", "all"): 837, ("DIG_RATE", "all"): 91.02, ("CDT_TEAM_CNT", "all"): 1086}
REVISED = {("PS_FULL_CNT", "all"): 1200, ("DIG_RATE", "all"): 91.5, ("PS_INTEG_CNT", "all"): 1595}


@pytest.fixture(scope="module")
def revised(tmp_path_factory):
    """A place for one office that published its first month and was then sent other figures."""
    return tmp_path_factory.mktemp("revised") / "data"


@pytest.fixture
def office(dxp, revised, workbook, tmp_path):
    """A copy of that office: run once, made with the first test that asks."""
    if not revised.exists():
        dxp("init", "--province", "44", data=revised)
        place = revised / "landing" / "provincial_submission" / "44.xlsx"
        shutil.move(workbook(FIGURES), place)
        assert dxp("run", MONTH, data=revised).code == 0
        shutil.copy(revised / "published" / "dx.duckdb", revised / "first.duckdb")
        write_into(place, REVISED)
        assert dxp("run", MONTH, data=revised).code == 1
    copy = tmp_path / "office"
    shutil.copytree(revised, copy)
    return copy


def test_before_anything_was_taken_in_it_says_what_to_do(dxp, root):
    answer = dxp("changes")
    assert answer.code == 1
    assert "dxp run" in answer.err
    assert not root.exists()


def test_what_waits_is_shown_largest_first_with_what_to_type(dxp, office):
    answer = dxp("changes", data=office)
    assert answer.code == 1
    table = answer.out.split("Largest first")[1]
    lines = [line for line in table.splitlines() if line.startswith("province_monthly")]
    assert [line.split()[4] for line in lines] == [
        "PS_FULL_CNT",
        "DIG_RATE",
        "PS_INTEG_CNT",
    ]
    for words in ("837", "1,200", "+363 (+43.4 %)", "x 8.67", "moves beyond its limit"):
        assert words in lines[0]
    assert "+0.48 points" in lines[1]
    assert "a new figure" in lines[2]
    assert 'dxp changes accept --by "…" --reason "…"' in answer.out


def test_as_json(dxp, office):
    answer = dxp("changes", "--json", data=office)
    found = json.loads(answer.out)
    assert (answer.code, found["held_count"], len(found["change_digest"])) == (1, 1, 64)
    first = found["changes"][0]
    assert (first["indicator_code"], first["decision"], first["area_vi"]) == (
        "PS_FULL_CNT",
        "held",
        "Quảng Trị",
    )
    assert first["figure_key"]["province_code"] == "44"
    assert {line["indicator_code"] for line in found["summary"]} >= {"PS_FULL_CNT", "DIG_RATE"}


def test_limit_csv_and_page(dxp, office, tmp_path):
    sheet, page = tmp_path / "changes.csv", tmp_path / "changes.html"
    answer = dxp("changes", "--limit", "1", "--csv", sheet, "--page", page, data=office)
    assert " more: --limit 0" in answer.out
    with sheet.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (rows[0]["indicator_code"], rows[0]["old_value"], rows[0]["new_value"]) == (
        "PS_FULL_CNT",
        "837.0",
        "1200.0",
    )
    assert len(rows) == len(json.loads(dxp("changes", "--json", data=office).out)["changes"])
    assert "Chưa công bố: 1 số liệu" in page.read_text(encoding="utf-8")


def test_nothing_is_written(dxp, office):
    before = listing(office)
    dxp("changes", data=office)
    assert listing(office) == before


def test_two_files_are_compared_and_hold_nothing(dxp, office):
    first = office / "first.duckdb"
    same = dxp("changes", first, office / "published" / "dx.duckdb", data=office)
    assert (same.code, same.out.strip()) == (0, "Nothing is different.")
    other = dxp("changes", "show", first, office / "warehouse" / "dx_warehouse.duckdb", "--json", data=office)
    assert (other.code, json.loads(other.out)["held_count"]) == (0, 1)


def test_a_file_that_is_not_there_is_named(dxp, office):
    answer = dxp("changes", "no_such.duckdb", data=office)
    assert answer.code == 1
    assert "there is no file no_such.duckdb" in answer.err


def test_status_says_that_publication_is_held_and_since_when(dxp, office):
    found = json.loads(dxp("status", "--json", data=office).out)["held"]
    assert found["held_count"] == 1
    shown = dxp("status", data=office).out
    assert f"Publication is held since {found['held_since']}" in shown
    assert found["change_digest"][:8] in shown


def test_accepting_writes_a_file_and_the_next_run_publishes(dxp, office):
    digest = json.loads(dxp("changes", "--json", data=office).out)["change_digest"]
    answer = dxp("changes", "accept", "--by", "Nguyễn Văn A", "--reason", "Đã rà soát", data=office)
    assert answer.code == 0
    [path] = (office / "restatements").iterdir()
    assert str(path) in answer.out
    assert path.name.endswith(f"_{digest[:8]}.yaml")
    [entry] = yaml.safe_load(path.read_text(encoding="utf-8"))["accepted_changes"]
    assert (entry["change"], entry["approved_by"], entry["reason"]) == (digest, "Nguyễn Văn A", "Đã rà soát")
    again = dxp("changes", "accept", "--by", "B", "--reason", "C", data=office)
    assert (again.code, "accepted already" in again.err) == (1, True)
    with connect(office / "warehouse" / "dx_warehouse.duckdb") as connection:
        row = {"change_digest": digest, "approved_by": "Nguyễn Văn A"}
        insert_frame(connection, "core.accepted_change", pd.DataFrame([row]))
    assert "Accepted by Nguyễn Văn A" in dxp("changes", data=office).out
    assert dxp("run", MONTH, data=office).code == 0
    assert dxp("changes", data=office).out.strip() == "Nothing is different."
    assert json.loads(dxp("status", "--json", data=office).out)["held"] is None


@pytest.mark.parametrize("left_out", ["--by", "--reason"])
def test_an_acceptance_needs_a_name_and_a_reason(dxp, office, left_out):
    options = {"--by": "A", "--reason": "B"}
    del options[left_out]
    answer = dxp("changes", "accept", *[part for pair in options.items() for part in pair], data=office)
    assert answer.code == 2
    assert list((office / "restatements").iterdir()) == []


def test_a_first_publication_is_never_held(dxp, office):
    (office / "published" / "dx.duckdb").unlink()
    answer = dxp("changes", data=office)
    assert (answer.code, "first publication" in answer.out) == (0, True)

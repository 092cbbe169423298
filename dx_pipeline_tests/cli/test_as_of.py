"""``dxp as-of`` and the vintages that ``dxp changes`` compares."""

import json
import shutil

import duckdb
import pytest
import yaml

from dx_pipeline_tests.cli.conftest import MONTH, listing

FIGURES = {("PS_FULL_CNT", "all"): 837, ("DIG_RATE", "all"): 91.02}


@pytest.fixture(scope="module")
def restated(tmp_path_factory):
    """A place for one office that published its first month and then restated a figure of it."""
    return tmp_path_factory.mktemp("restated") / "data"


@pytest.fixture
def office(dxp, restated, workbook):
    """That office, made with the first test that asks; read only."""
    if not restated.exists():
        dxp("init", "--province", "44", data=restated)
        shutil.move(workbook(FIGURES), restated / "landing" / "provincial_submission" / "44.xlsx")
        assert dxp("run", MONTH, data=restated).code == 0
        shutil.copy(manifest_path(restated), restated / "first.json")
        entry = {
            "action": "restate",
            "indicator": "PS_FULL_CNT",
            "area": "44",
            "period": MONTH,
            "old_value": 837,
            "new_value": 1200,
            "approved_by": "Giám đốc Sở",
            "approved_on": "2025-11-20",
            "reason": "cộng sót cấp xã",
        }
        text = yaml.safe_dump({"restatements": [entry]}, allow_unicode=True)
        (restated / "restatements" / "2025-11.yaml").write_text(text, encoding="utf-8")
        answer = dxp("run", MONTH, data=restated)
        assert answer.code == 0, answer.err  # far beyond the limit, and covered by the restatement
    return restated


def manifest_path(office):
    return office / "published" / "manifest.json"


def first(office):
    """What the manifest of the first publication says."""
    return json.loads((office / "first.json").read_text(encoding="utf-8"))


def value(path):
    with duckdb.connect(str(path), read_only=True) as connection:
        sql = "SELECT value FROM mart.province_quarterly WHERE indicator_code = 'PS_FULL_CNT'"
        return connection.execute(sql).fetchone()[0]


def test_the_file_published_then_is_built_again(dxp, office, tmp_path):
    before = listing(office / "published")
    answer = dxp("as-of", first(office)["as_of"], "--to", tmp_path / "then", data=office)
    assert answer.code == 0, answer.err
    assert "Every figure equals what was published at" in answer.out
    assert value(tmp_path / "then" / "published" / "dx.duckdb") == 837
    assert value(office / "published" / "dx.duckdb") == 1200
    assert listing(office / "published") == before
    now = json.loads(manifest_path(office).read_text(encoding="utf-8"))["as_of"]
    answer = dxp("as-of", now, "--to", tmp_path / "now", data=office)
    assert "Every figure equals what was published at" in answer.out
    assert value(tmp_path / "now" / "published" / "dx.duckdb") == 1200


def test_two_vintages_are_compared(dxp, office):
    moments = [first(office)["as_of"], json.loads(manifest_path(office).read_text(encoding="utf-8"))["as_of"]]
    answer = dxp("changes", *moments, "--json", data=office)
    rows = [row for row in json.loads(answer.out)["changes"] if row["change"] == "changed"]
    assert {(row["table_name"], row["old_value"], row["new_value"]) for row in rows} == {
        ("mart.province_monthly", 837, 1200),
        ("mart.province_quarterly", 837, 1200),
    }


def test_the_revision_is_logged_with_who_and_why_and_what_moved(office):
    with duckdb.connect(str(office / "published" / "dx.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT kind, old_value, new_value, reason, approved_by, moved_count, file_name, locator "
            "FROM mart.revision_log"
        ).fetchall()
    assert rows == [
        (
            "restatement",
            837,
            1200,
            "cộng sót cấp xã",
            "Giám đốc Sở",
            2,
            "/restatements/2025-11.yaml",
            "line 2",
        )
    ]


def test_what_cannot_be_built_is_said(dxp, office, tmp_path):
    answer = dxp("as-of", "20/11/2025", "--to", tmp_path / "then", data=office)
    assert (answer.code, "no day and no moment" in " ".join(answer.err.split())) == (2, True)
    answer = dxp("as-of", "2020-01-01", "--to", tmp_path / "then", data=office)
    assert (answer.code, "no figure was known" in answer.err) == (1, True)


def test_the_offices_own_directory_is_left_alone(dxp, office):
    answer = dxp("as-of", "2030-01-01", "--to", office, data=office)
    assert answer.code == 1
    assert "choose another folder" in answer.err


def test_before_anything_was_taken_in_it_says_what_to_do(dxp, root, tmp_path):
    answer = dxp("as-of", "2025-11-20", "--to", tmp_path / "then")
    assert (answer.code, "dxp run" in answer.err) == (1, True)
    assert not root.exists()

"""A form of a quarter (II.06a) goes from the landing folder to the published quarter, and to no month."""

import shutil
from datetime import date

import pytest
import yaml

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.landing import claimed_months, scan_landing
from dx_pipeline_tests.conftest import REPOSITORY
from dx_pipeline_tests.pipeline.office_world import OfficeWorld

CASE = REPOSITORY / "dx_pipeline_tests" / "fixtures" / "corpus" / "form_ii06a" / "xlsx"


@pytest.fixture(scope="module")
def sent(tmp_path_factory):
    world = OfficeWorld(tmp_path_factory.mktemp("form") / "world")
    world.data.create()
    (world.data.root / "office.yaml").write_text("is_sample_world: true\n", encoding="utf-8")
    [path] = (path for path in CASE.iterdir() if path.name != "expected.yaml")
    shutil.copy(path, world.data.landing)
    return world


@pytest.fixture(scope="module")
def world(sent):
    sent.run_well("2025-07")
    return sent


def test_it_is_taken_up_in_the_first_month_of_its_quarter(sent):
    months = list(claimed_months(scan_landing(sent.data.landing, []), load_catalogue()))
    assert months == [date(2025, 7, 1)]


def test_its_figures_are_the_published_quarter(world):
    expected = yaml.safe_load((CASE / "expected.yaml").read_text(encoding="utf-8"))["observations"]
    rows = world.published("SELECT * FROM mart.province_quarterly")
    found = {row["indicator_code"]: row["value"] for row in rows}
    assert found == {item["indicator"]: pytest.approx(item["value"]) for item in expected}
    assert {(row["province_code"], row["scope"]) for row in rows} == {("44", "all")}
    assert {(row["period_basis"], row["months_covered"], row["as_of"]) for row in rows} == {
        ("government_report", 3, date(2025, 9, 14))
    }


def test_no_month_holds_them(world):
    assert world.published("SELECT * FROM mart.province_monthly") == []


def test_the_sender_is_answered(world):
    [answer] = (world.data.feedback / "form_ii06a" / "2025-07").glob("*.xlsx")
    assert answer.stat().st_size > 0

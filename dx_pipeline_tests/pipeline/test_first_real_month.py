"""A real office starts empty, keeps samples out, and publishes its first month as real."""

import json

import pytest
import yaml

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.template import write_template
from dx_pipeline.periods import parse_month
from dx_pipeline_tests.pipeline.office_world import OfficeWorld, locator_of, write_into

MONTH = "2025-10"
PROVINCE = "44"
FIGURES = {
    ("PS_FULL_CNT", "all"): 837,
    ("PS_INTEG_CNT", "all"): 1595,
    ("DIG_RATE", "all"): 91.02,
    ("CDT_TEAM_CNT", "all"): 1086,
}


def new_office(root):
    """What ``dxp init --province 44`` leaves."""
    world = OfficeWorld(root)
    world.data.create()
    choices = {"name": "Sở KH&CN Quảng Trị", "is_sample_world": False, "expected_provinces": [PROVINCE]}
    (root / "office.yaml").write_text(yaml.safe_dump(choices, allow_unicode=True), encoding="utf-8")
    return world


def send_template(world, name=f"{PROVINCE}_{MONTH}.xlsx", *, figures=FIGURES, is_sample=False):
    """The template of the office's province, filled in as a person would."""
    catalogue, month = load_catalogue(), parse_month(MONTH)
    path = world.data.landing / "provincial_submission" / name
    path.parent.mkdir(exist_ok=True)
    province = catalogue.geography.province(PROVINCE, month)
    write_template(path, province=province, month=month, catalogue=catalogue, is_sample=is_sample)
    write_into(path, figures)
    return path


@pytest.fixture(scope="module")
def first_month(tmp_path_factory):
    """The office after its first run, in which a sample file lay beside the real one, and the run."""
    office = new_office(tmp_path_factory.mktemp("office") / "data")
    send_template(office)
    send_template(office, "mau.xlsx", figures={("PS_FULL_CNT", "all"): 1}, is_sample=True)
    return office, office.run_well(MONTH)[0]


def test_the_first_month_is_published_as_real_with_file_and_cell(first_month):
    office, _ = first_month
    rows = office.published(
        "SELECT indicator_code, value, is_sample, source_code, length(file_sha256) AS sha, locator "
        "FROM mart.province_monthly WHERE province_code = ? AND period_start = ? ORDER BY indicator_code",
        [PROVINCE, parse_month(MONTH)],
    )
    assert [tuple(row.values()) for row in rows] == [
        (code, value, False, "provincial_submission", 64, locator_of(code, scope))
        for (code, scope), value in sorted(FIGURES.items())
    ]


def test_the_manifest_and_the_page_do_not_say_sample(first_month):
    office, _ = first_month
    manifest = json.loads(office.data.manifest.read_text(encoding="utf-8"))
    page = (office.data.published / "index.html").read_text(encoding="utf-8")
    assert (manifest["is_sample"], manifest["label"]) == (False, None)
    assert "Sở KH&amp;CN Quảng Trị" in page
    assert "dữ liệu mẫu" not in page.lower()


def test_the_gate_waits_for_the_offices_own_provinces_only(first_month):
    office, outcome = first_month
    [nation] = office.published(
        "SELECT value, provinces_reported FROM mart.national_monthly WHERE indicator_code = 'CDT_TEAM_CNT'"
    )
    red = {name for name, check in office.checks(outcome.run_id).items() if not check.passed}
    assert nation == {"value": 1086, "provinces_reported": 1}
    assert office.rejections(MONTH, severity="WARN") == []
    assert red == {"files_readable"}


def test_the_sample_beside_it_is_refused_with_a_message(first_month):
    office, outcome = first_month
    [refused] = office.working("SELECT * FROM raw.received_file WHERE status = 'rejected'")
    assert refused["origin"] == "provincial_submission/mau.xlsx"
    assert "labelled as sample data" in refused["reason_en"]
    assert "CHÍNH THỨC" in refused["reason_vi"]
    assert office.working("SELECT DISTINCT is_sample FROM core.observation") == [{"is_sample": False}]
    readable = office.checks(outcome.run_id)["files_readable"]
    [shown] = readable.metadata["files"].records
    assert (readable.passed, shown.data["origin"]) == (False, refused["origin"])


def test_where_only_samples_came_nothing_is_published(tmp_path):
    office = new_office(tmp_path / "office")
    send_template(office, is_sample=True)
    [outcome] = office.run(MONTH)
    assert "no file that speaks of it has arrived" in outcome.problem
    assert office.working("SELECT count(*) AS figures FROM core.observation") == [{"figures": 0}]
    assert not office.data.published_file.exists()

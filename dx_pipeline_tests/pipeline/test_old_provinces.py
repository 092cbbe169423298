"""Months before the merger through the real jobs: 63 old provinces read, checked and let through both gates."""

import shutil

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.periods import parse_month
from dx_pipeline.quality.preview import preview_file
from dx_pipeline.samples.world import make_sample_world
from dx_pipeline_tests.pipeline.office_world import PUBLISHED_SAMPLES, OfficeWorld, write_into

MONTHS = ("2025-06", "2025-07")


@pytest.fixture(scope="module")
def merged(tmp_path_factory):
    """The last month of the 63 and the first of the 34, run. Read only."""
    world = OfficeWorld(tmp_path_factory.mktemp("merger") / "world")
    months = [parse_month(month) for month in MONTHS]
    make_sample_world(world.data, published=PUBLISHED_SAMPLES, catalogue=load_catalogue(), months=months)
    world.run_well(*MONTHS)
    return world


def test_nothing_is_rejected_and_nothing_doubted(merged):
    assert merged.working("SELECT * FROM quality.rejection") == []


@pytest.mark.parametrize(("month", "count"), [("2025-06", 63), ("2025-07", 34)])
def test_every_province_of_the_time_is_accepted_as_a_sample(merged, month, count):
    rows = merged.working(
        "SELECT source_code, area_code, bool_and(is_sample) AS is_sample FROM core.accepted_observation "
        "WHERE period_start = ? AND source_code <> 'national_bulletin' GROUP BY ALL",
        [parse_month(month)],
    )
    expected = {unit.code for unit in load_catalogue().geography.provinces_on(parse_month(month))}
    assert len(expected) == count
    for source in ("provincial_submission", "signature_registry"):
        assert {row["area_code"] for row in rows if row["source_code"] == source} == expected
    assert all(row["is_sample"] for row in rows)


@pytest.mark.parametrize("indicator", ["CDT_TEAM_CNT", "TASK_ASSIGNED_CNT", "DSIG_CERT_CNT"])
def test_the_old_quang_binh_and_quang_tri_lead_up_to_the_new_one(merged, indicator):
    june = merged.figure("44", "2025-06", indicator) + merged.figure("45", "2025-06", indicator)
    july = merged.figure("44", "2025-07", indicator)
    assert july * 0.95 < june <= july
    assert merged.figure("44", "2025-06", indicator) < july * 0.75


def test_national_adoption_leads_up_to_the_published_rate(merged):
    rows = merged.working(
        "SELECT round(100 * sum(numerator) / sum(denominator), 2) AS rate, count(*) AS provinces "
        "FROM core.accepted_observation WHERE indicator_code = 'DSIG_ADULT_RATE' "
        "AND source_code = 'signature_registry' GROUP BY period_start ORDER BY period_start"
    )
    assert [tuple(row.values()) for row in rows] == [(33.71, 63), (34.91, 34)]


@pytest.mark.parametrize(
    ("sender", "cover", "said"),
    [
        (("45", "2025-06"), {"Mã tỉnh": "44"}, "Tỉnh Quảng Trị is 45"),
        (("10", "2025-06"), {"Mã tỉnh": "15"}, "Tỉnh Lào Cai is 10"),
        (("45", "2025-06"), {"Tỉnh, thành phố": "Quảng Trị (mới)"}, "is not a province on 2025-06-30"),
        (("45", "2025-06"), {"Kỳ số liệu": "tháng 7/2025"}, "is part of Quảng Trị (44) since 2025-07-01"),
        (("44", "2025-07"), {"Mã tỉnh": "45"}, "is part of Quảng Trị (44) since 2025-07-01"),
        (("15", "2025-07"), {"Tỉnh, thành phố": "Tỉnh Yên Bái"}, "is part of Lào Cai (15) since 2025-07-01"),
    ],
    ids=[
        "today's code of Quảng Trị, in June",
        "today's code of Lào Cai, in June",
        "today's Quảng Trị, in June",
        "an old province's workbook, for July",
        "old code of Quảng Trị, in July",
        "old name of the code, in July",
    ],
)
def test_nothing_is_taken_from_a_province_of_the_other_side_of_the_merger(
    merged, tmp_path, sender, cover, said
):
    path = shutil.copy(merged.submission(*sender), tmp_path / "sent.xlsx")
    write_into(path, {}, cover=cover)
    found = preview_file(path, data=merged.data, catalogue=load_catalogue())
    assert found.observations == []
    assert {row["rule"] for row in found.rejections} == {"known_area"}
    assert all(said in row["message_en"] for row in found.rejections)

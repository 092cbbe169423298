"""The committed files themselves: complete, in shape, and naming only what the catalogue knows."""

import csv
import json
from datetime import date

import pytest

from dx_pipeline.ingest.readers import bulletin

PORTAL_DAY = date(2026, 10, 10)
GROUPS = {"CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"}
DETAIL_GROUPS = {
    "TDGQ_TienDoGiaiQuyet",
    "CKMB_CongKhaiMinhBach",
    "MDSH_SoHoaHoSo",
    "ONLINE_DichVuTrucTuyen",
    "TTTT_ThanhToanTrucTuyen",
    "MDHL_MucDoHaiLong",
}
BULLETINS = {
    "cong_dvcqg_xep_hang_2026-10.csv": 34,
    "hung_yen_2025-09.csv": 5,
    "ke_hoach_02_2025-07.csv": 44,
    "phien_hop_4_2025-09.csv": 11,
    "quang_tri_2025-10.csv": 10,
}


@pytest.fixture(scope="module")
def portal(published):
    return published / "portal_evaluation" / "2026-10"


@pytest.fixture(scope="module")
def scores(portal):
    return json.loads((portal / "scores_Province_10102026.json").read_text(encoding="utf-8"))["data"]


@pytest.fixture(scope="module")
def details(portal):
    files = sorted(portal.glob("details_*.json"))
    return {path.name.split("_")[1]: json.loads(path.read_text(encoding="utf-8"))["data"] for path in files}


def test_every_total_is_the_sum_of_six_groups(scores):
    assert len(scores["evaluation"]) == 34
    for row in scores["evaluation"]:
        assert set(row["groupScores"]) == GROUPS
        assert row["totalScore"] == pytest.approx(sum(row["groupScores"].values()), abs=0.01), row[
            "departmentName"
        ]


def test_the_mean_of_34_is_one_hundredth_below_the_portals_own(scores):
    totals = [row["totalScore"] for row in scores["evaluation"]]
    assert round(sum(totals) / 34, 2) == 62.58
    assert scores["overview"]["totalScore"] == 62.59


def test_the_national_row_has_five_groups(scores):
    radar = {item["code"]: (item["score"], item["maxScore"]) for item in scores["radar"]}
    assert radar == {
        "CKMB": (10.46, 18),
        "TDGQ": (17.56, 20),
        "ONLINE_SERVICE": (14.72, 22),
        "MDHL": (10.24, 18),
        "MDSH": (9.61, 22),
    }


def test_codes_and_names_belong_together_on_that_day(scores, catalogue):
    for row in scores["evaluation"]:
        by_code = catalogue.geography.by_portal_code(row["departmentCode"], PORTAL_DAY)
        assert by_code == catalogue.geography.resolve(row["departmentName"], PORTAL_DAY)


def test_details_repeat_the_scores_of_24_provinces(scores, details):
    totals = {row["departmentCode"]: row for row in scores["evaluation"]}
    assert len(details) == 24
    for h_code, data in details.items():
        assert data["departmentCode"] == h_code
        assert data["totalScore"] == totals[h_code]["totalScore"]
        assert data["scoreDelta"] == totals[h_code]["scoreDelta"]
        assert set(data["details"]) == DETAIL_GROUPS


def test_details_of_quang_tri_keep_numerators_and_the_portals_own_flag(details):
    groups = details["H50"]["details"]
    metrics = {item["code"]: item for group in groups.values() for item in group.get("metrics", [])}
    assert (
        groups["TDGQ_TienDoGiaiQuyet"]["totalOverdue"],
        metrics["SO_HOA_GIAY_TO_GIAI_QUYET"]["numerator"],
    ) == (
        34979,
        71797,
    )
    assert metrics["DOSSIER_SYNC"]["dataQualityStatus"] == "TEMP_NATIONAL_REPORT_DENOMINATOR"
    assert metrics["ELECTRONIC_CERTIFIED_COPY"]["numerator"] is None


def test_the_number_of_dossiers_stands_once_per_province(details):
    for h_code, data in details.items():
        assert [name for name, group in data["details"].items() if "totalReceived" in group] == [
            "TDGQ_TienDoGiaiQuyet"
        ], h_code


def test_the_bulletins_are_all_there(published):
    found = {path.name for path in (published / "national_bulletin").glob("*.csv")}
    assert found == set(BULLETINS)


@pytest.mark.parametrize("name", BULLETINS)
def test_every_bulletin_line_is_read_and_has_its_source(published, catalogue, name):
    source = catalogue.sources["national_bulletin"]
    path = published / "national_bulletin" / name
    result = bulletin.read(path, file_name=name, source=source, catalogue=catalogue)
    assert result.unread_cells == []
    assert len(result.observations) == BULLETINS[name]
    assert not result.claim.is_sample
    for item in result.observations:
        assert item.source_title
        assert item.source_url.startswith("https://")
        assert item.period_start <= item.as_of <= item.period_end


@pytest.mark.parametrize("name", BULLETINS)
def test_bulletin_columns_are_the_sources(published, catalogue, name):
    with (published / "national_bulletin" / name).open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    fields = list(catalogue.sources["national_bulletin"].fields)
    # For quarters and for reports from the 15th to the 14th; these files speak of calendar months.
    assert fields[1:3] == ["period_end", "period_basis"]
    assert list(lines[0])[:-1] == [fields[0], *fields[3:]]
    assert {line["data_status"] for line in lines} == {"published"}


def test_only_flows_and_the_portals_year_view_accumulate(published):
    rows = [
        row
        for path in (published / "national_bulletin").glob("*.csv")
        for row in csv.DictReader(path.open(encoding="utf-8", newline=""))
    ]
    starts = {(row["indicator_code"], row["accumulates_from"]) for row in rows if row["accumulates_from"]}
    assert starts == {("DOS_RECV_CNT", "2025-07-01"), ("S766_RANK", "2026-01-01")}
    assert {row["qualifier"] for row in rows} == {"exact", "more_than", "approx"}

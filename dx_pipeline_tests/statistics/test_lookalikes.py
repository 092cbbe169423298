"""Indicators that look alike stay apart from the file to the mart.

Two rates are called «online», two «on time», and index 766 comes in five groups and in six.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.ingest.readers import reader_of
from dx_pipeline.ingest.readers.workbook_headings import HeadingIndex
from dx_pipeline.statistics.compilation import compile_months
from dx_pipeline_tests.statistics.small_world import figure, observe, one, rows_of, warehouse

OCTOBER = date(2025, 10, 1)
GROUPS = ("S766_CKMB", "S766_TDGQ", "S766_CLGQ", "S766_TTTT", "S766_MDHL", "S766_MDSH")


@pytest.fixture(scope="module")
def headings():
    catalogue = load_catalogue()
    [layout] = [sheet for sheet in workbook_layout(catalogue) if sheet.theme == "dossiers"]
    return HeadingIndex(layout, catalogue.sources["provincial_submission"], catalogue)


@pytest.mark.parametrize(
    "heading",
    [
        "Tỷ lệ hồ sơ trực tuyến",
        "Tỷ lệ trực tuyến",
        "Tỷ lệ đúng hạn",
        "Tỷ lệ hồ sơ đúng hạn",
        "Tỷ lệ giải quyết đúng hạn",
        "Tỷ lệ hồ sơ trực tuyến toàn trình trên tổng số hồ sơ",  # not asked of provinces, and never the other one
    ],
)
def test_a_heading_that_may_be_either_is_neither(headings, heading):
    assert headings.match([heading]) is None


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("Tỷ lệ hồ sơ trực tuyến (nộp trực tuyến)", "DOS_ONLINE_RATE"),
        ("Tỷ lệ hồ sơ giải quyết trước hạn, đúng hạn", "DOS_ONTIME_RATE"),
    ],
)
def test_the_full_name_is_one_of_them(headings, heading, code):
    assert headings.match([heading]).indicator_code == code


def observed(*rows):
    return [{**figure("STOCK", area, value, month=OCTOBER, **more), "indicator_code": code, "unit": unit}
            for code, area, value, unit, more in rows]  # fmt: skip


@pytest.mark.parametrize(
    ("one_rate", "other_rate"),
    [("DOS_ONLINE_RATE", "DOS_FULL_RATE"), ("DOS_ONTIME_RATE", "DOS_ONTIME_RATE_766")],
    ids=["online", "on_time"],
)
def test_two_rates_are_two_figures_of_province_and_nation(one_rate, other_rate):
    rows = observed(
        (one_rate, "44", 80.0, "percent", {"numerator": 80, "denominator": 100}),
        (one_rate, "33", 60.0, "percent", {"numerator": 60, "denominator": 100}),
        (other_rate, "44", 10.0, "percent", {"numerator": 20, "denominator": 200}),
    )
    with warehouse(Path(":memory:")) as connection:
        observe(connection, rows)
        compile_months(connection, [OCTOBER], catalogue=load_catalogue())
        nation = {row["indicator_code"]: row for row in rows_of(connection, "FROM mart.national_monthly")}
        ranks = {
            (row["indicator_code"], row["province_code"]): (row["rank"], row["rank_of"])
            for row in rows_of(connection, "FROM mart.province_monthly")
        }
    assert {code: (row["value"], row["denominator"]) for code, row in nation.items()} == {
        one_rate: (70, 200),
        other_rate: (10, 200),
    }
    assert ranks == {(one_rate, "44"): (1, 2), (one_rate, "33"): (2, 2), (other_rate, "44"): (1, 1)}


SIX = {"CKMB": 11.52, "TDGQ": 17.27, "CLGQ": 6.97, "TTTT": 6.72, "MDHL": 10.81, "MDSH": 10.13}
PROVINCE = {"departmentCode": "H50", "departmentName": "UBND tỉnh Quảng Trị", "totalScore": 63.42}


def portal_2026(folder, data):
    path = folder / "bytes"
    path.write_text(json.dumps({"code": "OK", "data": data}), encoding="utf-8")
    source = load_catalogue().sources["portal_evaluation"]
    return reader_of(source).read(
        path, file_name="scores_Province_10102026.json", source=source, catalogue=load_catalogue()
    )


def test_five_groups_of_the_nation_and_six_of_a_province_in_one_answer(tmp_path):
    radar = [{"code": "ONLINE_SERVICE", "score": 14.72, "maxScore": 22}, {"code": "CKMB", "score": 10.46}]
    overview = {"departmentName": "Cả nước", "departmentCode": None, "totalScore": 62.59}
    result = portal_2026(
        tmp_path, {"overview": overview, "radar": radar, "evaluation": [{**PROVINCE, "groupScores": SIX}]}
    )
    frame = [
        {
            **figure(
                "SCORE", item.area_code, item.value, month=item.period_start, source_code="portal_evaluation"
            ),
            "indicator_code": item.indicator_code,
            "method_version": item.method_version,
            "accumulates_from": item.accumulates_from,
            "unit": "points",
        }
        for item in result.observations
    ]
    with warehouse(Path(":memory:")) as connection:
        observe(connection, frame)
        compile_months(connection, [date(2026, 10, 1)], catalogue=load_catalogue())
        province = {
            row["indicator_code"]: row["value"] for row in rows_of(connection, "FROM mart.province_monthly")
        }
        online = one(connection, "national_monthly", indicator_code="S766_ONLINE22")
        split = one(connection, "national_monthly", indicator_code="S766_CLGQ")
    assert (province["S766_CLGQ"], province["S766_TTTT"]) == (6.97, 6.72)
    assert "S766_ONLINE22" not in province  # it is stated of the nation only and never added up from the two
    assert (online["value"], online["rule"]) == (14.72, "as_reported")
    assert (split["value"], split["provinces_reported"]) == (6.97, 1)


def test_a_five_group_answer_of_2025_fills_none_of_the_six(tmp_path):
    row = {"TEN": "UBND tỉnh Quảng Trị", "MA_COQUAN": "000.00.00.H50", "TONG_SCORE": "90.80", "CKMB": "15.2"}
    path = tmp_path / "bytes"
    path.write_text(json.dumps([{**row, "ONLINE_SERVICE": "19.6"}]), encoding="utf-8")
    source = load_catalogue().sources["portal_evaluation_2025"]
    result = reader_of(source).read(
        path, file_name="report_tinh_766_2025-10.json", source=source, catalogue=load_catalogue()
    )
    assert {item.indicator_code for item in result.observations} == {"S766_TOTAL", "S766_CKMB"}
    assert ["ONLINE_SERVICE" in cell.locator for cell in result.unread_cells] == [True]

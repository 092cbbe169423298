from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest.observation import Hints
from dx_pipeline.ingest.period_text import parse_reported_period
from dx_pipeline.ingest.placement import contradictions, hints_of
from dx_pipeline.ingest.receive import ReceivedFile


def receipt(origin, **claimed):
    claim = {
        "period_start": date(2025, 10, 1),
        "period_end": date(2025, 10, 31),
        "area_code": "44",
        **claimed,
    }
    at = datetime(2025, 11, 5)  # noqa: DTZ001
    return ReceivedFile(file_sha256="x", origin=origin, received_at=at, size_bytes=1, **claim)


@pytest.mark.parametrize(
    "origin",
    [
        pytest.param("provincial_submission/2025-10/44_quang_tri_2025-10.xlsx", id="agrees"),
        pytest.param("provincial_submission/báo cáo cuối cùng.xlsx", id="path is silent"),
        pytest.param("provincial_submission/2025-10/99_x.xlsx", id="no such province"),
        pytest.param("portal_evaluation/2025-10/details_H50_10102025.json", id="portal code agrees"),
        pytest.param("provincial_submission/2025-10/44_gui_ngay_05112025.xlsx", id="sent a month later"),
        pytest.param("provincial_submission/Q4_2025/BC_Quang_Tri_T10-2025.xlsx", id="quarter of the month"),
        pytest.param(
            "provincial_submission/2025-10/Quang_Tri_gui_Ha_Noi.xlsx", id="two provinces decide nothing"
        ),
    ],
)
def test_paths_that_do_not_contradict(catalogue, origin):
    assert contradictions(receipt(origin), catalogue) == []


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        pytest.param("provincial_submission/2025-09/44.xlsx", "2025-09", id="month of the folder"),
        pytest.param("provincial_submission/44_2025-11.xlsx", "2025-11", id="month of the name"),
        pytest.param("provincial_submission/BC_T9_2025.xlsx", "2025-09", id="month in words"),
        pytest.param("provincial_submission/quy3-2025/44.xlsx", "2025-Q3", id="quarter"),
        pytest.param("provincial_submission/BC_Ninh_Binh_T10-2025.xlsx", "37", id="name of a province"),
        pytest.param("provincial_submission/2025-10/37_ninh_binh.xlsx", "37", id="province"),
        pytest.param("portal_evaluation/details_H12_10102025.json", "96", id="portal code"),
    ],
)
def test_paths_that_contradict_are_said(catalogue, origin, words):
    (text,) = contradictions(receipt(origin), catalogue)
    assert words in text


def test_a_file_of_many_provinces_or_without_a_period_is_not_compared(catalogue):
    origin = "signature_registry/2025-10/37_2025-10.csv"
    assert contradictions(receipt(origin, area_code=None), catalogue) == []
    assert contradictions(receipt("a/2025-01/x", period_start=None, period_end=None), catalogue) == []


@pytest.mark.parametrize(
    ("origin", "months", "as_of", "area_code"),
    [
        pytest.param(
            "a/2025-10/44_quang_tri_2025-10.xlsx", "2025-10", None, "44", id="the pipeline's own names"
        ),
        pytest.param("a/BC_Quang_Tri_T10-2025.xlsx", "2025-10", None, "44", id="month and name"),
        pytest.param("a/BC_QuangTri_T10_2025.xlsx", "2025-10", None, "44", id="name in one word"),
        pytest.param("a/Báo cáo Quảng Trị tháng 10 năm 2025.xls", "2025-10", None, "44", id="with accents"),
        pytest.param("a/thang_10_2025/Hue.csv", "2025-10", None, "46", id="month folder in words"),
        pytest.param("a/10-2025/Ha Noi.csv", "2025-10", None, "01", id="month before the year"),
        pytest.param("a/2025/T10/46.xlsx", "2025-10", None, "46", id="year folder above"),
        pytest.param("a/01_2025-10.xlsx", "2025-10", None, "01", id="code before the month"),
        pytest.param("a/10-2025.xlsx", "2025-10", None, None, id="a month is no province"),
        pytest.param("a/Q3_2025/H50.xls", "2025-Q3", None, "44", id="quarter folder and H-code"),
        pytest.param("a/quy3-2025/x.xls.gz", "2025-Q3", None, None, id="quarter in words, two extensions"),
        pytest.param("a/quy_III_2025.xls", "2025-Q3", None, None, id="Roman quarter"),
        pytest.param(
            "a/2026-10/details_H50_10102026.json", "2026-10", "2026-10-10", "44", id="day of the portal"
        ),
        pytest.param("a/details_H50.12_10102026.json", "2026-10", "2026-10-10", None, id="code of a commune"),
        pytest.param("a/bao cao 14.10.2025.xlsx", "2025-10", "2025-10-14", None, id="day with dots"),
        pytest.param("a/2025-10-14.xlsx", "2025-10", "2025-10-14", None, id="ISO day"),
        pytest.param("a/2025-03/bac_giang.xlsx", "2025-03", None, "24", id="old province in its time"),
        pytest.param("a/2025-03/44.xlsx", "2025-03", None, "44", id="reused code before the merger"),
        pytest.param("a/2025-10/kien_giang.xlsx", "2025-10", None, None, id="merged-away province"),
        pytest.param("a/2025-10/quang_tri_va_hue.xlsx", "2025-10", None, None, id="two provinces"),
        pytest.param("a/2025-09/T10-2025_hue.xlsx", None, None, "46", id="two months"),
        pytest.param("a/2025-10/05112025.xlsx", None, None, None, id="month and a day of another"),
        pytest.param("a/hue.xlsx", None, None, "46", id="province that was not merged"),
        pytest.param("a/44_bao_cao.xlsx", None, None, None, id="reused code without a day"),
        pytest.param("a/quang_tri.xlsx", None, None, None, id="name of two provinces without a day"),
        pytest.param("a/bao cao cuoi cung v2.xlsx", None, None, None, id="silent"),
        pytest.param("a/31022025_13-2025_Q5-2025.xlsx", None, None, None, id="impossible"),
    ],
)
def test_hints(catalogue, origin, months, as_of, area_code):
    hints = hints_of(origin, catalogue)
    assert hints.area_code == area_code
    assert not hints.is_certain
    if months is None:
        assert hints.period is None
        return
    expected = parse_reported_period(months)
    assert hints.period == (replace(expected, as_of=date.fromisoformat(as_of)) if as_of else expected)


@given(st.text(max_size=40))
def test_any_path_gives_hints(catalogue, origin):
    assert isinstance(hints_of(origin, catalogue), Hints)

from datetime import date, datetime

import pytest

from dx_pipeline.ingest.placement import contradictions
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
    ],
)
def test_paths_that_do_not_contradict(catalogue, origin):
    assert contradictions(receipt(origin), catalogue) == []


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        pytest.param("provincial_submission/2025-09/44.xlsx", "2025-09", id="month of the folder"),
        pytest.param("provincial_submission/44_2025-11.xlsx", "2025-11", id="month of the name"),
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

import pytest

from dx_pipeline.ingest.readers.workbook_words import cell_vi, place_vi


@pytest.mark.parametrize(
    ("locator", "opening", "inside"),
    [
        ("Chữ ký số!C8", "Ô Chữ ký số!C8", "ô Chữ ký số!C8"),
        ("line 8, column C", "Dòng 8, cột C", "dòng 8, cột C"),
        ("line 8:ten_tinh", "Dòng 8, cột ten_tinh", "dòng 8, cột ten_tinh"),
        ("line 8", "Dòng 8", "dòng 8"),
        (
            "data.evaluation[0].totalScore",
            "Ô data.evaluation[0].totalScore",
            "ô data.evaluation[0].totalScore",
        ),
    ],
)
def test_a_place_in_a_vietnamese_sentence(locator, opening, inside):
    assert (cell_vi(locator), place_vi(locator)) == (opening, inside)

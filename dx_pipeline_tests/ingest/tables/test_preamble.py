import pytest

from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.tables.preamble import period_texts, placed_texts


def named(*rows):
    width = max(map(len, rows))
    sheet = Sheet("A", [[*row, *[""] * (width - len(row))] for row in rows])
    return [(item.text, has_days) for item, has_days in period_texts(placed_texts(sheet, 0, len(rows)))]


@pytest.mark.parametrize(
    "text",
    ["10 tháng năm 2025", "10 tháng đầu năm 2025", "11 tháng của năm 2025", "9 tháng 2025"],
)
def test_so_many_months_of_a_year_are_a_period(text):
    assert named([text]) == [(text.lower(), False)]


@pytest.mark.parametrize(
    "text",
    ["Tháng … năm 2025", "tháng    năm 2025", "ngày … tháng … năm 2025", "Huế, ngày 05 tháng năm 2025"],
)
def test_what_is_still_to_be_filled_in_is_none(text):
    assert named([text]) == []


def test_days_in_cells_of_their_own_are_read_together():
    found = named(["Từ ngày", "2025-09-15 00:00:00", "đến ngày", "14/10/2025"])
    assert found[0] == ("từ ngày 15/09/2025 đến ngày 14/10/2025", True)


def test_a_span_in_one_cell_is_named_once():
    assert named(["Từ 15/09/2025 đến 14/10/2025", "Biểu 06a"]) == [("từ 15/09/2025 đến 14/10/2025", True)]

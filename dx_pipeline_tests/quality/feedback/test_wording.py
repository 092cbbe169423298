from datetime import date

import pytest

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.quality.feedback.content import Counts
from dx_pipeline.quality.feedback.wording import (
    explanation_vi,
    number_vi,
    parts_vi,
    period_vi,
    value_vi,
    verdict_of,
)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (1595.0, None, "1.595"),
        (0.0, None, "0"),
        (72.63, None, "72,63"),
        (72.6, 2, "72,60"),
        (-0.00001, None, "0"),
        (None, None, ""),
        (float("nan"), None, ""),
    ],
)
def test_numbers_are_written_as_in_vietnam(value, decimals, text):
    assert number_vi(value, decimals) == text


@pytest.mark.parametrize(
    ("row", "code", "text"),
    [
        ({"value": 8130.0, "qualifier": "more_than"}, "DSIG_CERT_CNT", "hơn 8.130"),
        ({"value": 39.9, "qualifier": "exact"}, "DSIG_ADULT_RATE", "39,90"),
        ({"value": None, "status": "yellow"}, "DSIG_CERT_CNT", "vàng"),
        ({"value": None}, "NO_SUCH", ""),
    ],
    ids=["bound", "rate", "colour", "nothing"],
)
def test_a_figure_is_written_by_its_kind(row, code, text):
    assert value_vi(row, load_catalogue().indicators.get(code)) == text


def test_parts_show_both_counts():
    assert parts_vi({"numerator": 1925.0, "denominator": 2049.0}) == "1.925 / 2.049"
    assert parts_vi({"numerator": 1.0, "denominator": None}) == "1 / ?"
    assert parts_vi({}) == ""


@pytest.mark.parametrize(
    ("start", "end", "text"),
    [
        (date(2025, 10, 1), date(2025, 10, 31), "tháng 10/2025"),
        (date(2025, 7, 1), date(2025, 9, 30), "quý III/2025"),
        (date(2025, 7, 1), date(2025, 8, 31), "từ tháng 7/2025 đến tháng 8/2025"),
        (date(2025, 9, 15), date(2025, 10, 14), "từ 15/09/2025 đến 14/10/2025"),
        (None, None, ""),
    ],
    ids=["month", "quarter", "months", "fifteenth", "none"],
)
def test_a_period_is_named_as_people_do(start, end, text):
    assert period_vi(start, end) == text


@pytest.mark.parametrize(
    ("counts", "code", "words"),
    [
        (Counts(accepted=30), "accepted", "Nhận toàn bộ 30 số liệu"),
        (Counts(accepted=30, doubtful=2), "accepted_with_doubts", "2 mục nghi vấn"),
        (Counts(accepted=28, rejected=2), "partly_rejected", "2 mục không được nhận"),
        (Counts(rejected=1200), "all_rejected", "1.200 mục phải sửa"),
        (Counts(pending=5, rejected=1), "pending", "5 số liệu chờ chốt kỳ"),
        (Counts(), "no_figures", "không có số liệu nào"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_the_verdict_in_words(counts, code, words):
    found, text = verdict_of(counts)
    assert found == code
    assert words in text


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("Tệp a.xlsx, ô S!F8: chỉ tiêu «X» của Y, tháng 10/2025, ghi «12». Phải sửa.", "Phải sửa."),
        ("Tệp a.xlsx: Ô S!F8: «12» không phải là số.", "«12» không phải là số."),
        ("Tệp khác: không rõ.", "Tệp khác: không rõ."),
    ],
    ids=["figure", "cell", "other"],
)
def test_the_explanation_leaves_out_what_stands_beside_it(message, text):
    row = {"message_vi": message, "file_name": "a.xlsx", "locator": "S!F8", "raw_text": "12"}
    assert explanation_vi(row) == text

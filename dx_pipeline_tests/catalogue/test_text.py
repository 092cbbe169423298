from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.text import fold, heading_key, strip_accents

VIETNAMESE = "aàáảãạăằắâầấbcdđeèéêếghiìíklmnoòóôồốơờớpqrstuùúưừứvxyỳý AĐÀÔƯ -.()\u00a0\u200b\n"


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("Thanh Hoá", "Thanh Hóa", id="tone-oa"),
        pytest.param("khoẻ", "khỏe", id="tone-oe"),
        pytest.param("Uỷ ban", "Ủy ban", id="tone-uy"),
        pytest.param("hòan thành", "hoàn thành", id="tone-misplaced"),
        pytest.param(unicodedata.normalize("NFD", "Quảng Trị"), "Quảng Trị", id="nfd"),
        pytest.param("Ðồng Nai", "Đồng Nai", id="eth"),
        pytest.param("Ɖắk Lắk", "đắk lắk", id="african-d"),
        pytest.param("Xã\u00a0 Bắc  Đông\u200b Quan ", "xã bắc đông quan", id="spaces-and-zero-width"),
        pytest.param("Bà Rịa – Vũng Tàu", "Bà Rịa - Vũng Tàu", id="dash"),
        pytest.param("M’Drắk", "M'Drắk", id="apostrophe"),
        pytest.param("thuý", "thúy", id="tone-uy-thúy"),
        pytest.param("Тỉnh Quảng Тrị", "Tỉnh Quảng Trị", id="cyrillic-t"),
        pytest.param("ХÃ Тhаnh Нóа", "XÃ Thanh Hóa", id="cyrillic-capitals"),
        pytest.param("Tỷ\u202flệ\u3000số\u2009hóa", "tỷ lệ số hóa", id="other-spaces"),
        pytest.param("Quảng\u2060 \u202aTrị\u202c\ufe0f", "Quảng Trị", id="direction-and-joiners"),
        pytest.param("Ｑuý ３／２０２５（％）", "quý 3/2025(%)", id="full-width"),
        pytest.param("“Điểm”", '"điểm"', id="quotation-marks"),
        pytest.param("Chân Mây − Lăng Cô", "Chân Mây - Lăng Cô", id="minus"),
        pytest.param("Tỷ lệ\nsố hóa (%)", "TỶ LỆ SỐ HÓA (%)", id="line-break-and-case"),
    ],
)
def test_fold_makes_equal(left: str, right: str) -> None:
    assert fold(left) == fold(right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        pytest.param("Hà Nam", "Hạ Nam", id="tones-differ"),
        pytest.param("Đông", "Dông", id="d-and-stroke"),
        pytest.param("Quảng Ngãi", "Quang Ngai", id="accents-kept"),
        pytest.param("quý", "quỳ", id="tone-on-second-vowel-kept"),
        pytest.param("Москва", "Mockba", id="cyrillic-word"),
        pytest.param("1.595¹", "1.5951", id="raised-digit"),
    ],
)
def test_fold_keeps_apart(left: str, right: str) -> None:
    assert fold(left) != fold(right)


@given(st.text(VIETNAMESE, max_size=40) | st.text(max_size=40))
@settings(max_examples=150)
def test_folding_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(VIETNAMESE, max_size=40))
@settings(max_examples=150)
def test_fold_ignores_how_text_was_typed(text: str) -> None:
    expected = fold(text)
    for typed in (unicodedata.normalize("NFD", text), text.upper(), f" {text}\u00a0", text.replace("-", "–")):
        assert fold(typed) == expected


@given(st.text(VIETNAMESE, max_size=40))
@settings(max_examples=100)
def test_strip_accents_leaves_ascii_of_vietnamese_text(text: str) -> None:
    bare = strip_accents(text.replace("\u00a0", " "))
    assert bare.isascii()
    assert strip_accents(bare) == bare


@pytest.mark.parametrize(
    ("text", "expected"),
    [("Đắk Lắk", "Dak Lak"), ("Thừa Thiên – Huế", "Thua Thien - Hue"), ("ÐỒNG THÁP", "DONG THAP")],
    ids=["case-kept", "dash", "eth"],
)
def test_strip_accents(text: str, expected: str) -> None:
    assert strip_accents(text) == expected


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        pytest.param("Tổng số (1)", "tổng số", id="number in brackets"),
        pytest.param("Tổng số¹", "tổng số", id="raised number"),
        pytest.param("TỔNG SỐ(*) :", "tổng số", id="star and colon"),
        pytest.param("Tổng số [2] **", "tổng số", id="several"),
        pytest.param("Tiếp nhận\n(3)=(4)+(5)+(6)", "tiếp nhận", id="formula"),
        pytest.param("Tiếp nhận (3 = 4 + 5)", "tiếp nhận", id="formula in brackets"),
        pytest.param("Tỷ lệ( % )", "tỷ lệ (%)", id="unit stays"),
        pytest.param("Số lượng (hồ sơ) (2)", "số lượng (hồ sơ)", id="unit before a mark stays"),
        pytest.param("Diện tích km²", "diện tích km²", id="square"),
        pytest.param("Tỉ lệ", "tỷ lệ", id="i for y"),
        pytest.param("Quí III", "quý iii", id="i for y after qu"),
        pytest.param("Thị xã", "thị xã", id="i stays"),
        pytest.param("Trước hạn / đúng hạn", "trước hạn/đúng hạn", id="slash"),
        pytest.param("Trực tiếp , bưu chính", "trực tiếp, bưu chính", id="comma"),
        pytest.param("(3)", "(3)", id="only a mark"),
        pytest.param("*", "*", id="only a star"),
        pytest.param("", "", id="nothing"),
        pytest.param("Mức độ 4", "mức độ 4", id="number that belongs"),
    ],
)
def test_heading_key(heading: str, key: str) -> None:
    assert heading_key(heading) == key


@given(st.text("aАВв Нн()[],;1*:¹²=+/iyìí́m\u200bạ", max_size=20) | st.text(max_size=30))
@settings(max_examples=150)
def test_the_key_of_a_key_is_the_key(text: str) -> None:
    assert heading_key(heading_key(text)) == heading_key(text)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("Số HS đã TTTT cổng DVCQG", "Số hồ sơ đã thanh toán trực tuyến cổng dịch vụ công quốc gia"),
        ("Mã TTHC", "Mã thủ tục hành chính"),
        ("Số lượng qua BCCI (%)", "Số lượng qua bưu chính công ích (%)"),
    ],
)
def test_abbreviations_in_headings_are_written_out(short, long):
    assert heading_key(short) == heading_key(long)


def test_an_abbreviation_with_several_meanings_stays():
    assert heading_key("TT") == "tt"

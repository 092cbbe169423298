from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.text import fold, strip_accents

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

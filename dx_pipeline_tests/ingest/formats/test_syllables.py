from __future__ import annotations

import unicodedata

import pytest

from dx_pipeline.ingest.formats.syllables import accented_words, is_common, is_syllable, spelling
from dx_pipeline_tests.ingest.formats.legacy_text import IN_FONTS, place_names


@pytest.mark.parametrize(
    "word",
    [
        "quảng",
        "trị",
        "người",
        "thuở",
        "quốc",
        "giếng",
        "gìn",
        "khuỷu",
        "ngoằn",
        "ngoèo",
        "hoà",
        "hòa",
        "thúy",
        "thuý",
        "yêu",
        "ý",
        "ở",
        "đường",
        "nghĩa",
        "Đắk",
        "Krông",
        "Pưh",
        "loỏng",
        "huỳnh",
        "quyết",
        "rượu",
        "ưu",
        "ấp",
        "ỦY",
        "LUẬN",
    ],
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)
    assert is_syllable(unicodedata.normalize("NFD", word))


@pytest.mark.parametrize(
    "word",
    ["LỦẬN", "CỦÀ", "Qu¶ng", "TrÞ", "Quaûng", "Trá»‹", "müller", "café", "bàc", "quôk̀", "tíeng", "đđ", "ngá́"],
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_every_name_of_a_place_is_possible_and_common() -> None:
    words = accented_words("\n".join(place_names()))
    assert len(words) > 900
    assert [word for word in sorted(words) if not is_syllable(word)] == []
    assert sum(map(is_common, words)) > 0.98 * len(words)


@pytest.mark.parametrize("font", IN_FONTS)
def test_the_same_names_read_wrongly_are_not(font: str) -> None:
    assert spelling(map(IN_FONTS[font], place_names())).share < 0.5


@pytest.mark.parametrize(
    "text", ["", "Ha Noi", "HĐND, BCĐTW", "1.000 đ", "5 km² (°C)", "Москва 中文", "“ABC” – …"]
)
def test_text_that_says_nothing(text: str) -> None:
    assert spelling([text]).words == 0
    assert spelling([text]).share == spelling([text]).quality == 1.0


def test_a_look_alike_letter_in_a_word_is_no_vietnamese() -> None:
    assert spelling(["Тhanh Hóa"]).impossible == 1

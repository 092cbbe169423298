from __future__ import annotations

import pytest

from dx_pipeline.ingest.formats.legacy_tables import (
    UNDEFINED,
    read_mojibake,
    read_tcvn3,
    read_viscii,
    read_vni,
    table,
)
from dx_pipeline_tests.ingest.formats.legacy_text import (
    broken_utf8,
    in_tcvn3,
    in_viscii,
    in_vni,
    place_names,
)

LETTERS = "àảãáạăằẳẵắặâầẩẫấậèẻẽéẹêềểễếệìỉĩíịòỏõóọôồổỗốộơờởỡớợùủũúụưừửữứựỳỷỹýỵđ"


@pytest.mark.parametrize("encoding", ["vni", "viscii"])
def test_all_134_letters_have_one_code_each(encoding: str) -> None:
    codes = table(encoding)
    assert set(codes) == set(LETTERS + LETTERS.upper())
    assert len(set(codes.values())) == 134


def test_tcvn3_has_the_small_letters_and_the_seven_plain_capitals() -> None:
    codes = table("tcvn3")
    assert set(codes) == set(LETTERS + "ĂÂÊÔƠƯĐ")
    assert len(set(codes.values())) == 74


@pytest.mark.parametrize(
    ("read", "write"),
    [(read_vni, in_vni), (read_viscii, in_viscii), (read_mojibake, broken_utf8)],
    ids=["vni", "viscii", "mojibake"],
)
def test_every_name_of_a_place_comes_back(read, write) -> None:
    names = place_names()
    assert [(name, read(write(name))) for name in names if read(write(name)) != name] == []
    assert read(write(LETTERS + LETTERS.upper())) == LETTERS + LETTERS.upper()


def test_every_name_of_a_place_comes_back_from_tcvn3_but_for_toned_capitals() -> None:
    for name in place_names():
        assert read_tcvn3(in_tcvn3(name)).lower() == name.lower()
        if not any(sign in set(LETTERS.upper()) - set("ĂÂÊÔƠƯĐ") for sign in name) and "SR" not in name:
            assert read_tcvn3(in_tcvn3(name)) == name


@pytest.mark.parametrize(
    ("read", "stored", "shown"),
    [
        pytest.param(read_tcvn3, "Qu¶ng TrÞ", "Quảng Trị", id="tcvn3"),
        pytest.param(
            read_tcvn3,
            "Céng hoµ x· héi chñ nghÜa ViÖt Nam",
            "Cộng hoà xã hội chủ nghĩa Việt Nam",
            id="tcvn3 2",
        ),
        pytest.param(read_tcvn3, "TØNH QU¶NG TRÞ", "TỈNH QUẢNG TRỊ", id="tcvn3 in capitals"),
        pytest.param(read_vni, "Quaûng Trò", "Quảng Trị", id="vni"),
        pytest.param(
            read_vni,
            "COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM",
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            id="vni 2",
        ),
        pytest.param(read_vni, "Aáp “Ñoâng”", "Ấp “Đông”", id="vni capital with a small mark"),
        pytest.param(read_mojibake, "Quáº£ng Trá»‹", "Quảng Trị", id="mojibake"),
        pytest.param(read_mojibake, broken_utf8(broken_utf8("Quảng Trị")), "Quảng Trị", id="mojibake twice"),
    ],
)
def test_well_known_texts(read, stored: str, shown: str) -> None:
    assert read(stored) == shown


@pytest.mark.parametrize(
    ("read", "stored"),
    [
        (read_tcvn3, "20 °C"),
        (read_vni, "Hà"),
        (read_vni, "ç"),
        (read_mojibake, "Hà Nội"),
        (read_mojibake, "Ã©Ã"),
    ],
    ids=["tcvn3", "vni mark after a consonant", "vni", "unicode", "cut off"],
)
def test_what_an_encoding_does_not_have(read, stored: str) -> None:
    assert UNDEFINED in read(stored)

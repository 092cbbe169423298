from __future__ import annotations

import time
import unicodedata
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.catalogue.areas import Commune
from dx_pipeline.catalogue.commune_names import CommuneNames
from dx_pipeline.catalogue.geography import AreaNotFoundError, load_geography
from dx_pipeline.catalogue.loading import CATALOGUE_ROOT
from dx_pipeline.catalogue.text import strip_accents

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
GEOGRAPHY = load_geography(CATALOGUE_ROOT / "geography")
NAMES = CommuneNames(GEOGRAPHY)
COMMUNES = list(GEOGRAPHY.communes.values())


@pytest.mark.parametrize(
    ("text", "province", "code"),
    [
        pytest.param("Xã Bắc Đông Quan", "33", "12745", id="official"),
        pytest.param("Xã  Bắc Đông Quan ", "33", "12745", id="double space"),
        pytest.param("Bắc Đông Quan", "33", "12745", id="without type"),
        pytest.param("UBND xã Bắc Đông Quan", "33", "12745", id="authority"),
        pytest.param("Ủy ban nhân dân Xã Bắc Đông Quan", "33", "12745", id="authority in full"),
        pytest.param("X. Bắc Đông Quan", "33", "12745", id="abbreviated type"),
        pytest.param("X.Bắc Đông Quan", "33", "12745", id="abbreviated type without space"),
        pytest.param("XA BAC DONG QUAN", "33", "12745", id="ascii upper case"),
        pytest.param("xã Bắc Đông Quan, tỉnh Hưng Yên", "33", "12745", id="with its province"),
        pytest.param("xã Bắc Đông Quan, tỉnh Hưng Yên", None, "12745", id="province in the name only"),
        pytest.param("Xã Bắc Đông Quan (1)", "33", "12745", id="footnote mark"),
        pytest.param("12745", "33", "12745", id="code"),
        pytest.param("12745.0", None, "12745", id="code as Excel number"),
        pytest.param("4.0", "01", "00004", id="code without zeros"),
        pytest.param("Quan Sơn", "38", "15016", id="begins like a district"),
        pytest.param("Xa Dung", "11", "03208", id="begins like a type"),
        pytest.param("xã Xa Dung", "11", "03208", id="type before the same word"),
        pytest.param("Xã M’Drắk", "66", "24412", id="curly apostrophe"),
        pytest.param("Xã M Drắk", "66", None, id="apostrophe as space"),
        pytest.param("MDrắk", "66", "24412", id="apostrophe missing"),
    ],
)
def test_a_commune_in_every_spelling(text, province, code):
    if code is None:
        with pytest.raises(AreaNotFoundError, match="M'Drắk"):
            NAMES.resolve(text, province, AFTER)
    else:
        assert NAMES.resolve(text, province, AFTER).code == code


@pytest.mark.parametrize(
    "text",
    ["Phường 1 Bảo Lộc", "P1 Bảo Lộc", "P.1 Bảo Lộc", "P. 1 Bảo Lộc", "phường 01 Bảo Lộc", "1 Bảo Lộc"],
)
def test_numbered_wards(text):
    assert NAMES.resolve(text, "68", AFTER).name_vi == "Phường 1 Bảo Lộc"


@pytest.mark.parametrize("text", ["Chân Mây – Lăng Cô", "xã Chân Mây-Lăng Cô", "Chân Mây Lăng Cô"])
def test_dashes(text):
    assert NAMES.resolve(text, "46", AFTER).name_vi == "Xã Chân Mây - Lăng Cô"


def test_special_zones():
    assert NAMES.resolve("đặc khu Phú Quốc", "91", AFTER) == NAMES.resolve("Phú Quốc", "91", AFTER)


@pytest.mark.parametrize(
    ("text", "province", "words"),
    [
        pytest.param("Van Lang", "19", ["Xã Văn Lang", "Xã Văn Lăng"], id="two without accents"),
        pytest.param("My Tho", "82", ["Phường Mỹ Tho", "Xã Mỹ Thọ"], id="ward or commune without accents"),
        pytest.param("Xã Bắc Đông Quang", "33", ["Xã Bắc Đông Quan (12745)"], id="misspelt"),
        pytest.param("Phường Bắc Đông Quan", "33", ["Xã Bắc Đông Quan (12745)"], id="wrong type"),
        pytest.param("Bác Đông Quan", "33", ["Xã Bắc Đông Quan (12745)"], id="wrong accent"),
        pytest.param("Phường 1 Bảo", "68", ["Phường 1 Bảo Lộc"], id="cut short"),
        pytest.param("P1", "68", ["P1"], id="number alone"),
        pytest.param("Thị trấn Hồ Xá", "44", ["thị trấn"], id="township"),
        pytest.param("Huyện Vĩnh Linh", "44", ["cấp huyện"], id="district"),
        pytest.param("12745", "44", ["Hưng Yên", "44"][1:], id="code of another province"),
        pytest.param("99999", None, ["99999"], id="no such code"),
        pytest.param("xã Bắc Đông Quan, tỉnh Quảng Trị", "33", ["mã 44", "mã 33"], id="other province"),
        pytest.param("xã Bắc Đông Quan, tỉnh X", "33", ["tỉnh X"], id="no such province"),
        pytest.param("", "33", ["xã, phường, đặc khu"], id="empty"),
        pytest.param("Tổng cộng", "33", ["Tổng cộng"], id="a total"),
    ],
)
def test_what_is_not_sure_is_refused(text, province, words):
    with pytest.raises(AreaNotFoundError) as caught:
        NAMES.resolve(text, province, AFTER)
    assert all(word in caught.value.message_vi for word in words)


def test_the_type_decides_between_names_without_accents():
    assert NAMES.resolve("Phuong My Tho", "82", AFTER).name_vi == "Phường Mỹ Tho"
    assert NAMES.resolve("xa my tho", "82", AFTER).name_vi == "Xã Mỹ Thọ"


def test_the_same_name_as_commune_and_ward_is_ambiguous():
    twin = Commune("99001", "Phường Bắc Đông Quan", "ward", "33")
    names = CommuneNames(replace(GEOGRAPHY, communes={**GEOGRAPHY.communes, twin.code: twin}))
    with pytest.raises(AreaNotFoundError) as caught:
        names.resolve("Bắc Đông Quan", "33", AFTER)
    assert "Xã Bắc Đông Quan (12745), Phường Bắc Đông Quan (99001)" in caught.value.message
    assert names.resolve("phường Bắc Đông Quan", "33", AFTER) == twin


def test_the_list_does_not_hold_before_its_day():
    with pytest.raises(AreaNotFoundError, match="2025-07-01"):
        NAMES.resolve("Xã Bắc Đông Quan", "33", BEFORE)


def test_a_name_of_several_provinces_needs_its_province():
    with pytest.raises(AreaNotFoundError, match="can be"):
        NAMES.resolve("Xã Tân An", None, AFTER)


@given(
    commune=st.sampled_from(COMMUNES),
    authority=st.sampled_from(["", "UBND ", "Ủy ban nhân dân "]),
    form=st.sampled_from(["NFC", "NFD"]),
    shape=st.sampled_from([str, str.upper, str.lower]),
    space=st.sampled_from([" ", "  ", "\u00a0"]),
)
def test_typing_does_not_matter(commune, authority, form, shape, space):
    typed = unicodedata.normalize(form, shape(authority + commune.name_vi)).replace(" ", space)
    assert NAMES.resolve(typed, commune.province_code, AFTER) == commune


@given(st.sampled_from(COMMUNES))
def test_without_accents_a_name_is_its_commune_or_refused(commune):
    (found,) = NAMES.resolve_column([strip_accents(commune.name_vi)], commune.province_code, AFTER)
    assert found == commune or commune.name_vi in str(found)


@given(st.text(max_size=30), st.sampled_from([None, "33", "99"]))
def test_any_text_is_a_commune_or_an_area_error(text, province):
    (found,) = NAMES.resolve_column([text], province, AFTER)
    assert isinstance(found, Commune | AreaNotFoundError)


def test_a_column_of_every_commune_is_fast():
    names = [item.name_vi.upper() for item in COMMUNES]
    provinces = [item.province_code for item in COMMUNES]
    NAMES.resolve_column(names, provinces, AFTER)
    started = time.perf_counter()
    assert NAMES.resolve_column(names, provinces, AFTER) == COMMUNES
    assert NAMES.resolve_column([item.name_vi for item in COMMUNES], provinces, AFTER) == COMMUNES
    assert time.perf_counter() - started < 1


def test_a_column_of_unknown_names_does_not_search_for_ever():
    started = time.perf_counter()
    found = NAMES.resolve_column([f"Xã Không Có {number}" for number in range(3321)], None, AFTER)
    assert all(isinstance(item, AreaNotFoundError) for item in found)
    assert time.perf_counter() - started < 10

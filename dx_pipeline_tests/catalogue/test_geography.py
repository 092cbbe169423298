from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.geography import AreaNotFoundError, Geography, load_geography
from dx_pipeline.catalogue.loading import CATALOGUE_ROOT
from dx_pipeline.catalogue.text import strip_accents
from dx_pipeline.failures import PermanentError

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)
GEOGRAPHY = load_geography(CATALOGUE_ROOT / "geography")


@pytest.fixture
def geography() -> Geography:
    return GEOGRAPHY


@pytest.mark.parametrize(("day", "count"), [(BEFORE, 63), (AFTER, 34)], ids=["before", "after"])
def test_provinces_on_each_side_of_the_merger(geography: Geography, day: date, count: int) -> None:
    assert len(geography.provinces_on(day)) == count
    assert len({unit.code for unit in geography.provinces_on(day)}) == count


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("15", "Yên Bái", "Lào Cai"),
        ("24", "Bắc Giang", "Bắc Ninh"),
        ("44", "Quảng Bình", "Quảng Trị"),
        ("52", "Bình Định", "Gia Lai"),
        ("80", "Long An", "Tây Ninh"),
        ("82", "Tiền Giang", "Đồng Tháp"),
        ("91", "Kiên Giang", "An Giang"),
    ],
)
def test_a_reused_code_is_read_with_its_day(geography: Geography, code: str, old: str, new: str) -> None:
    assert geography.resolve(code, BEFORE).name_vi == old
    assert geography.resolve(code, AFTER).name_vi == new


@pytest.mark.parametrize("variant", GEOGRAPHY.variants, ids=lambda item: f"{item.variant}-{item.code_system}")
def test_every_variant_means_its_province(geography: Geography, variant) -> None:
    day = variant.valid_to or variant.valid_from or AFTER
    assert geography.resolve(variant.variant, day).code == variant.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("UBND tỉnh Quảng Trị", "44", id="authority"),
        pytest.param("Ủy ban nhân dân Thành phố Huế", "46", id="authority-in-full"),
        pytest.param("Uỷ ban nhân dân tỉnh Khánh Hoà", "56", id="other-tone-placement"),
        pytest.param("UBND TP.HCM", "79", id="authority-and-abbreviation"),
        pytest.param("T.P Hồ Chí Minh", "79", id="spaced-abbreviation"),
        pytest.param("TP.Đà Nẵng", "48", id="no-space-after-dot"),
        pytest.param("TINH QUANG TRI", "44", id="ascii-with-type"),
        pytest.param("Ðồng\u00a0 Tháp\u200b", "82", id="eth-nbsp-zero-width"),
        pytest.param("Lào Cai (mới)", "15", id="marked-as-new"),
        pytest.param("1", "01", id="code-without-zero"),
        pytest.param("44.0", "44", id="code-as-excel-number"),
        pytest.param("01.0", "01", id="code-with-zero-as-excel-number"),
        pytest.param("UBND. T.P. Huế", "46", id="dots-everywhere"),
        pytest.param("T. Quảng Trị", "44", id="abbreviated-province"),
        pytest.param("H50", "44", id="portal-code"),
        pytest.param(" h50", "44", id="portal-code-lower-case"),
        pytest.param("000.00.00.H50", "44", id="electronic-identifier"),
        pytest.param("Quảng Trị (1)", "44", id="footnote-mark"),
        pytest.param("TP. Huế*:", "46", id="star-and-colon"),
        pytest.param("Quang Tri (moi)", "44", id="marked-as-new-without-accents"),
    ],
)
def test_resolve_reads_what_people_write(geography: Geography, text: str, code: str) -> None:
    assert geography.resolve(text, AFTER).code == code


@given(
    unit=st.sampled_from([*GEOGRAPHY.provinces_on(AFTER), *GEOGRAPHY.provinces_on(BEFORE)]),
    prefix=st.sampled_from(["", "Tỉnh ", "UBND tỉnh ", "TP. ", "thành phố "]),
    form=st.sampled_from(["NFC", "NFD"]),
    shape=st.sampled_from([str, str.upper, str.lower, strip_accents]),
    space=st.sampled_from([" ", "  ", "\u00a0", " \u200b"]),
)
@settings(max_examples=200)
def test_typing_does_not_matter(unit, prefix, form, shape, space) -> None:
    day = unit.valid_from or BEFORE
    typed = unicodedata.normalize(form, shape(prefix + unit.name_vi)).replace(" ", space)
    assert GEOGRAPHY.resolve(typed, day) == unit


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("Bắc Giang", "Bắc Ninh (24)"),
        ("Quảng Trị (cũ)", "Quảng Trị (44)"),
        ("UBND tỉnh Bình Dương", "Hồ Chí Minh (79)"),
        ("45", "Quảng Trị (44)"),
        ("Tp. HCM (cũ)", "Hồ Chí Minh (79)"),
        ("quang tri (cu)", "Quảng Trị (44)"),
    ],
)
def test_a_merged_province_is_an_error_that_says_where_it_is(geography, text: str, now: str) -> None:
    with pytest.raises(AreaNotFoundError) as caught:
        geography.resolve(text, AFTER)
    assert now in caught.value.message
    assert text in caught.value.message
    assert "từ 01/07/2025" in caught.value.message_vi


@pytest.mark.parametrize(
    ("text", "closest"),
    [("Quáng Trị", "Quảng Trị (44)"), ("Ha Tinhh", "Hà Tĩnh (42)"), ("Tỉnh Cần Thờ", "Cần Thơ (92)")],
    ids=["wrong-accent", "one-letter-too-many", "wrong-tone"],
)
def test_a_misspelt_name_is_not_guessed_but_proposed(geography, text: str, closest: str) -> None:
    with pytest.raises(AreaNotFoundError) as caught:
        geography.resolve(text, AFTER)
    assert closest in caught.value.message
    assert closest in caught.value.message_vi


@pytest.mark.parametrize(
    "text",
    [
        *["", "   ", "99", "Cả nước", "Tổng cộng", "Lào", "123", "tỉnh", "UBND", "*"],
        *["HĐND tỉnh Quảng Trị", "Sở Y tế tỉnh Quảng Trị", "H50.12", "000.00.12.H50", "H99", "H5"],
    ],
)
def test_what_is_no_province_is_an_error(geography: Geography, text: str) -> None:
    with pytest.raises(PermanentError):
        geography.resolve(text, AFTER)


@given(st.text(max_size=60))
@settings(max_examples=100)
def test_any_text_is_a_province_or_an_area_error(text: str) -> None:
    try:
        unit = GEOGRAPHY.resolve(text, AFTER)
    except AreaNotFoundError:
        return
    assert unit in GEOGRAPHY.provinces_on(AFTER)


def test_a_new_name_does_not_hold_before_the_merger(geography: Geography) -> None:
    assert geography.resolve("Quảng Trị", BEFORE).code == "45"
    with pytest.raises(AreaNotFoundError):
        geography.resolve("Quảng Trị (mới)", BEFORE)


@pytest.mark.parametrize(
    ("code", "change"),
    [("75", date(2026, 4, 30)), ("22", date(2026, 9, 1)), ("24", date(2026, 9, 20))],
    ids=["Đồng Nai", "Quảng Ninh", "Bắc Ninh"],
)
def test_type_changes_on_its_day(geography: Geography, code: str, change: date) -> None:
    day_before = date.fromordinal(change.toordinal() - 1)
    assert geography.type_on(code, day_before) == "province"
    assert geography.type_on(code, change) == "centrally_run_city"
    assert geography.full_name_on(code, day_before).startswith("Tỉnh ")
    assert geography.full_name_on(code, change).startswith("Thành phố ")


def test_type_of_an_unknown_code_is_an_error(geography: Geography) -> None:
    with pytest.raises(AreaNotFoundError):
        geography.type_on("45", AFTER)


@pytest.mark.parametrize(
    ("h_code", "day", "code"),
    [
        ("H50", AFTER, "44"),
        ("h26 ", AFTER, "01"),
        ("H99", AFTER, None),
        ("", BEFORE, None),
        ("H50", BEFORE, None),
    ],
    ids=["known", "case-and-space", "unknown", "empty", "before-the-merger"],
)
def test_portal_code(geography: Geography, h_code: str, day: date, code: str | None) -> None:
    unit = geography.by_portal_code(h_code, day)
    assert (unit.code if unit else None) == code


@pytest.mark.parametrize(
    ("unit_code", "day", "code"),
    [
        ("H50", AFTER, "44"),
        ("H50.12", AFTER, "44"),
        ("h21.217", AFTER, "52"),
        ("000.12.34.H50", AFTER, "44"),
        ("H50.12", BEFORE, None),
        ("H99.1", AFTER, None),
        ("50.12", AFTER, None),
        ("H50-12", AFTER, None),
    ],
)
def test_province_of_a_units_portal_code(geography: Geography, unit_code: str, day: date, code) -> None:
    unit = geography.province_of_portal_code(unit_code, day)
    assert (unit.code if unit else None) == code


def test_communes_belong_to_provinces(geography: Geography) -> None:
    assert len(geography.communes) == 3321
    for unit in geography.provinces_on(AFTER):
        assert len(geography.communes_of(unit.code)) == unit.communes_count


def test_successor(geography: Geography) -> None:
    successor = geography.successor("45")
    assert successor is not None
    assert (successor.code, successor.name_vi) == ("44", "Quảng Trị")
    assert successor.predecessor_codes == ("44", "45")
    assert geography.successor("99") is None

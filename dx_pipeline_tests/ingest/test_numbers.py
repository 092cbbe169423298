from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.ingest.formats.sheet import Percentage
from dx_pipeline.ingest.numbers import (
    NumberError,
    Reading,
    read_column,
    read_number,
    vietnamese_figure,
    words_of_unit,
)

COUNT = {"is_percent": False, "is_whole": True, "minimum": 0, "maximum": None}
RATE = {"is_percent": True, "is_whole": False, "minimum": 0, "maximum": 100}
SCORE = {"is_percent": False, "is_whole": False, "minimum": 0, "maximum": 100}
RANK = {"is_percent": False, "is_whole": True, "minimum": 1, "maximum": 34}
MEASURE = {"is_percent": False, "is_whole": False, "minimum": None, "maximum": None}


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(1595, 1595, id="int"),
        pytest.param(1595.0, 1595, id="whole float"),
        pytest.param(72.5, 72.5, id="fraction is left to the checks"),
        pytest.param(-3, -3, id="negative is left to the checks"),
        pytest.param("837", 837, id="digits"),
        pytest.param("02", 2, id="leading zero"),
        pytest.param("1.595", 1595, id="dot groups"),
        pytest.param("1.000", 1000, id="dot groups a round thousand"),
        pytest.param("12.345.678", 12345678, id="two dots"),
        pytest.param("1 595", 1595, id="space groups"),
        pytest.param("1\u00a0595", 1595, id="no-break space groups"),
        pytest.param("1\u202f234\u202f567", 1234567, id="narrow no-break space groups"),
        pytest.param(" 837 ", 837, id="padded"),
        pytest.param("8\u200b37", 837, id="zero-width space inside"),
        pytest.param("531,269", 531269, id="English grouping: a fraction cannot be a count"),
        pytest.param("1.595,5", 1595.5, id="dot groups and comma decimals"),
        pytest.param("-5", -5, id="minus"),
        pytest.param("−5", -5, id="mathematical minus"),
        pytest.param("7,5 triệu", 7_500_000, id="million"),
        pytest.param("7,512 triệu", 7_512_000, id="million with three decimals"),
        pytest.param("39,51 nghìn", 39_510, id="thousand"),
        pytest.param("39,51 ngàn", 39_510, id="thousand, southern"),
        pytest.param("1,2 tỷ", 1_200_000_000, id="billion"),
        pytest.param("1.234.567", 1_234_567, id="dots group twice"),
        pytest.param("1,234,567", 1_234_567, id="commas group twice"),
        pytest.param("1'234'567", 1_234_567, id="apostrophes group"),
        pytest.param("1’595", 1595, id="curly apostrophe groups"),
        pytest.param("'1595", 1595, id="spreadsheet's mark of a text"),
        pytest.param("1\u2009595", 1595, id="thin space groups"),
        pytest.param("１．５９５", 1595, id="full width"),
        pytest.param("(12)", -12, id="accounting negative"),
        pytest.param("+12", 12, id="plus"),
        pytest.param("8.130(1)", 8130, id="footnote number"),
        pytest.param("8.130 (*)", 8130, id="footnote star in brackets"),
        pytest.param("8.130*", 8130, id="footnote star"),
        pytest.param("8.130 **", 8130, id="footnote stars"),
        pytest.param("8.130¹", 8130, id="raised footnote"),
        pytest.param("837²", 837, id="raised two"),
        pytest.param("10¹", 10, id="ten with footnote 1"),
        pytest.param("837 (a)", 837, id="footnote letter"),
        pytest.param(837.0000000001, 837, id="binary noise"),
    ],
)
def test_counts(cell, expected):
    assert read_number(cell, **COUNT) == Reading(expected)


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(72.63, 72.63, id="number"),
        pytest.param(0, 0, id="zero"),
        pytest.param("1", 1, id="one, written as text"),
        pytest.param(120, 120, id="out of range is left to the checks"),
        pytest.param("120,5%", 120.5, id="text out of range"),
        pytest.param("72,63%", 72.63, id="comma and sign"),
        pytest.param("72,63 %", 72.63, id="space before sign"),
        pytest.param("72,63", 72.63, id="comma"),
        pytest.param("72.63", 72.63, id="dot"),
        pytest.param("90.345", 90.345, id="dot with three decimals"),
        pytest.param("1,595", 1.595, id="comma with three decimals"),
        pytest.param("0,5%", 0.5, id="below one with a sign"),
        pytest.param("đạt 100%", 100, id="reached"),
        pytest.param("Đạt 89,5 %", 89.5, id="reached, upper case"),
    ],
)
def test_rates(cell, expected):
    assert read_number(cell, **RATE) == Reading(expected)


@pytest.mark.parametrize("rule", [COUNT, RATE], ids=["count", "rate"])
@pytest.mark.parametrize("cell", [None, "", "  ", "-", "–", "—", "\u00a0", "...", "…", ".....", "--", "'"])
def test_blank(cell, rule):
    assert read_number(cell, **rule) == Reading(None, "exact", is_blank=True)


@pytest.mark.parametrize("cell", ["KPS", "kps", "(KPS)", "K.P.S", "Không phát sinh", "không có"])
def test_nothing_arose_is_zero_of_a_count_and_no_rate(cell):
    assert read_number(cell, **COUNT) == Reading(0.0, is_nothing_arose=True)
    assert read_number(cell, **RATE) == Reading(None, is_blank=True, is_nothing_arose=True)
    assert read_number(cell, **RANK) == Reading(None, is_blank=True, is_nothing_arose=True)


@pytest.mark.parametrize(
    ("cell", "rule", "expected"),
    [
        pytest.param("8/34", RANK, Reading(8, denominator=34, out_of=34), id="rank"),
        pytest.param("21/84", COUNT, Reading(21, denominator=84, out_of=84), id="count"),
        pytest.param("1.595 / 2.000", COUNT, Reading(1595, denominator=2000, out_of=2000), id="grouped"),
        pytest.param("17,6/22", SCORE, Reading(17.6, out_of=22), id="score"),
        pytest.param(
            "850,5/1.000", {**SCORE, "maximum": 1000}, Reading(850.5, out_of=1000), id="points of 1000"
        ),
        pytest.param("21/84", RATE, Reading(25, numerator=21, denominator=84, out_of=84), id="rate"),
        pytest.param("0/84", RATE, Reading(0, numerator=0, denominator=84, out_of=84), id="rate of nothing"),
        pytest.param("đạt 21/84", RATE, Reading(25, numerator=21, denominator=84, out_of=84), id="reached"),
    ],
)
def test_a_figure_with_its_total(cell, rule, expected):
    assert read_number(cell, **rule) == expected


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        pytest.param("84/21", COUNT, id="above its total"),
        pytest.param("17,6/22", COUNT, id="fraction of a count"),
        pytest.param("17,6/22", RATE, id="counts of a rate are whole"),
        pytest.param("10/2025", COUNT, id="a month"),
        pytest.param("0/0", RATE, id="rate of nothing at all"),
        pytest.param("3/5", MEASURE, id="a measure has no total"),
        pytest.param("(21/84)", RATE, id="in brackets"),
    ],
)
def test_a_figure_with_an_impossible_total(cell, rule):
    with pytest.raises(NumberError):
        read_number(cell, **rule)


@pytest.mark.parametrize(
    ("cell", "rule", "words", "value"),
    [
        ("1.595 hồ sơ", COUNT, ("hồ sơ",), 1595),
        ("7,5 triệu hồ sơ", COUNT, ("hồ sơ",), 7_500_000),
        ("837 Dịch vụ", COUNT, ("dịch vụ",), 837),
        ("12tổ", COUNT, ("tổ",), 12),
        ("17,6 điểm", SCORE, ("điểm",), 17.6),
        ("17,6/22 điểm", SCORE, ("điểm",), 17.6),
        ("30,37%", MEASURE, ("%",), 30.37),
        ("72,63 phần trăm", RATE, (), 72.63),
        ("3,5 ngày (1)", MEASURE, ("ngày",), 3.5),
    ],
)
def test_words_of_the_unit(cell, rule, words, value):
    assert read_number(cell, **rule, unit_words=words).value == value


@pytest.mark.parametrize("cell", ["+1,2%", "+1,2", "+ 1,2 %"])
def test_a_change_is_no_share(cell):
    with pytest.raises(NumberError):
        read_number(cell, **RATE)


def test_words_of_a_unit_of_the_catalogue(catalogue):
    words = {code: words_of_unit(unit.name_vi) for code, unit in catalogue.units.items()}
    assert words["dossiers"] == ("hồ sơ",)
    assert words["percent_relative"] == ("%",)
    assert words["communes"] == ("xã", "phường", "đặc khu")
    assert read_number("45 xã", **COUNT, unit_words=words["communes"]).value == 45


@pytest.mark.parametrize("cell", ["1.595 dịch vụ", "hồ sơ", "hồ sơ hồ sơ", "12 tổ hồ sơ", "1.595 hồ"])
def test_words_of_another_unit_are_refused(cell):
    with pytest.raises(NumberError):
        read_number(cell, **COUNT, unit_words=("hồ sơ",))


def test_a_cell_shown_as_a_percentage_is_certain():
    assert read_number(Percentage(0.7263), **RATE) == Reading(72.63)
    assert read_number(Percentage(1), **RATE) == Reading(100)
    assert read_number(Percentage(0.07), **RATE) == Reading(7)
    with pytest.raises(NumberError, match="72,63%"):
        read_number(Percentage(0.7263), **COUNT)
    with pytest.raises(NumberError):
        read_number(Percentage(math.nan), **RATE)


@pytest.mark.parametrize(
    ("cell", "value", "qualifier"),
    [
        ("hơn 8.130", 8130, "more_than"),
        ("Hơn 8.130", 8130, "more_than"),
        ("trên 98", 98, "more_than"),
        (">5", 5, "more_than"),
        ("gần 700.000", 700_000, "less_than"),
        ("dưới 10", 10, "less_than"),
        ("khoảng 7,5 triệu", 7_500_000, "approx"),
    ],
)
def test_qualifiers(cell, value, qualifier):
    assert read_number(cell, **COUNT) == Reading(value, qualifier)


@pytest.mark.parametrize("text", ["hơn 8.130", "đạt 100%", "7,5 triệu", "gần 12"])
def test_unicode_form_makes_no_difference(text):
    import unicodedata

    rule = RATE if "%" in text else COUNT
    assert read_number(unicodedata.normalize("NFD", text), **rule) == read_number(text, **rule)


@pytest.mark.parametrize("rule", [COUNT, RATE], ids=["count", "rate"])
@pytest.mark.parametrize(
    "cell",
    [
        "10/2025",
        "1/2/2025",
        "17,6/22,5%",
        "abc",
        "#N/A",
        "12 345 6",
        "1.59.5",
        "1,2,3",
        "1.595.00",
        "12..5",
        "837 (12)",
        "837 (98%)",
        "837 (1) (2) (3",
        "12 345 6'000",
        "x",
        "N/A",
        "#DIV/0!",
        "=SUM(A1:A3)",
        "=?",
        "8\u03361\u03363\u0336",
        "tăng 5",
        "-(5)",
        "((5))",
        10**400,
        "1e5",
        "=1+1",
        "9" * 400,
        "5 đến 7",
        True,
        date(2025, 10, 1),
        datetime(2025, 10, 1),  # noqa: DTZ001
        time(1, 2),
        timedelta(days=1),
        math.nan,
        math.inf,
        object(),
    ],
    ids=repr,
)
def test_not_a_figure(cell, rule):
    with pytest.raises(NumberError) as caught:
        read_number(cell, **rule)
    assert caught.value.rule == "readable_value"
    assert caught.value.message != caught.value.message_vi


@pytest.mark.parametrize("cell", ["72%", "7,5 triệu%"])
def test_percent_sign_in_a_count(cell):
    with pytest.raises(NumberError):
        read_number(cell, **COUNT)


@pytest.mark.parametrize(
    ("cell", "rule", "readings", "shown"),
    [
        pytest.param(0.7263, RATE, (0.7263, 72.63), ["0,7263%", "72,63%"], id="percent scale"),
        pytest.param(1, RATE, (1, 100), ["1%", "100%"], id="Excel's 100 % or 1 %"),
        pytest.param("0,7263", RATE, (0.7263, 72.63), ["0,7263%", "72,63%"], id="percent scale as text"),
        pytest.param("'0,7263", RATE, (0.7263, 72.63), ["0,7263%", "72,63%"], id="text mark"),
        pytest.param(1.234, COUNT, (1.234, 1234), ["1,234", "1.234"], id="count taken for a decimal"),
        pytest.param("10²", COUNT, (10, 100), ["hiểu là 10 ", "100"], id="footnote or hundred"),
        pytest.param("1,000", COUNT, (1000, 1), ["1.000", "hoặc 1"], id="comma before three zeros"),
        pytest.param("1.595 nghìn", COUNT, (1_595_000, 1595), ["1.595.000", "1.595"], id="thousand"),
        pytest.param("86,963", MEASURE, (86963, 86.963), ["86.963", "86,963"], id="no bounds"),
    ],
)
def test_two_readings_are_refused_with_both(cell, rule, readings, shown):
    with pytest.raises(NumberError) as caught:
        read_number(cell, **rule)
    assert caught.value.rule == "ambiguous_value"
    assert caught.value.readings == readings
    assert all(text in caught.value.message_vi for text in shown)


def test_bounds_decide_between_readings():
    assert read_number(1.234, **RANK).value == 1.234
    assert read_number("-1,595", **{**RATE, "minimum": -100}).value == -1.595
    assert read_number("62.590", **SCORE).value == 62.59
    assert read_number(0.72, **{**RATE, "maximum": 1}).value == 0.72


def _written_counts(value: int) -> list[object]:
    dots = f"{value:,}".replace(",", ".")
    spaces = f"{value:,}".replace(",", " ")
    no_break = f"{value:,}".replace(",", "\u00a0")
    others = [f"{value:,}".replace(",", sign) for sign in ("'", "\u202f", "\u2009")]
    return [value, float(value), str(value), dots, spaces, no_break, f" {dots} ", f"{dots} (1)", *others]


@settings(max_examples=200)
@given(st.integers(0, 10**12))
def test_every_style_of_a_count_reads_the_same(value):
    assert [read_number(text, **COUNT) for text in _written_counts(value)] == [Reading(float(value))] * 11


@settings(max_examples=200)
@given(st.decimals(0, 100, places=2))
def test_every_style_of_a_rate_reads_the_same(value):
    dot = str(value)
    comma = dot.replace(".", ",")
    styles = [f"{comma}%", f"{comma} %", f"{dot}%", f"đạt {comma}%"]
    if value == 0 or value >= 1:
        styles += [comma, dot]
    if value == 0 or value > 1:
        assert read_number(float(value), **RATE) == Reading(float(value))
    assert {read_number(text, **RATE) for text in styles} == {Reading(float(value))}


@settings(max_examples=200)
@given(st.text(alphabet="0123456789., %-hơngầtriệu", max_size=12), st.sampled_from([COUNT, RATE, MEASURE]))
def test_any_text_is_read_blank_or_refused(text, rule):
    try:
        reading = read_number(text, **rule)
    except NumberError:
        return
    assert reading.is_blank == (reading.value is None)
    assert reading.value is None or math.isfinite(reading.value)


@given(st.floats(-1e12, 1e12).map(lambda value: round(value, 4)))
def test_vietnamese_figure_swaps_the_separators(value):
    text = vietnamese_figure(value)
    assert float(text.replace(".", "").replace(",", ".")) == value


_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-10, 10**6),
    st.floats(0, 1.5).map(lambda value: round(value, 3)),
    st.floats(0, 2000).map(lambda value: round(value, 3)),
    st.floats(),
    st.integers(min_value=10**308),
    st.floats().map(Percentage),
    st.floats(0, 1).map(Percentage),
    st.dates(),
    st.sampled_from(["", "-", "KPS", "1.595", "72,63%", "hơn 8.130", "21/84", "0,7263", "abc", "#N/A"]),
    st.text(alphabet="0123456789., %/", max_size=8),
)


def _outcome(read):
    try:
        return read()
    except NumberError as error:
        return error.message, error.message_vi, str(error.readings)


@settings(max_examples=100)
@given(st.lists(_CELLS, max_size=12), st.sampled_from([COUNT, RATE, SCORE, RANK, MEASURE]))
def test_a_column_reads_as_its_cells_do(cells, rule):
    column = read_column(cells, rule)
    for at, cell in enumerate(cells):
        assert _outcome(lambda at=at: column.reading(at)) == _outcome(
            lambda cell=cell: read_number(cell, **rule)
        )
        assert math.isnan(column.values[at]) == (at in column.problems or column.reading(at).is_blank)


def test_a_column_names_what_is_special():
    column = read_column(["hơn 8.130", 5.0, "KPS", "", "abc", "abc"], COUNT)
    assert column.qualifiers == {0: "more_than"}
    assert set(column.special) == {0, 2}
    assert set(column.problems) == {4, 5}
    assert column.values[:3].tolist() == [8130, 5, 0]


def test_a_column_of_any_cells_is_read():
    assert set(read_column([[], object(), 5.0], COUNT).problems) == {0, 1}
    assert read_column([], COUNT).values.size == 0

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.ingest.numbers import NumberError, Reading, read_number, vietnamese_figure

COUNT = {"is_percent": False, "is_whole": True, "minimum": 0, "maximum": None}
RATE = {"is_percent": True, "is_whole": False, "minimum": 0, "maximum": 100}
SCORE = {"is_percent": False, "is_whole": False, "minimum": 0, "maximum": 100}
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
        pytest.param("KPS", 0, id="KPS"),
        pytest.param("Không phát sinh", 0, id="nothing arose"),
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
@pytest.mark.parametrize("cell", [None, "", "  ", "-", "–", "—", "\u00a0"])
def test_blank(cell, rule):
    assert read_number(cell, **rule) == Reading(None, "exact", is_blank=True)


@pytest.mark.parametrize("cell", ["KPS", "không phát sinh"])
def test_nothing_arose_is_no_rate(cell):
    assert read_number(cell, **RATE).is_blank


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
        "21/84",
        "17,6/22",
        "10/2025",
        "abc",
        "#N/A",
        "12 345 6",
        "1.59.5",
        "1,2,3",
        "1.595.00",
        "12..5",
        "837²",
        "837 (1)",
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
    assert read_number("62.590", **SCORE).value == 62.59
    assert read_number(0.72, **{**RATE, "maximum": 1}).value == 0.72


def _written_counts(value: int) -> list[object]:
    dots = f"{value:,}".replace(",", ".")
    spaces = f"{value:,}".replace(",", " ")
    no_break = f"{value:,}".replace(",", "\u00a0")
    return [value, float(value), str(value), dots, spaces, no_break, f" {dots} "]


@settings(max_examples=200)
@given(st.integers(0, 10**12))
def test_every_style_of_a_count_reads_the_same(value):
    assert [read_number(text, **COUNT) for text in _written_counts(value)] == [Reading(float(value))] * 7


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

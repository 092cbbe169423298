import json
import math
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.numbers import NumberError
from dx_pipeline.ingest.observation import NO_HINTS, Hints
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.readers.portal_answer import Limits, answer_period, json_number, load_answer

COUNT = Limits(is_whole=True, maximum=None)
SCORE = Limits(is_whole=False, maximum=18)
DAYS = Limits(is_whole=False, maximum=None)


@pytest.mark.parametrize(
    ("value", "limits", "expected"),
    [
        pytest.param(8, COUNT, 8, id="whole"),
        pytest.param(8.0, COUNT, 8, id="whole with a point"),
        pytest.param("8", COUNT, 8, id="whole text"),
        pytest.param("8.0", COUNT, 8, id="whole text with a point"),
        pytest.param(" 268678 ", COUNT, 268678, id="blanks around"),
        pytest.param("15.20", SCORE, 15.2, id="point"),
        pytest.param("15,2", SCORE, 15.2, id="comma"),
        pytest.param("1.234", SCORE, 1.234, id="1234 is beyond the score's maximum"),
        pytest.param("1,234", SCORE, 1.234, id="comma, 1234 beyond the maximum"),
        pytest.param("4.125", DAYS, 4.125, id="a point is JSON's decimal mark"),
        pytest.param("0.123", DAYS, 0.123, id="no group starts with 0"),
        pytest.param("-1.5", SCORE, -1.5, id="negative"),
        pytest.param("", SCORE, None, id="empty"),
        pytest.param(None, SCORE, None, id="null"),
    ],
)
def test_numbers_come_as_numbers_or_texts(value, limits, expected):
    assert json_number(value, limits) == expected


@pytest.mark.parametrize(
    ("value", "limits", "readings"),
    [
        pytest.param("1.234", COUNT, (1.234, 1234), id="point in a count"),
        pytest.param("12,000", COUNT, (12, 12000), id="comma in a count"),
        pytest.param("4,125", DAYS, (4.125, 4125), id="comma without a maximum"),
    ],
)
def test_groups_of_thousands_are_never_guessed(value, limits, readings):
    with pytest.raises(NumberError) as caught:
        json_number(value, limits)
    assert caught.value.readings == readings
    assert caught.value.rule == "ambiguous_value"


@pytest.mark.parametrize(
    "value", ["cao", "1.234.567", "1 595", "12%", "1e5", "٣", True, [1], {}, math.inf, 10**400, "9" * 16]
)
def test_what_is_no_number_is_refused(value):
    with pytest.raises(NumberError):
        json_number(value, COUNT)


@given(number=st.integers(0, 10**12) | st.decimals(0, 999, places=2).map(float))
def test_a_number_reads_the_same_as_text(number):
    assert json_number(str(number), DAYS) == json_number(number, DAYS) == number


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"<!DOCTYPE html><html>", "web page", id="login page"),
        pytest.param(b"\xef\xbb\xbf\n <html>", "web page", id="login page with BOM"),
        pytest.param(b"", "empty", id="empty"),
        pytest.param(b'{"data": [{"a": 1}, {"a"', "cut off", id="truncated"),
        pytest.param(b'{"data": "tha', "JSON", id="truncated in a text"),
        pytest.param(b'{"a": NaN}', "NaN", id="NaN"),
        pytest.param(b'{"a": -Infinity}', "Infinity", id="infinity"),
        pytest.param(b'{"a": {"CKMB": 1, "CKMB": 2}}', "CKMB", id="a key twice"),
        pytest.param(b"[" * 10_000_000, "nests without end", id="10 MB of brackets"),
        pytest.param(b"a;b\n1;2", "not JSON", id="CSV"),
        pytest.param(b"{} {}", "Extra data", id="two answers"),
        pytest.param(b"\x80\x81", "not JSON", id="bytes"),
    ],
)
def test_what_is_no_json_is_refused_with_words(tmp_path, content, message):
    (tmp_path / "bytes").write_bytes(content)
    with pytest.raises(UnreadableFileError, match=message) as caught:
        load_answer(tmp_path / "bytes", "a.json")
    assert caught.value.message_vi.startswith("Tệp a.json")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_json_comes_in_any_unicode_encoding(tmp_path, encoding):
    (tmp_path / "bytes").write_bytes(json.dumps({"ten": "Huế"}, ensure_ascii=False).encode(encoding))
    assert load_answer(tmp_path / "bytes", "a.json") == {"ten": "Huế"}


@given(content=st.binary(max_size=100))
def test_no_bytes_make_loading_crash(tmp_path, content):
    (tmp_path / "bytes").write_bytes(content)
    try:
        load_answer(tmp_path / "bytes", "a.json")
    except UnreadableFileError:
        return


QUARTER = ReportedPeriod(period_start=date(2025, 7, 1), period_end=date(2025, 9, 30), as_of=date(2025, 9, 30))
MONTH = (date(2025, 10, 1), date(2025, 10, 31), date(2025, 10, 31))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("report_tinh_766_2025-10.json", MONTH),
        ("report_tinh_766_service_2025_10.json", MONTH),
        ("tinh_T10-2025.json", MONTH),
        ("tinh_766_thang10.2025.json", MONTH),
        ("x_Q3-2025.json", (date(2025, 7, 1), date(2025, 9, 30), date(2025, 9, 30))),
        ("x_2025Q3.json", (date(2025, 7, 1), date(2025, 9, 30), date(2025, 9, 30))),
        ("tinh_26102025.json", (date(2025, 10, 1), date(2025, 10, 31), date(2025, 10, 26))),
    ],
)
def test_the_period_is_in_the_name(catalogue, name, expected):
    source = catalogue.sources["portal_evaluation_2025"]
    period = answer_period(name, source, NO_HINTS, example="a")
    assert (period.period_start, period.period_end, period.as_of) == expected


@pytest.mark.parametrize("name", ["766_2025.json", "766_13-2025.json", "tinh.json", "32132025.json"])
def test_a_name_without_a_period_is_asked_about(catalogue, name):
    source = catalogue.sources["portal_evaluation_2025"]
    with pytest.raises(UnreadableFileError, match="names no period"):
        answer_period(name, source, NO_HINTS, example="a")
    assert answer_period(name, source, Hints(period=QUARTER), example="a") == QUARTER


def test_a_persons_word_and_the_name_must_agree(catalogue):
    source = catalogue.sources["portal_evaluation"]
    certain = Hints(period=QUARTER, is_certain=True)
    with pytest.raises(UnreadableFileError, match="2025-10-10"):
        answer_period("scores_10102025.json", source, certain, example="a")
    assert answer_period("scores_10092025.json", source, certain, example="a") == ReportedPeriod(
        period_start=QUARTER.period_start, period_end=QUARTER.period_end, as_of=date(2025, 9, 10)
    )
    guessed = Hints(period=QUARTER)
    assert answer_period("scores_10102025.json", source, guessed, example="a").as_of == date(2025, 10, 10)

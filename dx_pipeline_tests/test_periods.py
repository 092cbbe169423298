from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline import periods
from dx_pipeline.failures import PermanentError


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(-600, 600))
def test_adding_months_and_taking_them_back_is_the_first_of_the_month(day, count):
    month = periods.first_of_month(day)
    assert periods.add_months(periods.add_months(month, count), -count) == month


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_a_month_key_reads_back(day):
    assert periods.parse_month(periods.month_key(day)) == periods.first_of_month(day)


@pytest.mark.parametrize("text", ["2025", "2025-13", "10/2025", "2025-1", "", "2025-10-01"])
def test_what_is_not_a_month_key_is_refused(text):
    with pytest.raises(ValueError, match="YYYY-MM"):
        periods.parse_month(text)


@pytest.mark.parametrize(
    ("month", "quarter", "label"),
    [
        pytest.param(date(2025, 7, 1), date(2025, 7, 1), "quý III/2025", id="first month"),
        pytest.param(date(2025, 9, 30), date(2025, 7, 1), "quý III/2025", id="last day"),
        pytest.param(date(2025, 12, 1), date(2025, 10, 1), "quý IV/2025", id="last quarter"),
    ],
)
def test_quarters(month, quarter, label):
    assert periods.quarter_of(month) == quarter
    assert periods.quarter_label(quarter).vi == label


def test_ends():
    assert periods.month_end(date(2024, 2, 10)) == date(2024, 2, 29)
    assert periods.quarter_end(date(2025, 10, 1)) == date(2025, 12, 31)
    assert list(periods.months_between(date(2025, 11, 5), date(2026, 1, 31))) == [
        date(2025, 11, 1),
        date(2025, 12, 1),
        date(2026, 1, 1),
    ]


@pytest.mark.parametrize(
    ("utc", "day"),
    [
        pytest.param(datetime(2025, 10, 31, 16, 59), date(2025, 10, 31), id="before midnight"),  # noqa: DTZ001
        pytest.param(datetime(2025, 10, 31, 17, 0), date(2025, 11, 1), id="midnight"),  # noqa: DTZ001
    ],
)
def test_the_day_is_that_of_vietnam(utc, day):
    assert periods.vietnam_day(utc) == day


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-11-20", "2025-11-20T16:59:59.999999"),
        ("2025-11-20T08:00", "2025-11-20T01:00:00"),
        ("2025-11-20 08:00:30", "2025-11-20T01:00:30"),
        ("2025-11-20T08:00:00Z", "2025-11-20T08:00:00"),
    ],
)
def test_a_moment_is_in_vietnams_time_unless_it_says_otherwise(text, utc):
    assert periods.known_moment(text) == datetime.fromisoformat(utc)


@pytest.mark.parametrize("text", ["", "20/11/2025", "2025-11-31", "0001-01-01T00:00"])
def test_what_is_no_moment_is_refused(text):
    with pytest.raises(PermanentError, match="no day and no moment"):
        periods.known_moment(text)

from datetime import date
from itertools import pairwise

import pytest

from dx_pipeline.periods import add_months
from dx_pipeline.samples.chance import Chance
from dx_pipeline.samples.published import PublishedFigure, PublishedFigures
from dx_pipeline.samples.timeline import Timeline, months_apart

OCTOBER = date(2025, 10, 1)
COUNT, RATE = ("PS_FULL_CNT", "44", "all"), ("PROC_EFORM_RATE", "44", "all")


@pytest.fixture
def timeline():
    known = [PublishedFigure("PS_FULL_CNT", "44", "all", OCTOBER, None, 837)]
    known.append(PublishedFigure("PROC_EFORM_RATE", "44", "all", OCTOBER, None, 100))
    return Timeline(PublishedFigures(known), Chance(1))


@pytest.mark.parametrize(
    ("second", "count"),
    [(date(2025, 12, 1), 2), (date(2025, 10, 31), 0), (date(2024, 12, 1), -10)],
    ids=["later", "same month", "year before"],
)
def test_months_apart(second, count):
    assert months_apart(OCTOBER, second) == count


def test_a_published_count_is_met_and_led_up_to(timeline):
    series = [timeline.count(COUNT, add_months(OCTOBER, step), (1, 2), 0.4) for step in (-2, -1, 0, 1, 2)]
    assert series[2] == 837
    assert series == sorted(series)
    assert all(abs(later - earlier) <= 5 for earlier, later in pairwise(series))


def test_a_published_rate_of_100_is_not_exceeded(timeline):
    series = [timeline.rate(RATE, add_months(OCTOBER, step), (1, 2), 0.4) for step in (-1, 0, 1)]
    assert series == [pytest.approx(99.6), 100, 100]


def test_an_unpublished_series_starts_in_its_range(timeline):
    assert 10 <= timeline.rate(("DIG_RATE", "01", "all"), date(2025, 7, 1), (10, 20), 0.5) <= 20

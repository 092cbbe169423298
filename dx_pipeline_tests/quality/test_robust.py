from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dx_pipeline.quality.robust import middle_spread_of_rows, scores, spread_of_rows

LIMIT = 3.5
GAP = float("nan")
values = st.lists(st.integers(-1000, 1000), min_size=8, max_size=34)


def score(sample: list[float], smallest: float = 1.0, tail_pct: float = 20) -> np.ndarray:
    """Each value's score among all of them, as provinces are compared."""
    table = np.array([sample], dtype=float)
    usual = spread_of_rows(table, 3)
    deviation = np.fmax(usual.deviation, middle_spread_of_rows(table, tail_pct))
    departure = table[0] - usual.median[0]
    return scores(departure, deviation[0], np.float64(smallest), np.float64(LIMIT))


def test_the_spread_of_rows_with_gaps_is_that_of_their_values():
    usual = spread_of_rows(np.array([[1, 2, 3, 4, 100], [GAP, 5, GAP, 7, 6], [GAP, GAP, GAP, 1, 2]]), 3)
    assert list(usual.number) == [5, 3, 2]
    assert list(usual.median[:2]) == [3, 6]
    assert usual.deviation[:2] == pytest.approx([1.4826, 1.4826], abs=1e-4)
    assert np.isnan([usual.median[2], usual.deviation[2], usual.low[2], usual.high[2]]).all()


def test_the_middle_is_scaled_to_a_normal_distribution():
    draws = np.random.default_rng(1).standard_normal((1, 20_000))
    for tail_pct in (10, 20, 25):
        assert middle_spread_of_rows(draws, tail_pct)[0] == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize(
    ("sample", "told"),
    [
        ([60, 61, 62, 63, 64, 65, 66, 67, 99], [99]),
        ([60, 61, 62, 63, 64, 65, 66, 67, 70], []),
        ([100] * 20 + [50], [50]),
        ([100] * 20 + [99.5], []),
        ([0] * 18 + [92, 95, 97, 98, 100, 100], []),
        ([0] * 30 + [92, 95, 97], [92, 95, 97]),
    ],
    ids=["one far", "none far", "no spread", "no spread, last digit", "two kinds", "no spread, three far"],
)
def test_what_is_told_of(sample: list[float], told: list[float]):
    found = score(sample)
    assert [value for value, size in zip(sample, found, strict=True) if size > LIMIT] == told


@given(values, st.integers(10**6, 10**9), st.integers(10**6, 10**9))
def test_one_extreme_value_never_hides_another(sample: list[int], first: int, second: int):
    assume(len(sample) >= 9)
    assert score([*sample, first])[-1] > LIMIT
    assert (score([*sample, first, -second])[-2:] > LIMIT).all()


@given(values, st.integers(-1000, 1000), st.integers(1, 50))
def test_scores_do_not_depend_on_where_zero_is_or_on_the_unit(sample: list[int], shift: int, factor: int):
    moved = [value * factor + shift for value in sample]
    assert score(moved, smallest=factor) == pytest.approx(score(sample), rel=1e-9, abs=1e-9)


@given(values)
@settings(max_examples=50)
def test_a_departure_within_the_smallest_is_never_told(sample: list[int]):
    departures = np.abs(np.array(sample) - np.median(sample))
    assert (score(sample, smallest=50)[departures <= 50] <= LIMIT).all()

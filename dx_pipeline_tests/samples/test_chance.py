import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.samples.chance import Chance, apportion, part_of, percent

WEIGHTS = st.dictionaries(
    st.text("abcdef", min_size=1, max_size=4), st.floats(0.1, 1e6), min_size=1, max_size=34
)


@given(total=st.integers(0, 10_000_000), weights=WEIGHTS)
@settings(max_examples=60)
def test_apportion_sums_exactly_and_stays_near_each_share(total, weights):
    counts = apportion(total, weights)
    whole = sum(weights.values())
    assert sum(counts.values()) == total
    assert all(abs(counts[key] - total * weight / whole) <= 1 + 1e-6 for key, weight in weights.items())


@given(seed=st.integers(), low=st.floats(-1e3, 1e3), width=st.floats(0, 1e3), key=st.text())
@settings(max_examples=60)
def test_draws_stay_in_range_and_repeat(seed, low, width, key):
    first, second = (Chance(seed).between(low, low + width, key) for _ in range(2))
    assert first == second
    assert low <= first <= low + width


def test_draws_differ_by_seed_and_by_key():
    draws = {Chance(seed).between(0, 1, key, part) for seed in (1, 2) for key in "ab" for part in ("", "c")}
    assert len(draws) == 8


@pytest.mark.parametrize(
    ("whole", "rate", "count"),
    [(1000, 72.63, 726), (10, 100, 10), (10, 130, 10), (10, -5, 0), (0, 50, 0)],
    ids=["rounded", "all", "never above", "never below", "of nothing"],
)
def test_part_of(whole, rate, count):
    assert part_of(whole, rate) == count


def test_percent_rounds_to_two_decimals_and_survives_zero():
    assert percent(1, 3) == 33.33
    assert percent(0, 0) == 0.0

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.samples.chance import (
    Chance,
    apportion,
    apportion_steadily,
    apportion_within,
    part_of,
    percent,
)

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


@given(total=st.integers(0, 10_000_000), weights=WEIGHTS)
def test_a_steady_split_sums_exactly_and_gives_more_for_more(total, weights):
    counts, more = (apportion_steadily(number, weights) for number in (total, total + 1))
    assert sum(counts.values()) == total
    assert [key for key in counts if more[key] != counts[key]] == [
        key for key in counts if more[key] == counts[key] + 1
    ]
    assert sum(more.values()) == total + 1


def test_largest_remainders_let_a_share_fall_and_the_steady_split_does_not():
    weights = {"a": 6.0, "b": 6.0, "c": 2.0}
    assert [apportion(total, weights)["c"] for total in (10, 11)] == [2, 1]
    assert [apportion_steadily(total, weights)["c"] for total in (10, 11)] == [2, 2]


@given(limits=st.dictionaries(st.text("abc", min_size=1), st.integers(0, 10_000), min_size=1), data=st.data())
def test_limits_hold_and_the_sum_is_exact(limits, data):
    total = data.draw(st.integers(0, sum(limits.values())))
    weights = {key: limit * data.draw(st.floats(0.5, 1.5)) for key, limit in limits.items()}
    counts = apportion_within(total, weights, limits)
    assert sum(counts.values()) == total
    assert all(0 <= counts[key] <= limits[key] for key in limits)


def test_more_than_the_limits_is_refused():
    with pytest.raises(ValueError, match="more than the limits"):
        apportion_within(6, {"a": 1.0, "b": 1.0}, {"a": 2, "b": 3})

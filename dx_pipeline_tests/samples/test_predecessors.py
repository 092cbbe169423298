import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.periods import MERGER_DATE
from dx_pipeline.samples.chance import Chance
from dx_pipeline.samples.predecessors import HIGHEST_LEVEL, LOWEST_LEVEL, Predecessors

# one, two and three predecessors; Quảng Trị (44) holds the old 44 and 45, Lào Cai (15) the old 10 and 15
NEW_CODES = st.sampled_from(["01", "44", "15", "25", "91"])


@pytest.fixture(scope="module")
def split(catalogue):
    return Predecessors(catalogue.geography, Chance(2025))


def test_every_old_province_is_in_one_of_the_34(catalogue, split):
    new_codes = [unit.code for unit in catalogue.geography.provinces_on(MERGER_DATE)]
    assert sorted(split.new_codes) == new_codes
    olds = [old for new in new_codes for old in split.share(new, 0)]
    assert sorted(olds) == [
        unit.code for unit in catalogue.geography.provinces_on(MERGER_DATE.replace(month=6))
    ]


@pytest.mark.parametrize(
    ("old", "new"),
    [("45", "44"), ("44", "44"), ("10", "15"), ("15", "15"), ("27", "24"), ("64", "52"), ("72", "80")],
)
def test_a_reused_code_leads_to_todays_province(split, old, new):
    assert split.successor(old) == new
    assert old in split.share(new, 10)


@given(new=NEW_CODES, total=st.integers(0, 10**8), key=st.sampled_from(["", "a"]))
def test_shares_sum_exactly_and_all_get_some(split, new, total, key):
    shares = split.share(new, total, key, 0.3)
    assert sum(shares.values()) == total
    assert total < 10 or min(shares.values()) > 0


@given(new=NEW_CODES, start=st.integers(0, 300))
def test_a_growing_total_lets_no_share_fall(split, new, start):
    series = [split.share(new, total) for total in range(start, start + 40)]
    for old in series[0]:
        counts = [shares[old] for shares in series]
        assert counts == sorted(counts)


@given(
    new=NEW_CODES, whole=st.integers(0, 10**6), share=st.floats(0, 1), spread=st.sampled_from([0, 0.03, 0.3])
)
def test_parts_sum_exactly_and_stay_within_their_wholes(split, new, whole, share, spread):
    wholes = split.share(new, whole)
    total = round(whole * share)
    parts = split.part(total, wholes, "key", spread)
    assert sum(parts.values()) == total
    assert all(0 <= parts[old] <= wholes[old] for old in wholes)


@given(new=NEW_CODES, whole=st.integers(1, 500), data=st.data())
def test_a_growing_part_of_the_same_wholes_never_falls(split, new, whole, data):
    wholes = split.share(new, whole)
    totals = sorted(data.draw(st.lists(st.integers(0, whole), min_size=2, max_size=8)))
    series = [split.part(total, wholes, "key", 0.3) for total in totals]
    for old in wholes:
        counts = [parts[old] for parts in series]
        assert counts == sorted(counts)


def test_levels_are_near_todays_and_the_same_where_nothing_merged(split):
    assert split.levels("01", 2000) == {"01": 2000}
    levels = split.levels("25", 2000)
    assert set(levels) == {"17", "25", "26"}
    assert len(set(levels.values())) == 3
    assert all(2000 * LOWEST_LEVEL <= level <= 2000 * HIGHEST_LEVEL for level in levels.values())


def test_another_seed_splits_otherwise(catalogue, split):
    other = Predecessors(catalogue.geography, Chance(7))
    assert other.share("44", 10_000) != split.share("44", 10_000)

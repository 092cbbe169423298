import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest.registers.counting import CountedRow, count_rows

CONDITIONS = {
    "LISTED": {},
    "FULL": {"level": ("full",)},
    "ONLINE": {"level": ("full", "partial")},
    "BOTH": {"level": ("full",), "integrated": ("yes",)},
}


def rows(*items, area="44", scope="all"):
    return [
        CountedRow(number, area, scope, key, name, {"level": level, "integrated": integrated})
        for number, (key, name, level, integrated) in enumerate(items)
    ]


def counted(items):
    return {
        (count.indicator_code, count.area_code, count.scope): count.value if count.is_certain else None
        for count in count_rows(items, CONDITIONS)
    }


def of_44(items):
    return {code: value for (code, area, _), value in counted(items).items() if area == "44"}


def test_rows_count_where_every_field_has_one_of_the_codes():
    items = rows(("a", "A", "full", "yes"), ("b", "B", "partial", "yes"), ("c", "C", "none", "no"))
    assert of_44(items) == {"LISTED": 3, "FULL": 1, "ONLINE": 2, "BOTH": 1}


def test_a_group_without_a_match_counts_zero():
    assert of_44(rows(("a", "A", "none", "no"))) == {"LISTED": 1, "FULL": 0, "ONLINE": 0, "BOTH": 0}


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        pytest.param(
            ("a", "A", "full", "yes"), {"LISTED": 1, "FULL": 1, "ONLINE": 1, "BOTH": 1}, id="the same"
        ),
        pytest.param(
            ("a", "A", "partial", "yes"),
            {"LISTED": 1, "FULL": None, "ONLINE": 1, "BOTH": None},
            id="another level",
        ),
        pytest.param(
            ("a", "B", "full", "yes"),
            {"LISTED": None, "FULL": None, "ONLINE": None, "BOTH": None},
            id="another name",
        ),
        pytest.param(
            ("a", None, "full", "yes"), {"LISTED": 1, "FULL": 1, "ONLINE": 1, "BOTH": 1}, id="no name"
        ),
        pytest.param(
            (None, "A", "full", "yes"), {"LISTED": 2, "FULL": 2, "ONLINE": 2, "BOTH": 2}, id="no key"
        ),
        pytest.param(
            ("b", "B", None, "no"),
            {"LISTED": 2, "FULL": None, "ONLINE": None, "BOTH": 1},
            id="unknown word that another column outvotes",
        ),
    ],
)
def test_a_second_row(second, expected):
    assert of_44(rows(("a", "A", "full", "yes"), second)) == expected


def test_registers_and_provinces_are_never_added_up():
    items = [
        CountedRow(0, "44", "government_register", None, None, {"level": "full", "integrated": "yes"}),
        CountedRow(1, "44", "provincial_plan", None, None, {"level": "full", "integrated": "yes"}),
        CountedRow(2, "46", "provincial_plan", None, None, {"level": None, "integrated": "yes"}),
    ]
    found = counted(items)
    assert found["FULL", "44", "government_register"] == 1
    assert found["FULL", "44", "provincial_plan"] == 1
    assert found["FULL", "46", "provincial_plan"] is None


def test_a_key_in_two_provinces_is_disputed_in_both():
    items = [
        CountedRow(0, "44", "all", "a", "A", {"level": "full", "integrated": "yes"}),
        CountedRow(1, "46", "all", "a", "A", {"level": "full", "integrated": "yes"}),
        CountedRow(2, "01", "all", "b", "B", {"level": "full", "integrated": "yes"}),
    ]
    found = counted(items)
    assert found["FULL", "44", "all"] is None
    assert found["FULL", "46", "all"] is None
    assert found["FULL", "01", "all"] == 1


def test_nothing_counts_nothing():
    assert count_rows([], CONDITIONS) == []


CODES = st.sampled_from(["full", "partial", "none"])
TABLE = st.lists(st.tuples(st.sampled_from("abcdef"), CODES), min_size=1, max_size=12)


@given(table=TABLE)
def test_sql_counts_as_a_plain_loop_does(table):
    items = [
        CountedRow(number, "44", "all", key, None, {"level": level, "integrated": "no"})
        for number, (key, level) in enumerate(table)
    ]
    levels = {}
    for key, level in table:
        levels.setdefault(key, set()).add(level)
    found = of_44(items)
    assert found["LISTED"] == len(levels)
    for code, wanted in (("FULL", {"full"}), ("ONLINE", {"full", "partial"})):
        is_disputed = any(seen & wanted and seen - wanted for seen in levels.values())
        assert found[code] == (None if is_disputed else sum(bool(seen & wanted) for seen in levels.values()))

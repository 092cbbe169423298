from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.ingest.records import uniqueness
from dx_pipeline_tests.ingest.records.register_files import (
    COMPLETE,
    FORMATS,
    UNIQUE,
    Reject,
    as_other,
    expected,
    good_row,
    load,
    places,
    rejects,
    rejects_of,
    spoiled_row,
    write,
)

SEPTEMBER, NOVEMBER = date(2025, 9, 1), date(2025, 11, 1)


def repeats(line: int, number: int, first: int | None = None, month: date | None = None) -> Reject:
    return Reject(line, UNIQUE, "MA_HO_SO", places()[number % len(places())][1], first, month)


@pytest.fixture(params=[8_000_000, 3, 1], ids=["one share", "shares", "a share per row"])
def shares(request, monkeypatch) -> int:
    monkeypatch.setattr(uniqueness, "KEYS_AT_A_TIME", request.param)
    return request.param


@pytest.mark.usefixtures("shares")
@pytest.mark.parametrize("suffix", [FORMATS[0], FORMATS[-1]])
def test_within_a_file_the_first_row_stands(tmp_path, suffix: str) -> None:
    rows = [good_row(number) for number in range(9)]
    rows[3] = dict(rows[1])  # the same row once more
    rows[5] = {**rows[5], "dossier_code": rows[2]["dossier_code"]}  # another row of the same code
    rows[7] = dict(rows[1])  # a third time
    path = write(tmp_path / f"x{suffix}", rows)
    first = 1 if suffix == ".parquet" else 2
    loaded = load(path)
    assert rejects(loaded) == expected(
        [repeats(first + 3, 1, first + 1), repeats(first + 5, 5, first + 2), repeats(first + 7, 1, first + 1)]
    )
    assert loaded.row_count == 6


@pytest.mark.usefixtures("shares")
def test_a_broken_row_neither_repeats_nor_is_repeated(tmp_path) -> None:
    broken = spoiled_row(4, "due before received")
    unread = spoiled_row(5, "flag unreadable")
    rows = [broken, good_row(4), dict(broken), good_row(4), unread, good_row(5)]
    found = rejects(load(write(tmp_path / "x.csv", rows)))
    assert found == expected(
        rejects_of(4, "due before received", 2),
        rejects_of(4, "due before received", 4),
        rejects_of(5, "flag unreadable", 6),
        [repeats(5, 4, 3)],
    )


def test_rows_without_a_code_do_not_repeat_each_other(tmp_path) -> None:
    rows = [good_row(number, dossier_code="") for number in range(4)]
    assert {reject.rule for reject in rejects(load(write(tmp_path / "x.csv", rows)))} == {COMPLETE}


def test_lines_of_the_first_row_are_right_below_empty_lines(tmp_path) -> None:
    rows = ["", good_row(1), "", "", good_row(2), spoiled_row(3, "channel unknown"), "", good_row(1)]
    found = rejects(load(write(tmp_path / "x.csv", rows)))
    assert found == expected(rejects_of(3, "channel unknown", 7), [repeats(9, 1, 3)])


@pytest.mark.usefixtures("shares")
def test_across_months_what_arrived_first_stands(tmp_path) -> None:
    september = [good_row(number, SEPTEMBER, dossier_code=f"d{number}") for number in range(6)]
    november = [good_row(number, NOVEMBER, dossier_code=f"n{number}") for number in range(6)]
    others = [
        as_other(load(write(tmp_path / "9.csv", september), SEPTEMBER)),
        as_other(load(write(tmp_path / "11.parquet", november), NOVEMBER)),
    ]
    rows = [good_row(number) for number in range(8)]
    for number, code in {1: "d4", 3: "n2", 4: "n2", 6: "d4"}.items():
        rows[number]["dossier_code"] = code
    loaded = load(write(tmp_path / "x.csv", rows), others=others)
    assert rejects(loaded) == expected(
        [repeats(3, 1, month=SEPTEMBER), repeats(5, 3, month=NOVEMBER)],
        [repeats(6, 4, first=5), repeats(8, 6, first=3)],
    )
    assert loaded.row_count == 4


@pytest.mark.usefixtures("shares")
def test_rejected_rows_of_the_other_month_do_not_count(tmp_path) -> None:
    september = [
        spoiled_row(1, "paid without a fee", SEPTEMBER),
        spoiled_row(2, "flag unreadable", SEPTEMBER),
    ]
    september += [good_row(3, SEPTEMBER), {**good_row(3, SEPTEMBER), "channel": "1"}]
    for number, code in enumerate(["a", "b", "c", "c"]):
        september[number] = {**september[number], "due_at": "", "dossier_code": code}
    other = load(write(tmp_path / "9.csv", september), SEPTEMBER)
    assert other.row_count == 1
    rows = [good_row(number, dossier_code=code) for number, code in enumerate("abc")]
    assert rejects(load(write(tmp_path / "x.csv", rows), others=[as_other(other)])) == [
        repeats(4, 2, month=SEPTEMBER)
    ]


@given(
    codes=st.lists(st.integers(0, 12), max_size=30),
    other_codes=st.sets(st.integers(0, 12)),
    keys_at_a_time=st.sampled_from([1, 4, 100]),
)
@settings(max_examples=20)
def test_every_code_is_accepted_once(tmp_path_factory, codes, other_codes, keys_at_a_time) -> None:
    folder = tmp_path_factory.mktemp("register")
    other = [good_row(code, SEPTEMBER, dossier_code=f"d{code}") for code in sorted(other_codes)]
    rows = [good_row(number, dossier_code=f"d{code}") for number, code in enumerate(codes)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(uniqueness, "KEYS_AT_A_TIME", keys_at_a_time)
        others = [as_other(load(write(folder / "9.csv", other), SEPTEMBER))]
        loaded = load(write(folder / "x.csv", rows), others=others)
    first = {code: codes.index(code) for code in codes}
    awaited = [
        repeats(number + 2, number, month=SEPTEMBER)
        if number == first[code] and code in other_codes
        else repeats(number + 2, number, first[code] + 2)
        for number, code in enumerate(codes)
        if number > first[code] or code in other_codes
    ]
    assert rejects(loaded) == expected(awaited)
    assert loaded.row_count == len(set(codes) - other_codes)

"""What the benchmarks call right: plain SQL over the raw CSV, compared with what a contender stored."""

from __future__ import annotations

import duckdb
import pytest

from bench.generate_dossiers import bad_rows_file, generate, write_bad_rows
from bench.peers.job import MONTH
from bench.reference import DifferentError, check_store, open_reference

ROWS = 3_000


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    path = tmp_path_factory.mktemp("register") / "dossiers.csv"
    write_bad_rows(bad_rows_file(path), generate(path, ROWS, 1, MONTH, 0.05) or [])
    return path


@pytest.fixture
def store(tmp_path, file):
    path = tmp_path / "store.duckdb"
    with open_reference(file) as connection:
        connection.execute(f"ATTACH '{path}' AS peer")
        connection.execute("CREATE TABLE peer.figures AS FROM counted")
        connection.execute("CREATE TABLE peer.rejects AS FROM bad")
    return path


def test_every_row_that_is_not_bad_is_counted_once_per_level(file):
    with open_reference(file) as connection:
        found = connection.execute(
            "SELECT scope, length(area_code), sum(count_value) FROM reference"
            " WHERE indicator_code = 'DOS_RECV_CNT' GROUP BY ALL"
        ).fetchall()
    counted = {(scope, length): int(total) for scope, length, total in found}
    assert counted["all", 2] == ROWS * 0.95
    assert counted["all", 5] == counted["commune_level", 2] < counted["all", 2]


def test_every_indicator_of_the_register_is_compared(file, catalogue):
    table = catalogue.sources["portal_dossiers"].records
    with open_reference(file) as connection:
        found = connection.execute("SELECT DISTINCT indicator_code FROM reference").fetchall()
    assert {code for (code,) in found} == {*table.counts, *table.rates}


def test_numerators_are_counted_among_denominators(file):
    with open_reference(file) as connection:
        assert connection.execute("SELECT * FROM reference WHERE numerator > denominator").fetchall() == []


def test_what_is_right_passes(file, store):
    assert check_store(file, store) > 0


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("UPDATE figures SET online = online + 1 WHERE commune IS NULL AND province = 'H26'", "figures"),
        ("DELETE FROM figures WHERE province = 'H26'", "figures"),
        ("INSERT INTO figures FROM figures LIMIT 1", "figures"),
        ("UPDATE rejects SET line = line + 1", "rejects"),
        ("UPDATE rejects SET rule = 'register_dates'", "rejects"),
        ("DELETE FROM rejects WHERE line = (SELECT max(line) FROM rejects)", "rejects"),
    ],
    ids=[
        "figure off by one",
        "province missing",
        "group twice",
        "other line",
        "other rule",
        "reject missing",
    ],
)
def test_what_differs_is_named(file, store, change, what):
    with duckdb.connect(store) as connection:
        connection.execute(change)
    with pytest.raises(DifferentError, match=what):
        check_store(file, store)

"""Every figure that was published is found after taking in ``data/samples``: reconciled or explained, none missing.

``published_facts.csv`` is a list of its own, one fact per line: what was published for which indicator, area, scope and
month. The figures of publications and the portal's national row are looked for in ``mart.reconciliation``, the
portal's province figures in ``mart.province_monthly``.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

import pytest

from dx_pipeline_tests.statistics.published_world import published_world
from dx_pipeline_tests.statistics.small_world import rows_of

FACTS = list(
    csv.DictReader(Path(__file__).with_name("published_facts.csv").open(encoding="utf-8", newline=""))
)
OUTCOMES = {
    "reconciled",
    "rounding",
    "other_basis",
    "other_denominator",
    "contradiction_within_source",
    "difference",
    "no_own_figure",
}
ROUNDED = 0.005  # the list has two decimals where the portal states only counts
_KEY = "period_start, indicator_code, area_code, scope, accumulates_from"


def found_in(connection):
    """Figures by their key: the rows of reconciliation, and the portal's province figures."""
    compared, stored = defaultdict(list), defaultdict(list)
    for row in rows_of(connection, f"SELECT {_KEY}, * EXCLUDE ({_KEY}) FROM mart.reconciliation"):
        compared[tuple(row.values())[:5]].append(row)
    portal = (
        "SELECT period_start, indicator_code, province_code AS area_code, scope, accumulates_from, value, numerator, "
        "denominator FROM mart.province_monthly WHERE source_code = 'portal_evaluation'"
    )
    for row in rows_of(connection, portal):
        stored[tuple(row.values())[:5]].append(row)
    return compared, stored


def key_of(fact):
    since = date.fromisoformat(fact["accumulates_from"]) if fact["accumulates_from"] else None
    month = date.fromisoformat(fact["period_start"])
    return (month, fact["indicator_code"], fact["area_code"], fact["scope"], since)


def is_stated(fact, value, status=None):
    """Whether a figure says what the fact says."""
    if status is not None:
        return status == fact["value"]
    return value is not None and abs(value - float(fact["value"])) <= ROUNDED + 1e-9


def rows_about(fact, found):
    """The rows that speak of the fact with its own value."""
    compared, stored = found
    key = key_of(fact)
    rows = [row for row in compared[key] if is_stated(fact, row["published_value"], row["published_status"])]
    return rows or [row for row in stored[key] if is_stated(fact, row["value"])]


def missing(found):
    return [fact["fact"] for fact in FACTS if not rows_about(fact, found)]


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    with published_world(tmp_path_factory.mktemp("published")) as connection:
        yield found_in(connection)


def test_the_list_is_whole():
    assert len(FACTS) == len({fact["fact"] for fact in FACTS}) == 396
    assert len({key_of(fact) for fact in FACTS}) == 396


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["fact"])
def test_a_published_fact_is_there_and_reconciled_or_explained(found, fact):
    rows = rows_about(fact, found)
    assert rows
    for row in rows:
        if "outcome" in row:
            assert row["outcome"] in OUTCOMES
            assert row["explanation_vi"]
            assert row["explanation_en"]
            assert row["qualifier"] == fact["qualifier"]
            assert (row["is_reconciled"] is True) == (row["outcome"] == "reconciled")
        for part in ("numerator", "denominator"):
            if part in row and fact[part]:
                assert row[part] == float(fact[part])


def test_the_portals_national_scores_and_the_ranks_reconcile(found):
    compared, _ = found
    outcomes = {
        (row["indicator_code"], row["comparison"]): row["outcome"]
        for rows in compared.values()
        for row in rows
        if row["period_start"] == date(2026, 10, 1) and row["own_value"] is not None
    }
    assert set(outcomes.values()) == {"reconciled"}, outcomes
    assert ("S766_RANK", "recomputed_rank") in outcomes


def _replaced(name, old, new):
    def change(file_name, content):
        changed = content.replace(old, new, 1) if file_name == name else content
        assert file_name != name or changed != content
        return changed

    return change


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        pytest.param(
            _replaced("details_H50_10102026.json", b'"totalOverdue": 34979', b'"totalOverdue": 34978'),
            1,
            id="portal_json",
        ),
        pytest.param(
            _replaced("quang_tri_2025-10.csv", b",PS_FULL_CNT,837,", b",PS_FULL_CNT,873,"), 1, id="bulletin"
        ),
        pytest.param(
            _replaced("scores_Province_10102026.json", b'"totalScore": 62.59', b'"totalScore": 61.59'),
            1,
            id="national_row",
        ),
    ],
)
def test_a_changed_figure_is_seen(tmp_path, change, lost):
    with published_world(tmp_path, change) as connection:
        assert len(missing(found_in(connection))) == lost


def test_a_wrong_national_score_is_a_difference_and_a_contradiction_with_its_groups(tmp_path):
    change = _replaced("scores_Province_10102026.json", b'"totalScore": 62.59', b'"totalScore": 61.59')
    with published_world(tmp_path, change) as connection:
        rows = rows_of(
            connection,
            "SELECT comparison, outcome FROM mart.reconciliation WHERE indicator_code = 'S766_TOTAL' ORDER BY ALL",
        )
    assert [(row["comparison"], row["outcome"]) for row in rows] == [
        ("own_figure", "difference"),
        ("parts", "contradiction_within_source"),
        ("parts", "difference"),
    ]

"""What covers a difference: restatements that were applied, an acceptance of exactly this one; since when it waits."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import duckdb
import pandas as pd
import pytest
import yaml

from dx_pipeline.failures import PermanentError
from dx_pipeline.publish.changes.acceptance import write_acceptance
from dx_pipeline.publish.changes.comparison import compare
from dx_pipeline.publish.changes.record import record
from dx_pipeline.publish.changes.store import held_state
from dx_pipeline.settings import DataDirectory
from dx_pipeline.warehouse.database import insert_frame
from dx_pipeline_tests.publish.changes_world import again, changed, difference, found, limits, replace
from dx_pipeline_tests.statistics.small_world import OCTOBER, SEPTEMBER, figure, rate, rows_of

NOW = datetime(2025, 12, 1, 8, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone
ROWS = [again(figure("STOCK", "44", 1500)), again(rate("RATE", "33", 360, 600))]


def restate(connection, **changes):
    """An applied restatement of province 44's STOCK, or another one."""
    row = {
        "restatement_id": "r1",
        "action": "restate",
        "indicator_code": "STOCK",
        "area_code": "44",
        "scope": "all",
        "period_start": OCTOBER,
        "period_basis": "calendar",
        "new_value": 1500.0,
        "status": "applied",
        **changes,
    }
    insert_frame(connection, "core.restatement", pd.DataFrame([row]))


def accepted(connection, digest):
    """What a run makes of an acceptance file."""
    row = {
        "change_digest": digest,
        "approved_by": "Nguyễn Văn A",
        "approved_on": date(2025, 12, 1),
        "reason": "Rà soát",
        "file_name": "chap-nhan.yaml",
    }
    insert_frame(connection, "core.accepted_change", pd.DataFrame([row]))


def test_an_applied_restatement_covers_its_figure_and_what_is_compiled_from_it(tmp_path):
    with changed(tmp_path, ROWS[:1]) as (connection, data):
        before = compare(connection, data.published_file, limits)
        restate(connection)
        after = compare(connection, data.published_file, limits)
    assert [row["indicator_code"] for row in before.held] == ["STOCK"]
    assert after.held == []
    decisions = found(after)
    assert decisions["province_monthly", "STOCK", "44"] == ("changed", "covered: restated")
    for place in (("province_quarterly", "44"), ("national_monthly", "VN"), ("national_quarterly", "VN")):
        assert decisions[place[0], "STOCK", place[1]][1].startswith("follows: ")


@pytest.mark.parametrize(
    "other",
    [
        {"status": "waiting"},
        {"status": "does_not_fit"},
        {"status": "replaced"},
        {"indicator_code": "FLOW"},
        {"area_code": "33"},
        {"scope": "commune_level"},
        {"period_start": SEPTEMBER},
        {"period_basis": "government_report"},
        {"new_value": 1400.0},
    ],
    ids=lambda other: "-".join(map(str, other.items())),
)
def test_a_restatement_of_anything_else_covers_nothing(tmp_path, other):
    with changed(tmp_path, ROWS[:1]) as (connection, data):
        restate(connection, **other)
        assert len(compare(connection, data.published_file, limits).held) == 1


def test_a_restatement_covers_one_of_two_changes(tmp_path):
    with changed(tmp_path, ROWS) as (connection, data):
        restate(connection)
        comparison = compare(connection, data.published_file, limits)
    assert [row["indicator_code"] for row in comparison.held] == ["RATE"]


def test_an_acceptance_covers_exactly_this_difference(tmp_path):
    with changed(tmp_path, ROWS) as (connection, data):
        digest = compare(connection, data.published_file, limits).digest
        accepted(connection, "0" * 64)
        assert len(compare(connection, data.published_file, limits).held) == 2
        accepted(connection, digest)
        comparison = compare(connection, data.published_file, limits)
        assert comparison.held == []
        months = [row for row in comparison.rows if row["table_name"] == "mart.province_monthly"]
        assert [row["decision"] for row in months] == ["accepted", "accepted"]
        assert (comparison.digest, comparison.acceptance["approved_by"]) == (digest, "Nguyễn Văn A")
        replace(connection, [{**figure("STOCK", "33", 5), "vintage_at": NOW}])
        assert len(compare(connection, data.published_file, limits).held) == 3


def test_the_digest_is_the_same_in_every_run_and_office(tmp_path):
    digests = {difference(tmp_path / name, rows).digest for name, rows in (("a", ROWS), ("b", ROWS[::-1]))}
    assert len(digests) == 1


def test_two_published_files_know_of_no_restatement(tmp_path):
    with changed(tmp_path, ROWS[:1]) as (connection, data):
        restate(connection)
        connection.execute(f"ATTACH '{tmp_path / 'next.duckdb'}' AS next")
        connection.execute("CREATE SCHEMA next.mart")
        for table in ("province_monthly", "national_monthly", "dim_indicator", "dim_area"):
            connection.execute(f"CREATE TABLE next.mart.{table} AS FROM mart.{table}")
        connection.execute("DETACH next")
    comparison = compare(tmp_path / "next.duckdb", data.published_file, limits)
    assert ("province_monthly", "STOCK", "44") in found(comparison)
    assert found(comparison)["province_monthly", "STOCK", "44"] == ("changed", "held: beyond_limit")


def accept(comparison, data, **changes):
    words = {"approved_by": "Nguyễn Văn A", "approved_on": date(2025, 12, 1), "reason": "Rà soát: số cũ sai"}
    return write_acceptance(comparison, data, **{**words, **changes})


def test_the_acceptance_file_says_who_when_why_and_exactly_what(tmp_path):
    comparison, data = difference(tmp_path, ROWS), DataDirectory(tmp_path)
    path = accept(comparison, data)
    assert path == data.restatements / f"chap-nhan_2025-12-01_{comparison.digest[:8]}.yaml"
    text = path.read_text(encoding="utf-8")
    assert yaml.safe_load(text) == {
        "accepted_changes": [
            {
                "change": comparison.digest,
                "approved_by": "Nguyễn Văn A",
                "approved_on": date(2025, 12, 1),
                "reason": "Rà soát: số cũ sai",
            }
        ]
    }
    assert "Quảng Trị, tháng 10/2025, STOCK: 1.000 → 1.500" in text


@pytest.mark.parametrize("words", [{"approved_by": " "}, {"reason": ""}], ids=["no name", "no reason"])
def test_an_acceptance_without_name_or_reason_is_refused(tmp_path, words):
    comparison, data = difference(tmp_path, ROWS), DataDirectory(tmp_path)
    with pytest.raises(PermanentError, match="needs a name"):
        accept(comparison, data, **words)
    assert list(data.restatements.iterdir()) == []


def test_nothing_is_accepted_twice_or_without_need(tmp_path):
    comparison, data = difference(tmp_path, ROWS), DataDirectory(tmp_path)
    accept(comparison, data)
    with pytest.raises(PermanentError, match="accepted already"):
        accept(comparison, data, approved_on=date(2025, 12, 2))
    with pytest.raises(PermanentError, match="no change waits"):
        accept(difference(tmp_path / "none", []), data)


def test_since_when_a_figure_waits_survives_later_comparisons(tmp_path):
    with changed(tmp_path, ROWS[:1]) as (connection, data):
        record(connection, compare(connection, data.published_file, limits), data, NOW)
        replace(connection, ROWS[1:])
        later = compare(connection, data.published_file, limits)
        record(connection, later, data, NOW + timedelta(days=1))
        waits = rows_of(
            connection,
            "SELECT indicator_code, held_since, change_digest FROM quality.publication_change "
            "WHERE decision = 'held' ORDER BY indicator_code DESC",
        )
        state = held_state(connection)
    assert [(row["indicator_code"], row["held_since"]) for row in waits] == [
        ("STOCK", NOW),
        ("RATE", NOW + timedelta(days=1)),
    ]
    assert {row["change_digest"] for row in waits} == {later.digest}
    assert state == {
        "held_count": 2,
        "held_since": "2025-12-01T08:00:00+00:00",
        "change_digest": later.digest,
    }


def test_what_is_taken_back_waits_no_longer(tmp_path):
    with changed(tmp_path, ROWS[:1]) as (connection, data):
        record(connection, compare(connection, data.published_file, limits), data, NOW)
        connection.execute("UPDATE core.observation SET is_latest = false WHERE file_sha256 = 'sha-again'")
        replace(connection, [])
        record(connection, compare(connection, data.published_file, limits), data, NOW)
        assert held_state(connection) is None
        assert rows_of(connection, "FROM quality.publication_change") == []
    assert "Không có gì thay đổi" in data.changes_page.read_text(encoding="utf-8")


def test_a_comparison_that_finds_nothing_leaves_the_last_one_to_be_looked_at(tmp_path):
    with changed(tmp_path, [figure("STOCK", "75", 7)]) as (connection, data):
        record(connection, compare(connection, data.published_file, limits), data, NOW)
        kept = rows_of(connection, "FROM quality.publication_change")
        page = data.changes_page.read_bytes()
        same = compare(data.published_file, data.published_file, limits)
        record(connection, same, data, NOW + timedelta(days=1))
        assert rows_of(connection, "FROM quality.publication_change") == kept != []
    assert data.changes_page.read_bytes() == page


def test_a_working_file_of_an_earlier_version_holds_nothing():
    with duckdb.connect(":memory:") as connection:
        assert held_state(connection) is None

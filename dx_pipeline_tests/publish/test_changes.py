"""What is compared, what waits, what explains it, and the order: largest first."""

from __future__ import annotations

import math
import random
from datetime import date

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.failures import PublicationError, PublicationHeldError
from dx_pipeline.publish.changes.comparison import Comparison, compare
from dx_pipeline.publish.changes.digest import digest_of
from dx_pipeline.publish.changes.holding import raise_if_held
from dx_pipeline.publish.content import published_tables
from dx_pipeline.settings import DataDirectory, HoldLimits, PublicationChoices
from dx_pipeline.warehouse.contract import tables
from dx_pipeline_tests.publish.changes_world import again, before, changed, difference, found, limits, replace
from dx_pipeline_tests.publish.published_world import office, publish_small
from dx_pipeline_tests.statistics.small_world import (
    AUGUST,
    OCTOBER,
    SEPTEMBER,
    figure,
    rate,
    small_catalogue,
)

MONTH, NATION = "province_monthly", "national_monthly"
QUARTER, NATION_QUARTER, ADOPTION = "province_quarterly", "national_quarterly", "digital_signature_adoption"


def test_nothing_published_before_is_a_first_publication(tmp_path):
    with office(tmp_path, before()) as (connection, data):
        comparison = compare(connection, data.published_file, limits)
    assert (comparison.is_first, comparison.rows, comparison.digest) == (True, (), "")
    raise_if_held(comparison, data)


def test_a_published_file_is_what_it_was_made_from_and_itself(tmp_path):
    with changed(tmp_path, []) as (connection, data):
        assert compare(connection, data.published_file, limits).rows == ()
    assert compare(data.published_file, data.published_file, limits).rows == ()


def test_a_province_figure_beyond_its_limit_waits_and_what_is_compiled_from_it_follows(tmp_path):
    comparison = difference(tmp_path, [again(rate("RATE", "44", 312, 600))])
    assert found(comparison) == {
        (MONTH, "RATE", "44"): ("changed", "held: beyond_limit"),
        (QUARTER, "RATE", "44"): ("changed", "follows: follows_months"),
        (NATION, "RATE", "VN"): ("changed", "passes: within_limit"),
        (NATION_QUARTER, "RATE", "VN"): ("changed", "passes: within_limit"),
    }
    first = comparison.rows[0]
    assert (first["old_value"], first["new_value"], first["difference"], first["size"]) == (50, 52, 2, 2)
    assert (first["area_vi"], first["old_numerator"], first["new_numerator"]) == ("Quảng Trị", 300, 312)
    assert [row["area_code"] for row in comparison.held] == ["44"]


@pytest.mark.parametrize(
    ("row", "decision"),
    [
        pytest.param(rate("RATE", "44", 306, 600), "passes: within_limit", id="rate by one point"),
        pytest.param(rate("RATE", "44", 307, 600), "held: beyond_limit", id="rate by more than one point"),
        pytest.param(rate("RATE", "44", 360, 720), "passes: within_limit", id="parts by a fifth"),
        pytest.param(rate("RATE", "44", 400, 800), "held: beyond_limit", id="parts by a third, same rate"),
        pytest.param(figure("STOCK", "44", 1050), "passes: within_limit", id="count by five per cent"),
        pytest.param(figure("STOCK", "44", 1051), "held: beyond_limit", id="count by more"),
        pytest.param(figure("FLOW", "44", 9), "passes: within_limit", id="small count doubles"),
        pytest.param(figure("FLOW", "44", 10), "held: beyond_limit", id="small count by more than five"),
        pytest.param(figure("SCORE", "44", 61.2), "passes: within_limit", id="score"),
        pytest.param(figure("SCORE", "44", 61.3), "held: beyond_limit", id="score by more than two per cent"),
        pytest.param(figure("DAYS", "44", 10.5, denominator=5), "passes: within_limit", id="measure"),
        pytest.param(figure("DAYS", "44", 10.6, denominator=5), "held: beyond_limit", id="measure by more"),
        pytest.param(figure("COLOUR", "44", status="red"), "held: status", id="status"),
        pytest.param(
            figure("STOCK", "44", 1000, qualifier="more_than"), "passes: within_limit", id="qualifier alone"
        ),
        pytest.param(
            figure("STOCK", "44", 2000, as_of=date(2025, 11, 2)), "passes: later_day", id="a later day"
        ),
    ],
)
def test_limits_of_each_kind(tmp_path, row, decision):
    comparison = difference(tmp_path, [again(row)])
    [own] = [item for item in comparison.figures if item["table_name"] == f"mart.{MONTH}"]
    assert (own["change"], f"{own['decision']}: {own['reason']}") == ("changed", decision)


def test_a_late_province_moves_the_nation_and_nothing_waits(tmp_path):
    comparison = difference(
        tmp_path,
        [rate("RATE", "75", 60, 600), figure("STOCK", "75", 800), rate("DSIG_ADULT_RATE", "75", 1, 1000)],
    )
    decisions = found(comparison)
    assert comparison.held == []
    assert decisions[MONTH, "RATE", "75"] == ("added", "passes: added")
    for table in (NATION, NATION_QUARTER):
        for indicator in ("RATE", "STOCK"):
            assert decisions[table, indicator, "VN"] == ("changed", "follows: follows_provinces")
    assert decisions[ADOPTION, "DSIG_ADULT_RATE", "VN"] == ("changed", "follows: follows_provinces")


def test_a_new_month_adds_figures_and_moves_the_quarter(tmp_path):
    """August is the only month of its quarter; September becomes its last."""
    comparison = difference(tmp_path, [rate("RATE", "44", 100, 600, month=SEPTEMBER)])
    decisions = found(comparison)
    assert decisions[MONTH, "RATE", "44"] == ("added", "passes: added")
    assert decisions[QUARTER, "RATE", "44"] == ("changed", "follows: follows_months")
    assert comparison.held == []


def test_a_quarter_that_is_compiled_after_its_months_were_published_follows_them(tmp_path):
    with changed(tmp_path, [again(rate("RATE", "44", 360, 600))]) as (connection, data):
        connection.execute("CREATE TABLE quarters AS FROM mart.province_quarterly")
        old = f"ATTACH '{data.published_file}' AS old (READ_ONLY)"
        connection.execute(old)
        connection.execute("DELETE FROM mart.province_quarterly")
        connection.execute("INSERT INTO mart.province_quarterly BY NAME FROM old.mart.province_quarterly")
        connection.execute("DETACH old")
        publish_small(connection, data)  # the months, as the monthly job does
        connection.execute("DELETE FROM mart.province_quarterly")
        connection.execute("INSERT INTO mart.province_quarterly BY NAME FROM quarters")
        comparison = compare(connection, data.published_file, limits)
    assert found(comparison) == {(QUARTER, "RATE", "44"): ("changed", "follows: follows_months")}


@pytest.mark.parametrize(
    ("table", "set_to"),
    [
        pytest.param(MONTH, "value = 10", id="province month"),
        pytest.param(NATION, "value = 10", id="national month"),
        pytest.param(QUARTER, "value = 10", id="province quarter"),
        pytest.param(NATION_QUARTER, "value = 10", id="national quarter"),
    ],
)
def test_a_change_that_no_other_figure_explains_waits(tmp_path, table, set_to):
    """Another method, a changed rule of the catalogue: nothing came in, and the figure is another one."""
    with changed(tmp_path, []) as (connection, data):
        connection.execute(
            f"UPDATE mart.{table} SET {set_to} WHERE indicator_code = 'STOCK' AND period_start = ?", [OCTOBER]
        )
        comparison = compare(connection, data.published_file, limits)
    assert comparison.held
    assert {row["table_name"] for row in comparison.held} == {f"mart.{table}"}
    assert {row["reason"] for row in comparison.held} == {"beyond_limit"}


def test_a_nation_by_another_rule_waits_although_a_province_changed(tmp_path):
    with changed(tmp_path, [again(figure("STOCK", "44", 1001))]) as (connection, data):
        connection.execute(
            "UPDATE mart.national_monthly SET value = 1000, rule = 'mean' WHERE indicator_code = 'STOCK'"
        )
        comparison = compare(connection, data.published_file, limits)
    assert found(comparison)[NATION, "STOCK", "VN"] == ("changed", "held: beyond_limit")


def test_adoption_that_no_province_explains_waits(tmp_path):
    with changed(tmp_path, []) as (connection, data):
        connection.execute(
            "UPDATE mart.digital_signature_adoption SET adoption_pct = 90, certificates_issued = 9"
        )
        comparison = compare(connection, data.published_file, limits)
    assert {row["table_name"] for row in comparison.held} == {f"mart.{ADOPTION}"}
    assert {row["indicator_code"] for row in comparison.held} == {"DSIG_ADULT_RATE", "DSIG_CERT_CNT"}


def test_a_national_figure_as_published_elsewhere_waits_for_itself(tmp_path):
    rows = [again(figure("LISTED", "VN", 900, source_code="bulletin"))]
    assert found(difference(tmp_path, rows))[NATION, "LISTED", "VN"] == ("changed", "held: beyond_limit")


def test_a_figure_that_is_gone_waits(tmp_path):
    with changed(tmp_path, []) as (connection, data):
        connection.execute("UPDATE core.observation SET is_latest = false WHERE indicator_code = 'FLOW'")
        replace(connection, [])
        comparison = compare(connection, data.published_file, limits)
    decisions = found(comparison)
    assert decisions[MONTH, "FLOW", "44"] == ("gone", "held: gone")
    assert decisions[QUARTER, "FLOW", "44"] == ("gone", "follows: follows_months")
    assert decisions[NATION, "FLOW", "VN"] == ("gone", "follows: follows_provinces")


def test_a_real_figure_in_place_of_a_sample_does_not_wait(tmp_path):
    with office(tmp_path, [figure("STOCK", "44", 10, is_sample=True)]) as (connection, data):
        publish_small(connection, data)
        replace(connection, [again(figure("STOCK", "44", 500))])
        comparison = compare(connection, data.published_file, limits)
    assert found(comparison)[MONTH, "STOCK", "44"] == ("changed", "passes: sample_replaced")


def test_the_same_figure_from_another_file_is_metadata_only(tmp_path):
    comparison = difference(tmp_path, [again(figure("STOCK", "44", 1000))])
    assert comparison.figures == []
    assert {row["change"] for row in comparison.rows} == {"metadata"}
    assert {row["decision"] for row in comparison.rows} == {"passes"}


def test_the_largest_comes_first_over_kinds(tmp_path):
    rows = [
        again(rate("RATE", "44", 330, 600)),  # 5 points: 5 times its limit
        again(figure("STOCK", "44", 1500)),  # 50 %: 10 times
        again(figure("SCORE", "44", 62.4)),  # 4 %: twice
        again(figure("COLOUR", "44", status="red")),
        figure("STOCK", "75", 9000),
    ]
    comparison = difference(tmp_path, rows)
    own = [row for row in comparison.rows if row["table_name"] == f"mart.{MONTH}"]
    assert [(row["indicator_code"], row["size"]) for row in own] == [
        ("COLOUR", None),
        ("STOCK", 10),
        ("RATE", 5),
        ("SCORE", 2),
        ("STOCK", None),
    ]
    assert [row["position"] for row in comparison.rows] == list(range(1, len(comparison.rows) + 1))


@pytest.mark.parametrize("table", [MONTH, NATION, QUARTER, NATION_QUARTER, ADOPTION])
@pytest.mark.parametrize("field", ["value", "numerator", "denominator"])
def test_every_figure_of_every_table_is_looked_at(tmp_path, table, field):
    column = {
        "value": "adoption_pct",
        "numerator": "adults_with_signature",
        "denominator": "adult_population",
    }[field]
    name, indicator = (column, "DSIG_ADULT_RATE") if table == ADOPTION else (field, "RATE")
    where = "area_code = '44'" if table == ADOPTION else "indicator_code = 'RATE'"
    with changed(tmp_path, []) as (connection, data):
        connection.execute(f"UPDATE mart.{table} SET {name} = {name} * 2 WHERE {where}")
        comparison = compare(connection, data.published_file, limits)
    assert {(row["table_name"], row["indicator_code"]) for row in comparison.figures} == {
        (f"mart.{table}", indicator)
    }


def test_rates_are_compared_after_rounding(tmp_path):
    with changed(tmp_path, []) as (connection, data):
        connection.execute(
            "UPDATE mart.province_monthly SET value = value + 4e-7 WHERE indicator_code = 'RATE'"
        )
        assert compare(connection, data.published_file, limits).rows == ()


@pytest.mark.parametrize("column", ["source_url", "qualifier", "scope", "accumulates_from"])
def test_an_older_file_that_lacks_a_column_still_compares(tmp_path, column):
    with changed(tmp_path, [again(figure("STOCK", "44", 1500))]) as (connection, data):
        with duckdb.connect(str(data.published_file)) as published:
            published.execute(f'ALTER TABLE mart.province_monthly DROP COLUMN "{column}"')
        held = compare(connection, data.published_file, limits).held
    assert [(row["indicator_code"], row["old_value"], row["new_value"]) for row in held] == [
        ("STOCK", 1000, 1500)
    ]


def test_rows_that_only_a_new_key_column_tells_apart_are_new(tmp_path):
    with changed(tmp_path, []) as (connection, data):
        with duckdb.connect(str(data.published_file)) as published:
            published.execute("ALTER TABLE mart.province_monthly DROP COLUMN scope")
        connection.execute(
            "INSERT INTO mart.province_monthly BY NAME SELECT * REPLACE ('zone' AS scope, 7 AS value) "
            "FROM mart.province_monthly WHERE indicator_code = 'STOCK' AND province_code = '44'"
        )
        comparison = compare(connection, data.published_file, limits)
    assert [(row["change"], row["scope"], row["new_value"]) for row in comparison.figures] == [
        ("added", "zone", 7)
    ]


def test_a_file_that_is_no_database_is_named(tmp_path):
    with changed(tmp_path, []) as (connection, data):
        data.published_file.write_bytes(b"no database, " * 1000)
        with pytest.raises(PublicationError, match=r"cannot compare with .*dx\.duckdb"):
            compare(connection, data.published_file, limits)


def test_an_office_may_set_its_own_limits(tmp_path):
    own = PublicationChoices(
        hold=HoldLimits(count_percent=math.inf), indicators={"RATE": HoldLimits(rate_points=9)}
    )
    rows = [again(figure("STOCK", "44", 5000)), again(rate("RATE", "44", 350, 600))]
    with changed(tmp_path, rows) as (connection, data):
        assert len(compare(connection, data.published_file, limits).held) == 2
        assert compare(connection, data.published_file, lambda code: limits(code, own)).held == []


def test_the_refusal_names_the_largest_changes_and_both_ways_out(tmp_path):
    comparison = difference(
        tmp_path, [again(figure("STOCK", "44", 1500)), again(rate("RATE", "44", 360, 600))]
    )
    data = DataDirectory(tmp_path)
    with pytest.raises(PublicationHeldError) as refused:
        raise_if_held(comparison, data)
    error = refused.value
    assert not error.is_transient
    assert "Quảng Trị, October 2025, STOCK: 1,000 → 1,500, +500 (+50.0 %)" in error.message
    assert "Quảng Trị, tháng 10/2025, STOCK: 1.000 → 1.500, +500 (+50,0 %)" in error.message_vi
    for text in (error.message, error.message_vi):
        assert text.index("STOCK") < text.index("RATE")
        assert 'dxp changes accept --by "…" --reason "…"' in text
        assert str(data.restatements) in text
        assert comparison.digest[:8] in text


def test_what_is_compared_is_in_the_contract():
    published = {table.name for table in published_tables(small_catalogue())}
    from dx_pipeline.publish.changes.tables import COMPARED

    for item in COMPARED:
        assert item.name in published
        assert set(item.columns.values()) <= set(tables()[item.name].column_names)


RATES = st.tuples(st.integers(0, 100), st.integers(100, 200))
FIGURES = st.dictionaries(
    st.tuples(st.sampled_from(["44", "33", "75"]), st.sampled_from([AUGUST, OCTOBER])), RATES, max_size=6
)


def _file(path, figures):
    """A published file with these rates of the provinces."""
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE SCHEMA mart")
        for table in published_tables(small_catalogue()):
            connection.execute(table.create_statement())
        for (province, month), (numerator, denominator) in figures.items():
            connection.execute(
                "INSERT INTO mart.province_monthly BY NAME SELECT ? AS province_code, ? AS period_start, 'RATE' AS "
                "indicator_code, 'all' AS scope, 'calendar' AS period_basis, ? AS value, "
                "? AS numerator, ? AS denominator",
                [province, month, 100 * numerator / denominator, numerator, denominator],
            )
    return path


@given(one=FIGURES, other=FIGURES)
@settings(max_examples=15, deadline=None)
def test_a_comparison_is_the_mirror_of_its_reverse(tmp_path_factory, one, other):
    folder = tmp_path_factory.mktemp("mirror")
    first, second = _file(folder / "a.duckdb", one), _file(folder / "b.duckdb", other)
    there, back = compare(second, first, limits), compare(first, second, limits)
    turned = {"added": "gone", "gone": "added", "changed": "changed"}
    assert {
        (row["figure_key"], turned[row["change"]], row["new_value"], row["old_value"]) for row in there.rows
    } == {(row["figure_key"], row["change"], row["old_value"], row["new_value"]) for row in back.rows}
    expected = {key for key in {*one, *other} if one.get(key) != other.get(key)}
    assert len(there.rows) == len(expected)
    assert compare(first, _file(folder / "c.duckdb", one), limits).rows == ()


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_the_digest_does_not_depend_on_the_order_of_rows(data):
    numbers = st.one_of(st.none(), st.floats(-1e6, 1e6), st.integers(-1000, 1000))
    rows = [
        {
            "table_name": "mart.province_monthly",
            "indicator_code": "RATE",
            "figure_key": f'{{"province_code":"{number}"}}',
            "change": "changed",
            **{
                f"{side}_{name}": data.draw(numbers)
                for side in ("old", "new")
                for name in ("value", "numerator", "denominator")
            },
            **{f"{side}_{name}": None for side in ("old", "new") for name in ("status", "qualifier")},
        }
        for number in range(4)
    ]
    shuffled = random.Random(0).sample(rows, len(rows))
    assert digest_of(shuffled) == digest_of(rows)
    other = [{**rows[0], "new_value": (rows[0]["new_value"] or 0) + 1}, *rows[1:]]
    assert digest_of(other) != digest_of(rows)


def test_the_digest_stays_what_it_is():
    row = {
        "table_name": "mart.province_monthly", "indicator_code": "RATE", "figure_key": '{"province_code":"44"}',
        "change": "changed", "old_value": 50.0, "new_value": 52, "old_numerator": 300, "new_numerator": 312,
        "old_denominator": None, "new_denominator": -0.0, "old_status": None, "new_status": "green",
        "old_qualifier": "exact", "new_qualifier": "exact",
    }  # fmt: skip
    assert digest_of([row]) == "5ee8216ffdddf7f247d6db71563b2ed230d87413976097c959eefbacbe459af0"


def test_an_empty_comparison_has_nothing_to_say():
    assert (Comparison().held, Comparison().figures, Comparison().summary()) == ([], [], [])

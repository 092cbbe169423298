"""The 63 old provinces and the 34 of today: what continues across the merger, and what says that it does not."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.catalogue.series import PredecessorRule, predecessor_rule
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.dimensions import compile_dimensions
from dx_pipeline.statistics.reconciliation import compile_reconciliation
from dx_pipeline.statistics.scorecard import compile_scorecard
from dx_pipeline.statistics.tables import compile_digital_signature_adoption
from dx_pipeline_tests.statistics.geography_world import (
    APRIL,
    JULY,
    JUNE,
    MAY,
    MONTHS,
    dated_catalogue,
    over_the_merger,
    predecessors,
    unchanged,
)
from dx_pipeline_tests.statistics.small_world import figure, observe, one, rate, rows_of, warehouse

QUANG_TRI = {"geography": "34", "province_code": "44"}  # of old Quảng Bình (44) and old Quảng Trị (45)
OLD_CODES = tuple(step.old_code for step in load_catalogue().geography.crosswalk)
LATER = datetime(2025, 11, 3)  # noqa: DTZ001


def june(connection, code="44", **where):
    return one(connection, "province_monthly", geography="34", province_code=code, period_start=JUNE, **where)


class TestBuilt:
    def test_a_count_is_the_sum_of_its_predecessors_and_says_so(self):
        rows = [
            figure("STOCK", "44", 973, month=JUNE, is_sample=True, source_code="registry", vintage_at=LATER),
            figure("STOCK", "45", 27, month=JUNE),
        ]
        with over_the_merger(rows) as connection:
            found = june(connection)
            old = {
                row["province_code"]: row["value"]
                for row in rows_of(connection, "FROM mart.province_monthly WHERE geography = '63'")
            }
        assert old == {"44": 973, "45": 27}
        assert (found["value"], found["is_built"], found["series_note"]) == (
            1000,
            True,
            "built_from_predecessors",
        )
        assert (found["source_code"], found["is_sample"], found["vintage_at"]) == (
            "registry+submission",
            True,
            LATER,
        )
        assert (found["file_sha256"], found["locator"]) == (None, None)

    def test_one_file_for_all_predecessors_stays_the_place(self):
        rows = [
            figure("STOCK", code, 1, month=JUNE, file_sha256="one", locator=f"A{code}")
            for code in ("44", "45")
        ]
        with over_the_merger(rows) as connection:
            found = june(connection)
        assert (found["file_sha256"], found["locator"]) == ("one", None)

    def test_a_rate_is_the_ratio_of_summed_parts(self):
        rows = [rate("RATE", "44", 90, 100, month=JUNE), rate("RATE", "45", 0, 900, month=JUNE)]
        with over_the_merger(rows) as connection:
            found = june(connection)
        assert (found["value"], found["numerator"], found["denominator"]) == (9, 90, 1000)

    def test_a_weighted_mean_with_both_parts_is_the_same(self):
        rows = [
            figure("DAYS", "44", 2, numerator=60, denominator=30, month=JUNE),
            figure("DAYS", "45", 6, numerator=60, denominator=10, month=JUNE),
        ]
        with over_the_merger(rows) as connection:
            found = june(connection)
        assert (found["value"], found["numerator"], found["denominator"]) == (3, 120, 40)

    @pytest.mark.parametrize(
        ("rows", "note"),
        [
            pytest.param([figure("STOCK", "44", 1, month=JUNE)], "predecessor_missing", id="count_of_one"),
            pytest.param([rate("RATE", "45", 1, 2, month=JUNE)], "predecessor_missing", id="rate_of_one"),
            pytest.param(
                [rate("RATE", "44", 1, 2, month=JUNE), figure("RATE", "45", 50.0, month=JUNE)],
                "rate_without_counts", id="rate_without_counts",
            ),
            pytest.param(
                [figure(code, area, 1, month=JUNE) for code in ("SERVICES",) for area in ("44", "45")],
                "not_additive", id="services_are_never_summed",
            ),
            pytest.param(
                [figure("SCORE", "44", 60, month=JUNE), figure("SCORE", "45", 70, month=JUNE)],
                "not_additive", id="scores",
            ),
            pytest.param(
                [figure("COLOUR", "44", status="red", month=JUNE), figure("COLOUR", "45", status="red", month=JUNE)],
                "not_additive", id="colours",
            ),
            pytest.param(
                [figure("STOCK", "44", 1, month=JUNE), figure("STOCK", "45", 1, month=JUNE, method_version="dti-2025")],
                "method_mixed", id="two_methods",
            ),
            pytest.param(
                [figure("STOCK", "44", 1, month=JUNE), figure("STOCK", "45", 1, month=JUNE, accumulates_from=MAY)],
                "predecessor_missing", id="cumulative_is_another_figure",
            ),
        ],
    )  # fmt: skip
    def test_otherwise_there_is_no_value_and_the_reason(self, rows, note):
        with over_the_merger(rows) as connection:
            found = rows_of(
                connection,
                "FROM mart.province_monthly WHERE geography = '34' AND province_code = '44'",
            )
        assert {row["series_note"] for row in found} == {note}
        for row in found:
            assert (row["value"], row["status"], row["rank"], row["is_built"]) == (None, None, None, False)
            assert (row["numerator"], row["denominator"], row["qualifier"]) == (None, None, None)

    def test_an_unchanged_province_goes_on_with_every_figure(self):
        rows = [
            figure("RATE", "01", 55.5, month=JUNE),
            figure("SCORE", "01", 60, month=JUNE),
            figure("COLOUR", "01", status="green", month=JUNE),
        ]
        with over_the_merger(rows) as connection:
            found = {row["indicator_code"]: row for row in rows_of(
                connection, "FROM mart.province_monthly WHERE geography = '34' AND province_code = '01'"
            )}  # fmt: skip
        assert (found["RATE"]["value"], found["SCORE"]["value"], found["COLOUR"]["status"]) == (
            55.5,
            60,
            "green",
        )
        assert {(row["is_built"], row["series_note"]) for row in found.values()} == {(False, None)}
        assert found["RATE"]["file_sha256"] == "sha-submission-01"

    def test_since_the_merger_there_is_only_the_new_geography(self):
        with over_the_merger([figure("STOCK", "44", 5, month=JULY)]) as connection:
            found = rows_of(connection, "SELECT DISTINCT geography FROM mart.province_monthly")
        assert found == [{"geography": "34"}]


CODES = ("15", "24", "44", "52", "80", "82", "91")


@pytest.mark.parametrize("code", CODES)
def test_a_reused_code_never_mixes_its_two_provinces(code):
    olds = predecessors()[code]
    rows = [figure("STOCK", old, 10 * (place + 1), month=JUNE) for place, old in enumerate(olds)]
    rows.append(figure("STOCK", code, 100, month=JULY))
    with over_the_merger(rows) as connection:
        compile_dimensions(connection, catalogue=dated_catalogue())
        old = one(connection, "province_monthly", geography="63", province_code=code)
        before = june(connection, code)
        after = one(connection, "province_monthly", geography="34", province_code=code, period_start=JULY)
        names = {
            row["geography"]: row["name_vi"]
            for row in rows_of(
                connection, "FROM mart.dim_area WHERE area_code = ? AND area_level = 'province'", code
            )
        }
    total = sum(10 * (place + 1) for place in range(len(olds)))
    assert old["value"] == 10 * (olds.index(code) + 1)
    assert (old["change_pct"], old["rank_change"]) == (None, None)
    assert before["value"] == total
    assert after["change_pct"] == pytest.approx(100 * (100 - total) / total)
    assert names["63"] != names["34"]


def test_same_named_provinces_are_two():
    rows = [figure("STOCK", "45", 9, month=JUNE), figure("STOCK", "44", 1, month=JUNE)]
    with over_the_merger([*rows, figure("STOCK", "44", 12, month=JULY)]) as connection:
        compile_dimensions(connection, catalogue=dated_catalogue())
        found = rows_of(
            connection,
            "SELECT m.geography, m.period_start, m.value FROM mart.province_monthly AS m "
            "JOIN mart.dim_area AS d ON d.geography = m.geography AND d.area_code = m.province_code "
            "WHERE d.area_level = 'province' AND d.name_vi = 'Quảng Trị' ORDER BY ALL",
        )
    assert [(row["geography"], row["period_start"], row["value"]) for row in found] == [
        ("34", JUNE, 10),
        ("34", JULY, 12),
        ("63", JUNE, 9),
    ]


class TestAcrossTheMerger:
    def test_a_built_june_gives_july_its_change_and_says_so(self):
        rows = [rate("RATE", "44", 10, 100, month=JUNE), rate("RATE", "45", 30, 100, month=JUNE)]
        rows.append(rate("RATE", "44", 50, 200, month=JULY))
        with over_the_merger(rows) as connection:
            month = one(connection, "province_monthly", period_start=JULY)
            quarter = one(connection, "province_quarterly", period_start=JULY)
        for found in (month, quarter):
            assert (found["change_pp"], found["comparison_is_built"], found["is_built"]) == (5, True, False)
            assert (found["series_break"], found["series_note"]) == (None, None)

    def test_without_a_built_june_the_series_breaks_and_says_so(self):
        rows = [figure("RATE", "44", 10, month=JUNE), rate("RATE", "45", 30, 100, month=JUNE)]
        rows.append(rate("RATE", "44", 50, 200, month=JULY))
        with over_the_merger(rows) as connection:
            month = one(connection, "province_monthly", period_start=JULY)
            quarter = one(connection, "province_quarterly", period_start=JULY)
        for found in (month, quarter):
            assert (found["change_pp"], found["comparison_is_built"]) == (None, False)
            assert found["series_break"] == "merger_break"

    def test_a_missing_june_is_a_gap_and_no_break(self):
        with over_the_merger([figure("STOCK", "44", 5, month=JULY)]) as connection:
            assert one(connection, "province_monthly")["series_break"] is None

    def test_an_unchanged_province_compares_with_itself(self):
        rows = [figure("RATE", "01", 10, month=JUNE), figure("RATE", "01", 12, month=JULY)]
        with over_the_merger(rows) as connection:
            found = one(connection, "province_monthly", period_start=JULY)
        assert (found["change_pp"], found["comparison_is_built"]) == (2, False)

    def test_a_june_built_later_gives_july_its_change(self):
        rows = [figure("STOCK", "44", 10, month=JUNE), figure("STOCK", "44", 40, month=JULY)]
        with over_the_merger(rows) as connection:
            assert one(connection, "province_monthly", period_start=JULY)["series_break"] == "merger_break"
            observe(connection, [figure("STOCK", "45", 10, month=JUNE)])
            compile_months(connection, [JUNE], catalogue=dated_catalogue())
            found = one(connection, "province_monthly", period_start=JULY)
        assert (found["series_break"], found["change_pct"]) == (None, 100)


class TestRank:
    def test_of_63_and_of_34_are_two_series(self):
        rows = [
            figure("STOCK", code, place, month=month)
            for month in (MAY, JUNE)
            for place, code in enumerate(OLD_CODES)
        ]
        rows += [figure("STOCK", code, place, month=JULY) for place, code in enumerate(predecessors())]
        with over_the_merger(rows) as connection:
            found = rows_of(
                connection,
                "SELECT geography, period_start, max(rank_of) AS n, max(rank) AS last, count(rank_change) AS moved, "
                "bool_and(comparison_is_built) AS is_built FROM mart.province_monthly GROUP BY ALL ORDER BY ALL",
            )
        assert [tuple(row.values()) for row in found] == [
            ("34", MAY, 34, 34, 0, True),
            ("34", JUNE, 34, 34, 34, True),
            ("34", JULY, 34, 34, 34, True),
            ("63", MAY, 63, 63, 0, False),
            ("63", JUNE, 63, 63, 63, False),
        ]

    @pytest.mark.parametrize(
        ("now", "rank_change"),
        [({"01": 1, "04": 2, "11": 3}, {"01": -2, "04": 0, "11": 2}), ({"01": 1, "04": 2}, {"01": None, "04": None})],
        ids=["as_many_provinces", "fewer_provinces"],
    )  # fmt: skip
    def test_places_gained_count_only_among_as_many(self, now, rank_change):
        rows = [
            figure("STOCK", code, value, month=MAY) for code, value in {"01": 3, "04": 2, "11": 1}.items()
        ]
        rows += [figure("STOCK", code, value, month=JUNE) for code, value in now.items()]
        with over_the_merger(rows) as connection:
            found = {
                row["province_code"]: row["rank_change"]
                for row in rows_of(
                    connection, "FROM mart.province_monthly WHERE period_start = ? AND geography = '63'", JUNE
                )
            }
        assert found == rank_change

    def test_a_stated_rank_of_63_does_not_continue(self):
        catalogue = load_catalogue()
        row = {**figure("STOCK", "01", 5, month=JUNE), "indicator_code": "S766_RANK", "unit": "rank"}
        with warehouse(Path(":memory:"), [row]) as connection:
            compile_months(connection, [JUNE], catalogue=catalogue)
            old = one(connection, "province_monthly", geography="63")
            new = one(connection, "province_monthly", geography="34")
        assert (old["value"], new["value"], new["series_note"]) == (5, None, "rank_of_63")


class TestNation:
    def test_it_rests_on_the_provinces_of_the_day_and_never_on_both(self):
        rows = [figure("STOCK", code, 10, month=JUNE) for code in ("44", "45", "01")]
        rows += [figure("RATE", "VN", 41.2, month=JUNE, source_code="bulletin", source_url="https://a")]
        rows += [
            figure(
                "STOCK", "VN", 31, month=JUNE, source_code="bulletin", source_url="https://a", is_sample=True
            )
        ]
        with over_the_merger(rows) as connection:
            compile_reconciliation(connection, catalogue=dated_catalogue())
            month = one(connection, "national_monthly", indicator_code="STOCK")
            quarter = one(connection, "national_quarterly", indicator_code="STOCK")
            compared = one(connection, "reconciliation", indicator_code="STOCK")
        assert (month["value"], month["provinces_reported"], month["provinces_expected"]) == (30, 3, 63)
        assert (quarter["value"], quarter["provinces_reported"]) == (30, 3)
        assert compared["own_value"] == 30

    def test_adoption_is_asked_in_both_geographies(self):
        rows = [
            rate("DSIG_ADULT_RATE", "44", 10, 100, month=JUNE),
            rate("DSIG_ADULT_RATE", "45", 30, 100, month=JUNE),
        ]
        rows += [
            figure("DSIG_CERT_CNT", "44", 50, month=JUNE),
            figure("DSIG_ADULT_RATE", "27", 9.0, month=JUNE),
        ]
        rows += [rate("DSIG_ADULT_RATE", "44", 60, 200, month=JULY)]
        with over_the_merger(rows) as connection:
            assert compile_digital_signature_adoption(connection, catalogue=dated_catalogue()) > 0
            where = {"period_type": "month", "period_start": JUNE}
            nation = one(connection, "digital_signature_adoption", area_code="VN", **where)
            old = one(connection, "digital_signature_adoption", area_code="44", geography="63", **where)
            new = one(connection, "digital_signature_adoption", area_code="44", geography="34", **where)
            unbuilt = one(connection, "digital_signature_adoption", area_code="24", geography="34", **where)
            july = {
                (row["period_type"], row["area_code"]): row
                for row in rows_of(
                    connection, "FROM mart.digital_signature_adoption WHERE period_start = ?", JULY
                )
            }
        assert (nation["adults_with_signature"], nation["geography"], nation["provinces_reported"]) == (
            40,
            "63",
            2,
        )
        assert (old["adoption_pct"], new["adoption_pct"], new["is_built"]) == (10, 20, True)
        assert (unbuilt["adoption_pct"], unbuilt["series_note"]) == (None, "predecessor_missing")
        for period_type in ("month", "quarter"):
            found = july[period_type, "44"]
            assert (found["adoption_change_pp"], found["comparison_is_built"]) == (10, True)
            assert july[period_type, "VN"]["adoption_change_pp"] == 10

    def test_the_scorecard_has_a_row_in_each_geography(self):
        rows = [figure("STOCK", "44", 1, month=JUNE), figure("STOCK", "45", 2, month=JUNE)]
        with over_the_merger([*rows, figure("STOCK", "27", 3, month=JUNE)]) as connection:
            compile_dimensions(connection, catalogue=dated_catalogue())
            compile_scorecard(connection, catalogue=dated_catalogue())
            found = {
                (row["geography"], row["province_code"]): (
                    row["province_name"],
                    row["stock"],
                    row["is_built"],
                )
                for row in rows_of(connection, "FROM mart.scorecard_monthly")
            }
        assert found == {
            ("63", "44"): ("Quảng Bình", 1, False),
            ("63", "45"): ("Quảng Trị", 2, False),
            ("63", "27"): ("Bắc Ninh", 3, False),
            ("34", "44"): ("Quảng Trị", 3, True),
        }


class TestQuarter:
    def test_a_quarter_is_built_month_by_month(self):
        rows = [figure("FLOW", code, 1, month=month) for code in ("44", "45") for month in (APRIL, MAY)]
        rows.append(figure("FLOW", "44", 100, month=JUNE))
        with over_the_merger(rows) as connection:
            found = one(connection, "province_quarterly", **QUANG_TRI)
            old = one(connection, "province_quarterly", geography="63", province_code="44")
        assert (found["value"], found["months_covered"], found["is_built"]) == (4, 2, True)
        assert (old["value"], old["months_covered"]) == (102, 3)

    def test_a_quarter_without_a_built_month_says_why(self):
        with over_the_merger([figure("STOCK", "44", 5, month=MAY)]) as connection:
            found = one(connection, "province_quarterly", **QUANG_TRI)
        assert (found["value"], found["months_covered"], found["series_note"]) == (
            None,
            0,
            "predecessor_missing",
        )

    @pytest.mark.parametrize(
        ("codes", "value", "note"),
        [(("44", "45"), 60, "built_from_predecessors"), (("44",), None, "predecessor_missing")],
        ids=["both", "one_is_missing"],
    )
    def test_what_was_reported_for_the_quarter_is_built_too(self, codes, value, note):
        quarter = {"month": APRIL, "period_end": date(2025, 6, 30), "source_code": "registry"}
        with over_the_merger([figure("FLOW", code, 30, **quarter) for code in codes]) as connection:
            found = one(connection, "province_quarterly", **QUANG_TRI)
            nation = one(connection, "national_quarterly")
        assert (found["value"], found["series_note"]) == (value, note)
        assert (nation["value"], nation["provinces_reported"]) == (30 * len(codes), len(codes))


counts = st.integers(0, 10**9)
parts = st.tuples(counts, st.integers(1, 10**9)).map(lambda pair: (min(pair), max(pair)))


@settings(max_examples=10, deadline=None)
@given(
    values=st.dictionaries(st.sampled_from(OLD_CODES), counts, min_size=30),
    ratios=st.dictionaries(st.sampled_from(OLD_CODES), parts, min_size=30),
)
def test_built_figures_are_sums_over_the_crosswalk(values, ratios):
    rows = [figure("STOCK", code, value, month=JUNE) for code, value in values.items()]
    rows += [rate("RATE", code, *both, month=JUNE) for code, both in ratios.items()]
    with over_the_merger(rows, months=(JUNE,)) as connection:
        built = {
            (row["indicator_code"], row["province_code"]): row
            for row in rows_of(connection, "FROM mart.province_monthly WHERE geography = '34'")
        }
    for new, olds in predecessors().items():
        stock, ratio = built.get(("STOCK", new)), built.get(("RATE", new))
        if all(old in values for old in olds):
            assert stock["value"] == sum(values[old] for old in olds)
        else:
            assert stock is None or stock["value"] is None
        if all(old in ratios for old in olds):
            numerator, denominator = (sum(ratios[old][part] for old in olds) for part in (0, 1))
            assert (ratio["numerator"], ratio["denominator"]) == (numerator, denominator)
            assert ratio["value"] == pytest.approx(100 * numerator / denominator, abs=1e-9)
        else:
            assert ratio is None or ratio["value"] is None
        for row in filter(None, (stock, ratio)):
            assert row["is_built"] == (row["value"] is not None and new not in unchanged())


@settings(max_examples=10, deadline=None)
@given(
    values=st.fixed_dictionaries(dict.fromkeys(OLD_CODES, counts)),
    ratios=st.fixed_dictionaries(dict.fromkeys(OLD_CODES, parts)),
)
def test_the_nation_of_63_is_the_nation_of_34_where_nothing_is_missing(values, ratios):
    rows = [figure("STOCK", code, value, month=JUNE) for code, value in values.items()]
    rows += [rate("RATE", code, *both, month=JUNE) for code, both in ratios.items()]
    with over_the_merger(rows, months=(JUNE,)) as connection:
        nation = {row["indicator_code"]: row for row in rows_of(connection, "FROM mart.national_monthly")}
        [built] = rows_of(
            connection,
            "SELECT sum(value) FILTER (WHERE indicator_code = 'STOCK') AS stock, sum(numerator) AS numerator, "
            "sum(denominator) AS denominator, count(DISTINCT province_code) AS provinces "
            "FROM mart.province_monthly WHERE geography = '34'",
        )
    assert built["provinces"] == 34
    assert nation["STOCK"]["value"] == built["stock"]
    assert (nation["RATE"]["numerator"], nation["RATE"]["denominator"]) == (
        built["numerator"],
        built["denominator"],
    )
    assert {row["provinces_reported"] for row in nation.values()} == {63}


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("DOS_RECV_CNT", "sum"),
        ("DSIG_ADULT_RATE", "ratio_of_sums"),
        ("DOS_ONLINE_RATE", "ratio_of_sums"),
        ("DOS_AVG_DAYS", "ratio_of_sums"),
        ("NET_5G_POP_RATE", "ratio_of_sums"),
        ("PS_FULL_CNT", "none"),
        ("PS_FULL_SHARE", "none"),
        ("PROC_EFORM_RATE", "none"),
        ("PAY_PROC_RATE", "none"),
        ("S766_TOTAL", "none"),
        ("KH02_STATUS", "none"),
        ("DTI_SCORE", "none"),
    ],
)
def test_the_catalogue_says_what_may_be_built(code, rule):
    indicators = load_catalogue().indicators
    assert predecessor_rule(indicators[code], indicators) is PredecessorRule(rule)


class TestAreas:
    def test_every_province_names_its_days_predecessors_and_successor(self):
        with warehouse(Path(":memory:")) as connection:
            compile_dimensions(connection, catalogue=load_catalogue())
            rows = rows_of(connection, "FROM mart.dim_area WHERE area_level = 'province'")
        keys = [(row["geography"], row["area_code"], row["valid_from"]) for row in rows]
        assert len(keys) == len(set(keys))
        successors = {row["area_code"]: row["successor_code"] for row in rows if row["geography"] == "63"}
        new = [row for row in rows if row["geography"] == "34"]
        named = {old: row["area_code"] for row in new for old in row["predecessor_codes"].split()}
        assert successors == named
        assert len(successors) == 63
        assert {row["valid_to"] for row in rows if row["geography"] == "63"} >= {date(2025, 6, 30)}

    @pytest.mark.parametrize(
        ("code", "first_day"),
        [("75", date(2026, 4, 30)), ("22", date(2026, 9, 1)), ("24", date(2026, 9, 20))],
        ids=["dong_nai", "quang_ninh", "bac_ninh"],
    )
    def test_a_province_became_a_city_on_its_day(self, code, first_day):
        with warehouse(Path(":memory:")) as connection:
            compile_dimensions(connection, catalogue=load_catalogue())
            types = {
                row["valid_from"]: (row["area_type"], row["valid_to"])
                for row in rows_of(
                    connection, "FROM mart.dim_area WHERE area_code = ? AND geography = '34'", code
                )
            }
        before = first_day.replace(day=first_day.day - 1) if first_day.day > 1 else date(2026, 8, 31)
        assert types == {
            date(2025, 7, 1): ("province", before),
            first_day: ("centrally_run_city", None),
        }


def test_an_earlier_working_file_gets_its_geography_when_it_is_compiled_again():
    rows = [figure("STOCK", code, 5, month=month) for code in ("44", "45") for month in MONTHS[:3]]
    rows.append(figure("STOCK", "44", 12, month=JULY))
    with over_the_merger(rows) as connection:
        fresh = rows_of(connection, "FROM mart.province_monthly ORDER BY ALL")
        connection.execute(
            "DELETE FROM mart.province_monthly WHERE geography = '34' AND period_start < ?", [JULY]
        )
        connection.execute(
            "UPDATE mart.province_monthly SET geography = NULL, is_built = NULL, method_family = NULL, rank_of = NULL"
        )
        compile_months(connection, MONTHS, catalogue=dated_catalogue())
        compile_quarters(connection, MONTHS, catalogue=dated_catalogue())
        assert rows_of(connection, "FROM mart.province_monthly ORDER BY ALL") == fresh


@pytest.mark.parametrize("missing", [0, 1], ids=["every province of the day", "one is missing"])
def test_certificates_of_the_nation_compare_over_the_merger_where_every_province_has_sent(missing):
    olds, news = (
        [unit.code for unit in dated_catalogue().geography.provinces_on(day)] for day in (JUNE, JULY)
    )
    rows = [figure("DSIG_CERT_CNT", code, 100, month=JUNE) for code in olds[missing:]]
    rows += [figure("DSIG_CERT_CNT", code, 200, month=JULY) for code in news]
    with over_the_merger(rows) as connection:
        compile_digital_signature_adoption(connection, catalogue=dated_catalogue())
        july = one(
            connection,
            "digital_signature_adoption",
            area_code="VN",
            period_type="month",
            period_start=JULY,
        )
    expected = None if missing else pytest.approx(100 * (34 * 200 - 63 * 100) / (63 * 100), abs=1e-6)
    assert july["certificates_change_pct"] == expected

"""Months: which figure is chosen, how the nation is made, and that exactly the given periods are replaced."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline_tests.statistics.small_world import (
    AUGUST,
    JULY,
    OCTOBER,
    compiled,
    figure,
    one,
    rate,
    rows_of,
    small_catalogue,
)

EARLIER, LATER = datetime(2025, 11, 2), datetime(2025, 11, 3)  # noqa: DTZ001
JUNE = date(2025, 6, 1)
PUBLISHED = {"source_code": "bulletin", "source_url": "https://a"}
ALL_THREE = ("44", "33", "75")


class TestChosenFigure:
    @pytest.mark.parametrize(
        ("rows", "expected"),
        [
            pytest.param(
                [
                    figure("STOCK", "44", 1, source_code="submission", is_sample=True),
                    figure("STOCK", "44", 2, source_code="bulletin"),
                ],
                (2, False),
                id="real_before_sample",
            ),
            pytest.param(
                [
                    figure("STOCK", "44", 1, source_code="bulletin"),
                    figure("STOCK", "44", 2, source_code="submission"),
                ],
                (2, False),
                id="submission_before_bulletin",
            ),
            pytest.param(
                [
                    figure(
                        "STOCK", "44", 1, source_code="bulletin", source_url="https://a", vintage_at=LATER
                    ),
                    figure(
                        "STOCK", "44", 2, source_code="bulletin", source_url="https://b", vintage_at=EARLIER
                    ),
                ],
                (1, False),
                id="latest_of_equals",
            ),
            pytest.param(
                [
                    figure("STOCK", "44", 1, is_latest=False, verdict="rejected"),
                    figure("STOCK", "44", 2, source_code="bulletin", is_sample=True),
                ],
                (2, True),
                id="rejected_is_not_there",
            ),
        ],
    )
    def test_precedence(self, rows, expected):
        for order in (rows, rows[::-1]):
            with compiled(order) as connection:
                found = one(connection, "province_monthly", indicator_code="STOCK")
                assert (found["value"], found["is_sample"]) == expected

    def test_bases_and_accumulations_never_mix(self):
        rows = [
            figure("FLOW", "44", 1),
            figure("FLOW", "44", 2, accumulates_from=JULY),
            figure("FLOW", "44", 4, period_basis="government_report"),
            figure("FLOW", "44", 8, scope="commune_level"),
        ]
        with compiled(rows) as connection:
            national = rows_of(connection, "SELECT value FROM mart.national_monthly ORDER BY value")
        assert [row["value"] for row in national] == [1, 2, 4, 8]

    def test_row_says_where_it_comes_from(self):
        with compiled(
            [figure("RATE", "44", 72.63, source_url="https://a", qualifier="more_than")]
        ) as connection:
            row = one(connection, "province_monthly", indicator_code="RATE")
        assert row["locator"].startswith("Sheet!")
        assert (row["file_sha256"], row["source_url"]) == ("sha-submission-44", "https://a")
        assert (row["qualifier"], row["target"]) == ("more_than", 80)


class TestNationalRule:
    @pytest.mark.parametrize(
        ("rows", "value", "provinces"),
        [
            pytest.param([figure("STOCK", "44", 10), figure("STOCK", "33", 5)], 15, 2, id="sum"),
            pytest.param([rate("RATE", "44", 90, 100), rate("RATE", "33", 0, 900)], 9.0, 2, id="ratio_of_sums"),
            pytest.param(
                [rate("RATE", "44", 90, 100), figure("RATE", "33", 10.0)], 90.0, 1, id="ratio_needs_both_parts"
            ),
            pytest.param([figure("SCORE", "44", 60), figure("SCORE", "33", 65.5)], 62.75, 2, id="mean"),
            pytest.param(
                [figure("DAYS", "44", 2, denominator=30), figure("DAYS", "33", 6, denominator=10)], 3.0, 2,
                id="weighted_mean",
            ),
            pytest.param(
                [figure("DAYS", "44", 2, denominator=30), figure("DAYS", "33", 6)], 2.0, 1, id="weighted_needs_weight"
            ),
        ],
    )  # fmt: skip
    def test_compiles(self, rows, value, provinces):
        with compiled(rows) as connection:
            found = one(connection, "national_monthly", indicator_code=rows[0]["indicator_code"])
        assert found["value"] == pytest.approx(value, abs=1e-9)
        assert (found["provinces_reported"], found["provinces_expected"]) == (provinces, 3)
        assert found["rule"] == small_catalogue().indicators[rows[0]["indicator_code"]].national.value

    @pytest.mark.parametrize("code", ["SERVICES", "LISTED", "COLOUR"])
    def test_is_never_compiled_where_the_rule_says_so(self, code):
        with compiled([figure(code, "44", 10), figure(code, "33", 20)]) as connection:
            assert rows_of(connection, "SELECT * FROM mart.national_monthly") == []

    def test_no_figure_from_nothing_of_nothing(self):
        with compiled([rate("RATE", "44", 0, 0)]) as connection:
            assert rows_of(connection, "SELECT * FROM mart.national_monthly") == []

    def test_expects_the_provinces_of_that_day(self):
        with compiled([figure("STOCK", "44", 10, month=JUNE)], months=(JUNE,)) as connection:
            assert one(connection, "national_monthly")["provinces_expected"] == 1

    def test_names_every_source_and_the_sample_in_it(self):
        rows = [
            figure("STOCK", "44", 1, source_code="registry", vintage_at=LATER),
            figure("STOCK", "33", 1, source_code="bulletin"),
            figure("STOCK", "75", 1, source_code="registry", is_sample=True),
        ]
        with compiled(rows) as connection:
            found = one(connection, "national_monthly")
        assert found["source_code"] == "bulletin+registry"
        assert found["method_version"] == "as-published+registry-2025"
        assert (found["is_sample"], found["vintage_at"]) == (True, LATER)

    @pytest.mark.parametrize(
        ("qualifiers", "expected"),
        [
            (("exact", "exact"), "exact"),
            (("exact", "more_than"), "more_than"),
            (("more_than", "less_than"), "approx"),
            (("exact", "approx"), "approx"),
        ],
        ids=lambda value: "+".join(value) if isinstance(value, tuple) else value,
    )
    def test_qualifier_of_a_sum(self, qualifiers, expected):
        rows = [
            figure("STOCK", code, 1, qualifier=qualifier)
            for code, qualifier in zip(("44", "33"), qualifiers, strict=True)
        ]
        with compiled(rows) as connection:
            assert one(connection, "national_monthly")["qualifier"] == expected


class TestReportedAgainstCompiled:
    @pytest.mark.parametrize(
        ("provinces", "sample", "expected"),
        [
            pytest.param(ALL_THREE, (), ("ratio_of_sums", 50.0), id="all_real_provinces_decide"),
            pytest.param(ALL_THREE, ("33",), ("as_reported", 41.2), id="published_before_sample"),
            pytest.param(("44",), (), ("as_reported", 41.2), id="published_before_a_part_of_the_country"),
        ],
    )
    def test_order(self, provinces, sample, expected):
        rows = [rate("RATE", code, 1, 2, is_sample=code in sample) for code in provinces]
        rows.append(figure("RATE", "VN", 41.2, **PUBLISHED))
        with compiled(rows) as connection:
            found = one(connection, "national_monthly")
        assert (found["rule"], found["value"]) == expected
        assert found["is_sample"] is False

    def test_sample_bulletin_is_last(self):
        rows = [
            rate("RATE", "44", 1, 2, is_sample=True),
            figure("RATE", "VN", 41.2, is_sample=True, **PUBLISHED),
        ]
        with compiled(rows) as connection:
            assert one(connection, "national_monthly")["rule"] == "ratio_of_sums"

    def test_reported_row_keeps_its_source(self):
        with compiled([figure("LISTED", "VN", 84, source_title="Phiên họp", **PUBLISHED)]) as connection:
            found = one(connection, "national_monthly")
        assert (found["value"], found["rule"], found["provinces_reported"]) == (84, "as_reported", None)
        assert (found["source_title"], found["source_url"]) == ("Phiên họp", "https://a")


class TestReplacing:
    def test_leaves_other_months_alone_and_drops_what_is_gone(self):
        rows = [figure("STOCK", "44", 1, month=JULY), figure("STOCK", "44", 2, month=AUGUST)]
        with compiled(rows) as connection:
            connection.execute("UPDATE core.observation SET is_latest = false")
            written = compile_months(connection, [AUGUST], catalogue=small_catalogue())
            left = rows_of(connection, "SELECT period_start FROM mart.province_monthly")
        assert written == {"mart.province_monthly": 0, "mart.national_monthly": 0}
        assert left == [{"period_start": JULY}]

    def test_twice_changes_nothing(self):
        rows = [rate("RATE", code, 1, 3, month=month) for code in ALL_THREE for month in (JULY, AUGUST)]
        with compiled(rows) as connection:
            tables = ("province_monthly", "national_monthly", "province_quarterly", "national_quarterly")
            before = {name: rows_of(connection, f"FROM mart.{name} ORDER BY ALL") for name in tables}
            compile_months(connection, [JULY, AUGUST], catalogue=small_catalogue())
            compile_quarters(connection, [JULY], catalogue=small_catalogue())
            assert before == {name: rows_of(connection, f"FROM mart.{name} ORDER BY ALL") for name in tables}

    def test_failure_keeps_what_was_there(self):
        with compiled([figure("STOCK", "44", 1, month=JULY)]) as connection:
            before = rows_of(connection, "FROM mart.province_monthly")
            connection.execute("DROP TABLE mart.national_monthly")
            with pytest.raises(Exception, match="national_monthly"):
                compile_months(connection, [JULY], catalogue=small_catalogue())
            assert rows_of(connection, "FROM mart.province_monthly") == before


parts = st.tuples(st.integers(0, 10**7), st.integers(1, 10**7)).map(lambda pair: (min(pair), max(pair)))


@settings(max_examples=15, deadline=None)
@given(
    figures=st.dictionaries(st.sampled_from(ALL_THREE), parts, min_size=1),
    counts=st.dictionaries(
        st.sampled_from(ALL_THREE), st.floats(0, 1e9).map(lambda x: round(x, 2)), min_size=1
    ),
    order=st.randoms(),
)
def test_national_figures_are_sums_in_any_order(figures, counts, order):
    rows = [rate("RATE", code, *both) for code, both in figures.items()]
    rows += [figure("STOCK", code, value) for code, value in counts.items()]
    results = []
    for _ in range(2):
        order.shuffle(rows)
        with compiled(rows, months=(OCTOBER,)) as connection:
            results.append(rows_of(connection, "SELECT * FROM mart.national_monthly ORDER BY indicator_code"))
    assert results[0] == results[1]
    ratio, total = results[0]
    numerator, denominator = (sum(part) for part in zip(*figures.values(), strict=True))
    assert (ratio["numerator"], ratio["denominator"]) == (numerator, denominator)
    assert ratio["value"] == pytest.approx(100 * numerator / denominator, abs=1e-9)
    assert total["value"] == pytest.approx(sum(counts.values()), abs=1e-6)

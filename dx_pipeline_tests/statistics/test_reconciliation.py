"""Published figures against our own of the same key: tolerances, qualifiers, and who is compared with whom."""

from __future__ import annotations

import pytest

from dx_pipeline.statistics.reconciliation import compile_reconciliation
from dx_pipeline_tests.statistics.small_world import (
    compiled,
    figure,
    one,
    rate,
    small_catalogue,
)


class TestReconciliation:
    @pytest.mark.parametrize(
        ("published", "own", "tolerance", "is_reconciled"),
        [
            pytest.param(
                figure("SCORE", "VN", 62.59), [figure("SCORE", "44", 62.57), figure("SCORE", "33", 62.59)], 0.01, True,
                id="score_within_a_hundredth",
            ),
            pytest.param(figure("SCORE", "VN", 62.59), [figure("SCORE", "44", 62.5)], 0.01, False, id="score_off"),
            pytest.param(figure("STOCK", "VN", 10), [figure("STOCK", "44", 11)], 0, False, id="counts_are_exact"),
            pytest.param(
                figure("RATE", "VN", 36.1, raw_text="36,1"), [rate("RATE", "44", 3614, 10000)], 0.05, True,
                id="half_a_digit",
            ),
            pytest.param(
                figure("RATE", "VN", 36.1, raw_text="36,10%"), [rate("RATE", "44", 3614, 10000)], 0.005, False,
                id="a_printed_zero_is_a_digit",
            ),
            pytest.param(
                figure("STOCK", "VN", 7_500_000, qualifier="approx", raw_text="7,5 triệu"),
                [figure("STOCK", "44", 7_460_000)], 50_000, True,
                id="about_7_5_million",
            ),
            pytest.param(
                figure("STOCK", "VN", 8130, qualifier="more_than"), [figure("STOCK", "44", 8131)], 0, True,
                id="more_than_and_it_is",
            ),
            pytest.param(
                figure("STOCK", "VN", 8130, qualifier="more_than"), [figure("STOCK", "44", 8130)], 0, False,
                id="more_than_and_it_is_not",
            ),
            pytest.param(
                figure("STOCK", "VN", 8130, qualifier="less_than"), [figure("STOCK", "44", 8100)], 0, True,
                id="less_than",
            ),
        ],
    )  # fmt: skip
    def test_national(self, published, own, tolerance, is_reconciled):
        with compiled(
            [{**published, "source_code": "bulletin", "source_url": "https://a"}, *own]
        ) as connection:
            assert compile_reconciliation(connection, catalogue=small_catalogue()) == 1
            found = one(connection, "reconciliation")
        assert found["tolerance"] == pytest.approx(tolerance)
        assert found["is_reconciled"] is is_reconciled
        assert found["published_source_url"] == "https://a"

    def test_the_figure_that_lost_stands_beside_the_one_that_won(self):
        rows = [rate("RATE", code, 1, 2) for code in ("44", "33", "75")]
        rows.append(figure("RATE", "VN", 41.2, source_code="bulletin"))
        with compiled(rows) as connection:
            compile_reconciliation(connection, catalogue=small_catalogue())
            found = one(connection, "reconciliation")
            assert one(connection, "national_monthly")["value"] == 50
        assert (found["published_value"], found["own_value"], found["difference"]) == (41.2, 50, 8.8)

    def test_province_bulletin_against_its_own_submission(self):
        rows = [
            figure("STOCK", "44", 837, source_code="bulletin"),
            figure("STOCK", "44", 837, is_sample=True),
            figure("STOCK", "33", 5, source_code="bulletin"),
        ]
        with compiled(rows) as connection:
            compile_reconciliation(connection, catalogue=small_catalogue())
            found = one(connection, "reconciliation", area_code="44")
            alone = one(connection, "reconciliation", area_code="33")
        assert (found["is_reconciled"], found["own_is_sample"]) == (True, True)
        assert (alone["outcome"], alone["own_value"], alone["is_reconciled"]) == ("no_own_figure", None, None)

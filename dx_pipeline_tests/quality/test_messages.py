from __future__ import annotations

import duckdb
import pytest

from dx_pipeline.quality.columns import prepare
from dx_pipeline.quality.messages import WHAT, area_name, figure_message
from dx_pipeline.quality.neighbours import named, with_neighbours
from dx_pipeline.quality.outlier_rules import OUTLIER_RULES
from dx_pipeline_tests.quality.world import AUG, OCT, SEP, figure, judged_alone, small_catalogue


def rows():
    frame = prepare(
        judged_alone(
            figure("CERTS", 1_234_567, AUG),
            figure("CERTS", 1000, SEP, raw_text="{1.000}", locator="Chữ ký số!C7"),
            figure("CERTS", 999, OCT),
            figure("NOTHING", None, raw_text=None, area_code="??"),
        ),
        small_catalogue(),
    )
    with duckdb.connect() as connection:
        return named(with_neighbours(connection, frame, frame), frame).to_dict("records")


# The words of outliers come with the figures that break those rules: test_outliers.py.
OTHERS = sorted(set(WHAT) - {rule.code for rule in OUTLIER_RULES})


@pytest.mark.parametrize("rule", OTHERS)
@pytest.mark.parametrize("number", range(4), ids=["first", "middle", "last", "unknown"])
def test_every_message_can_be_written_for_every_figure(rule: str, number: int):
    row = rows()[number]
    message = figure_message(rule, row, small_catalogue())
    for text in (message.vi, message.en):
        assert row["file_name"] in text
        assert row["locator"] in text
        assert "nan" not in text.lower().split()


def test_numbers_are_written_the_way_each_language_writes_them():
    message = figure_message("not_below_previous_month", rows()[1], small_catalogue())
    assert "1.234.567 của tháng 8/2025" in message.vi
    assert "1,234,567 of August 2025" in message.en
    assert "«{1.000}»" in message.vi


def test_a_figure_without_a_place_can_still_be_told_of():
    message = figure_message("readable_value", {**rows()[1], "locator": float("nan")}, small_catalogue())
    assert "không rõ vị trí" in message.vi
    assert "place unknown" in message.en


@pytest.mark.parametrize(
    ("code", "vi", "en"),
    [("44", "Tỉnh Quảng Trị", "Quang Tri (44)"), ("VN", "cả nước", "the whole country"), ("??", "??", "??")],
)
def test_areas_are_named(code: str, vi: str, en: str):
    assert (area_name(code, SEP, small_catalogue()).vi, area_name(code, SEP, small_catalogue()).en) == (
        vi,
        en,
    )

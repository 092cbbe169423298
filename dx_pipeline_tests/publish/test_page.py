"""The page: self-contained, honest about samples, safe against text that comes from files."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from dx_pipeline.failures import PublicationError
from dx_pipeline.publish.chart import line_chart
from dx_pipeline.publish.numbers import number, quantity, signed
from dx_pipeline.publish.page import write_page
from dx_pipeline.publish.queries import query
from dx_pipeline.settings import DataDirectory
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline.statistics.dimensions import compile_dimensions
from dx_pipeline.statistics.tables import compile_digital_signature_adoption
from dx_pipeline_tests.publish.published_world import figures, office, publish_small
from dx_pipeline_tests.publish.well_formed import assert_well_formed
from dx_pipeline_tests.statistics.geography_world import JUNE, dated_catalogue
from dx_pipeline_tests.statistics.small_world import (
    AUGUST,
    JULY,
    OCTOBER,
    RECEIVED,
    SEPTEMBER,
    figure,
    rate,
    small_catalogue,
    warehouse,
)

LATER = RECEIVED + timedelta(hours=1)


def _page(root, rows=None):
    with office(root, rows) as (connection, data):
        publish_small(connection, data)
    return write_page(data, catalogue=small_catalogue()).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return _page(tmp_path_factory.mktemp("office"))


def test_needs_nothing_from_elsewhere(page):
    assert "<script" not in page
    assert not re.search(r"(src|@import|url\()\s*=?\s*[\"']?http", page)
    links = re.findall(r'href="([^"]+)"', page)
    assert {link for link in links if not link.startswith("http")} == {"dx.duckdb", "manifest.json"}


def test_is_well_formed(page):
    assert_well_formed(page, void=("meta", "line", "circle", "polyline", "br"))


def test_text_from_files_is_escaped_and_only_web_addresses_are_links(page):
    assert "Họp &lt;b&gt;tháng&lt;/b&gt; 10" in page
    assert 'href="https://example.vn/hop?a=1&amp;b=2"' in page
    assert "javascript:" not in page


def test_says_what_is_sample(page):
    assert 'role="alert"' in page
    assert "CÓ DỮ LIỆU MẪU" in page
    row = next(part for part in page.split("<tr>") if "Hưng Yên" in part)
    assert 'class="mark"' in row
    real = next(part for part in page.split("<tr>") if "Quảng Trị" in part)
    assert 'class="mark"' not in real
    assert "Nguồn submission" in real


def test_no_banner_without_samples(tmp_path):
    rows = [row for row in figures() if not row["is_sample"]]
    page = _page(tmp_path, rows)
    assert "CÓ DỮ LIỆU MẪU" not in page
    assert 'class="mark"' not in page


def test_shows_figures_ranks_and_changes(page):
    assert "41,20" in page
    assert "+1,00 điểm %" in page
    real = next(part for part in page.split("<tr>") if "Quảng Trị" in part)
    assert '<td class="n">1</td>' in real
    assert "42,00" in real


def test_a_national_figure_from_some_provinces_says_so(tmp_path):
    page = _page(tmp_path, [figure("STOCK", "44", 1086)])
    assert "Chưa đủ cả nước: 1 / 3 tỉnh" in page


def _provinces_of(rows, months):
    """The page's rows of provinces for an office in the dated provinces."""
    with warehouse(Path(":memory:"), rows) as connection:
        for compile_periods in (compile_months, compile_quarters):
            compile_periods(connection, months, catalogue=dated_catalogue())
        compile_dimensions(connection, catalogue=dated_catalogue())
        compile_digital_signature_adoption(connection, catalogue=dated_catalogue())
        return query(connection, "page_adoption_provinces.sql")


def test_a_month_before_the_merger_is_shown_by_the_provinces_of_today():
    rows = [
        rate("DSIG_ADULT_RATE", "44", 10, 100, month=JUNE),
        rate("DSIG_ADULT_RATE", "45", 30, 100, month=JUNE),
    ]
    rows += [
        rate("DSIG_ADULT_RATE", "01", 50, 100, month=JUNE),
        rate("DSIG_ADULT_RATE", "27", 90, 100, month=JUNE),
    ]
    found = _provinces_of(rows, [JUNE])
    assert [(row["name_vi"], row["adoption_pct"], row["rank"], row["is_built"]) for row in found] == [
        ("Hà Nội", 50, 1, False),
        ("Quảng Trị", 20, 2, True),
    ]
    assert [row["source_code"] for row in found] == ["submission", "submission"]


def test_a_change_on_a_built_month_says_so_and_a_city_is_one_row():
    rows = [rate("DSIG_ADULT_RATE", code, 10, 100, month=JUNE) for code in ("44", "45")]
    rows += [rate("DSIG_ADULT_RATE", code, 30, 200, month=JULY) for code in ("44", "75")]
    found = _provinces_of(rows, [JUNE, JULY])
    assert [(row["name_vi"], row["adoption_change_pp"], row["comparison_is_built"]) for row in found] == [
        ("Quảng Trị", 5, True),
        ("Đồng Nai", None, False),
    ]


def test_an_office_without_adoption_has_a_page_too(tmp_path):
    assert "Chưa có số liệu" in _page(tmp_path, [figure("SERVICES", "44", 837)])


def test_nothing_published_is_said(tmp_path):
    with pytest.raises(PublicationError, match="publish a month first"):
        write_page(DataDirectory(tmp_path), catalogue=small_catalogue())


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (number(1595), "1.595"),
        (number(72.63), "72,63"),
        (number(None), "–"),
        (quantity(8130, "more_than", "count_stock"), "hơn 8.130"),
        (quantity(100, "exact", "rate"), "100,00"),
        (signed(1.2, "điểm %"), "+1,20 điểm %"),
        (signed(-0.3, "%"), "−0,30 %"),
        (signed(0, "%"), "±0,00 %"),
        (signed(None, "%"), ""),
    ],
    ids=str,
)
def test_numbers_for_people(found, expected):
    assert found == expected


@pytest.mark.parametrize(
    "values", [[34.9, 36.1], [0.0], [100.0, 99.5], [0.0, 100.0]], ids=["usual", "zero", "full", "whole_range"]
)
def test_chart_keeps_every_point_inside(values):
    chart = line_chart(
        [(month, value, False) for month, value in zip((AUGUST, SEPTEMBER), values, strict=False)]
    )
    assert all(0 < point.x < chart.width and 0 < point.y < chart.height for point in chart.points)
    assert chart.grid[0][0] <= min(values) <= max(values) <= chart.grid[-1][0]


def test_chart_leaves_room_for_a_missing_month():
    chart = line_chart([(AUGUST, 1.0, False), (OCTOBER, 2.0, False)])
    gap = chart.points[1].x - chart.points[0].x
    whole = line_chart([(AUGUST, 1.0, False), (SEPTEMBER, 1.5, False), (OCTOBER, 2.0, False)])
    assert whole.points[1].x - whole.points[0].x == pytest.approx(gap / 2)


@pytest.mark.parametrize(
    ("months", "labelled"),
    [(6, [1, 2, 3, 4, 5, 6]), (7, [1, 2, 3, 4, 5, 6, 7]), (12, [2, 4, 6, 8, 10, 12])],
    ids=["few", "as many as fit", "a year"],
)
def test_chart_labels_stay_apart(months, labelled):
    chart = line_chart([(date(2025, number, 1), 30.0 + number, True) for number in range(1, months + 1)])
    assert [point.month.month for point in chart.points if point.is_labelled] == labelled
    assert len(chart.points) == months


def test_reconciliation_says_in_words_what_came_out(tmp_path):
    rows = [
        *figures(),
        figure("STOCK", "33", 10, source_code="bulletin", source_url="https://example.vn/a"),
        figure(
            "STOCK", "33", 12, source_code="bulletin", source_url="https://example.vn/b", vintage_at=LATER
        ),
        figure("SERVICES", "75", 5, source_code="bulletin", source_url="https://example.vn/c"),
    ]
    page = _page(tmp_path, rows)
    assert "nguồn tự mâu thuẫn: <strong>1</strong>" in page
    assert "chưa có số để so: <strong>" in page
    assert "Hai số công bố mâu thuẫn nhau" in page
    assert "Hưng Yên" in page
    assert "nothing to compare with" in page

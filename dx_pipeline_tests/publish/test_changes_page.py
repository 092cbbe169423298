"""The page of a comparison: self-contained, what waits and why, marks of samples, text from files escaped."""

from __future__ import annotations

import re
from datetime import datetime

import pytest

from dx_pipeline.publish.changes.comparison import compare
from dx_pipeline.publish.changes.page import write_changes_page
from dx_pipeline_tests.publish.changes_world import again, changed, limits
from dx_pipeline_tests.publish.well_formed import assert_well_formed
from dx_pipeline_tests.statistics.small_world import figure, rate

NOW = datetime(2025, 12, 1, 8, 0)  # noqa: DTZ001 - the warehouse keeps UTC without a zone
ROWS = [
    again(figure("STOCK", "44", 1500)),
    again(rate("RATE", "33", 305, 600, is_sample=False)),
    again(figure("COLOUR", "44", status="<b>đỏ</b>")),
    figure("STOCK", "75", 7, is_sample=True),
]


def write(root, rows):
    with changed(root, rows) as (connection, data):
        comparison = compare(connection, data.published_file, limits)
    write_changes_page(comparison, data.changes_page, office="Sở A & B", sides=("cũ", "mới"), compared_at=NOW)
    return data.changes_page.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    return write(tmp_path_factory.mktemp("changes"), ROWS)


def test_needs_nothing_from_elsewhere(page):
    assert "<script" not in page
    assert "http" not in page
    assert "--ink: #14213d" in page


def test_is_well_formed(page):
    assert_well_formed(page, void=("meta", "br"))


def test_what_waits_is_marked_with_why(page):
    waiting = [part for part in page.split("<tr")[1:] if part.startswith(' class="waits"')]
    assert len(waiting) == 2
    assert "trạng thái đã công bố thay đổi" in waiting[0]
    assert "&lt;b&gt;đỏ&lt;/b&gt;" in waiting[0]
    assert "thay đổi vượt ngưỡng" in waiting[1]
    for text in ("Quảng Trị", "1.000", "1.500", "+500 (+50,0 %)", "× 10"):
        assert text in waiting[1]
    assert "Chưa công bố: 2 số liệu" in page
    assert "dxp changes accept" in page


def test_text_from_files_is_escaped(page):
    assert "<b>đỏ" not in page
    assert "Sở A &amp; B" in page


def test_changes_within_the_limit_and_new_figures_are_listed(page):
    assert re.search(r"Hưng Yên</td>.*?\+0,83 điểm %", page, re.DOTALL)
    assert "Số liệu mới" in page
    assert "Theo địa bàn" in page


def test_samples_are_labelled(page):
    assert "CÓ DỮ LIỆU MẪU" in page
    assert 'class="mark"' in page


def test_without_samples_there_is_no_banner(tmp_path):
    assert "CÓ DỮ LIỆU MẪU" not in write(tmp_path, ROWS[:1])


def test_nothing_different_is_said(tmp_path):
    page = write(tmp_path, [])
    assert "Không có gì thay đổi" in page
    assert "Chưa công bố" not in page

"""Bulletins through the whole pipeline: old provinces, months before the first partition, quarters, ranges."""

from __future__ import annotations

from datetime import date

import pytest

from dx_pipeline_tests.pipeline.office_world import OfficeWorld
from dx_pipeline_tests.statistics.bulletin_world import bulletin_text


def line(indicator, area, value, month, **others):
    return {"period_start": month, "area_code": area, "indicator_code": indicator, "value": value, **others}


LINES = [
    line("PS_FULL_SHARE", "Hưng Yên", "59,6", "2023-12-01", numerator=951, denominator="1.834"),
    line("PS_FULL_CNT", "Quảng Trị", 973, "2024-12-01"),
    line(
        "DSIG_CERT_CNT", "Cả nước", "12,44 triệu", "2024-11-01", as_of="21/11/2024", source_url="https://a.vn"
    ),
    line("DSIG_CERT_CNT", "Cả nước", "hơn 11 triệu", "2024-12-01", source_url="https://b.vn"),
    line("DOS_RECV_CNT", "VN", "12,7 triệu", "Quý III/2025", source_url="https://c.vn"),
    line(
        "DOS_RECV_CNT", "VN", "14,5 triệu", "2025-07-01", period_end="2025-10-28", source_url="https://d.vn"
    ),
    line("DTI_SCORE", "Đắk Nông", "0,7069", "2024-12-01"),
    line("NO_SUCH_CODE", "VN", 5, "2025-09-01"),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    """An office that received one bulletin of all times and one of the past only."""
    world = OfficeWorld(tmp_path_factory.mktemp("office") / "data")
    world.data.create()
    folder = world.data.landing / "national_bulletin"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "all_times.csv").write_text(bulletin_text(LINES), encoding="utf-8")
    past = [line("DTI_SCORE", "Cả nước", "0,7326", "2023-12-01")]
    (folder / "past.csv").write_text(bulletin_text(past), encoding="utf-8")
    world.run_well(*(f"2025-{month:02}" for month in range(1, 11)))
    return world


def test_every_line_is_in_the_reconciliation_or_rejected_by_name(office):
    rows = office.published("SELECT * FROM mart.reconciliation")
    [refused] = office.working("SELECT * FROM quality.rejection WHERE is_current AND severity = 'ERROR'")
    assert len({row["published_locator"] for row in rows}) == len(
        LINES
    )  # one is rejected, one is of the other file
    assert (refused["rule"], refused["raw_text"], refused["locator"]) == (
        "known_indicator",
        "NO_SUCH_CODE",
        "line 9:indicator_code",
    )
    assert all(row["is_accepted"] and row["explanation_vi"] for row in rows)


def test_months_before_the_first_partition_are_published_with_their_old_provinces(office):
    rows = office.published(
        "SELECT m.province_code, m.period_start, m.value, d.label_vi FROM mart.province_monthly AS m "
        "JOIN mart.dim_period AS d ON d.period_start = m.period_start AND d.period_type = 'month' "
        "WHERE m.period_start < DATE '2025-01-01' AND m.geography = '63' ORDER BY m.period_start, m.province_code"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("33", date(2023, 12, 1), 59.6, "tháng 12/2023"),
        ("45", date(2024, 12, 1), 973.0, "tháng 12/2024"),
        ("67", date(2024, 12, 1), 0.7069, "tháng 12/2024"),
    ]


def test_the_rate_of_2023_contradicts_its_own_counts(office):
    [row] = office.published("SELECT * FROM mart.reconciliation WHERE comparison = 'own_counts'")
    assert (row["outcome"], row["published_value"], round(row["own_value"], 1)) == (
        "contradiction_within_source",
        59.6,
        51.9,
    )


def test_a_quarter_stands_in_the_quarterly_table(office):
    [row] = office.published(
        "SELECT period_end, value FROM mart.national_quarterly WHERE indicator_code = 'DOS_RECV_CNT' "
        "AND accumulates_from IS NULL"
    )
    assert row == {"period_end": date(2025, 9, 30), "value": 12_700_000}


def test_a_cumulative_range_says_since_when(office):
    [row] = office.published(
        "SELECT as_of, accumulates_from, value FROM mart.national_monthly WHERE indicator_code = 'DOS_RECV_CNT'"
    )
    assert row == {"as_of": date(2025, 10, 28), "accumulates_from": date(2025, 7, 1), "value": 14_500_000}

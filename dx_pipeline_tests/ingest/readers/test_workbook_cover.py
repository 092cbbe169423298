from __future__ import annotations

from datetime import date, datetime

import pytest

from dx_pipeline.ingest.readers.workbook_cover import column_name, parse_period

OCTOBER = date(2025, 10, 1)


@pytest.mark.parametrize(
    "cell",
    [
        "tháng 10/2025",
        "Tháng 10 năm 2025",
        "10/2025",
        "T10/2025",
        "2025-10",
        "10-2025",
        OCTOBER,
        datetime(2025, 10, 31),  # noqa: DTZ001
    ],
    ids=str,
)
def test_period(cell):
    assert parse_period(cell) == OCTOBER


@pytest.mark.parametrize(
    "cell", ["", "tháng 13/2025", "Quý III/2025", "9 tháng", "năm 2025", 45931.0, "10/25"], ids=str
)
def test_no_period(cell):
    assert parse_period(cell) is None


@pytest.mark.parametrize(("column", "name"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_name(column, name):
    assert column_name(column) == name

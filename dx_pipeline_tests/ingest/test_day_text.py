from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest.day_text import days_in, parse_day, plain

DAY = date(2025, 11, 5)


@pytest.mark.parametrize(
    "cell",
    [
        "05/11/2025",
        "5/11/2025",
        "5-11-2025",
        "05.11.2025",
        "5 / 11 / 2025",
        "ngày 05/11/2025",
        "ngày 05 tháng 11 năm 2025",
        "Ngày 5 tháng 11, năm 2025",
        "NGÀY 05 THÁNG 11 NĂM 2025",
        "2025-11-05",
        "2025-11-05T00:00:00",
        "05/11/2025 14:30",
        "05/11/2025 00:00:00",
        "05/11/2025\u200b",
        "45966",
        45966,
        45966.0,
        45966.75,
        DAY,
        datetime(2025, 11, 5, 16),  # noqa: DTZ001
    ],
    ids=repr,
)
def test_a_day_in_every_style(cell):
    assert parse_day(cell) == DAY


@pytest.mark.parametrize(
    "cell",
    [
        "31/02/2025",
        "05/13/2025",
        "00/11/2025",
        "05/11/25",
        "05/11",
        "11/2025",
        "05/11-2025",
        "05/11/1925",
        "05/11/2125",
        "05112025",
        "118/2025/NĐ-CP",
        "01/2020/TT-VPCP",
        "05/11/2025 và 06/11/2025",
        "",
        "36525",
        "73051",
        36525,
        73051,
        float("nan"),
        float("inf"),
        True,
        None,
        date(1999, 12, 31),
    ],
    ids=repr,
)
def test_no_day(cell):
    assert parse_day(cell) is None


def test_compact_days_only_where_asked():
    assert parse_day("05112025", is_compact=True) == DAY
    assert parse_day("31022025", is_compact=True) is None


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_any_day_written_in_any_style_reads_the_same(day):
    serial = (day - date(1899, 12, 30)).days
    styles = [
        f"{day:%d/%m/%Y}",
        f"{day.day}/{day.month}/{day.year}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d.%m.%Y}",
        f"ngày {day:%d} tháng {day:%m} năm {day.year}",
        f"ngày {day.day} tháng {day.month} năm {day.year}",
        day.isoformat(),
        str(serial),
        serial,
        float(serial) + 0.5,
        datetime(day.year, day.month, day.day, 8),  # noqa: DTZ001
    ]
    assert {parse_day(style) for style in styles} == {day}
    assert parse_day(f"{day:%d%m%Y}", is_compact=True) == day


@given(
    st.one_of(st.text(max_size=20), st.text(alphabet="0123456789/-. :ngàythnămT", max_size=24), st.floats())
)
def test_anything_is_a_day_of_this_century_or_none(cell):
    day = parse_day(cell)
    assert day is None or 2000 <= day.year < 2100


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("15/9-14/10/2025", [(15, 9, None), (14, 10, 2025)]),
        ("15.9-14.10.2025", [(15, 9, None), (14, 10, 2025)]),
        ("15-9 - 14-10-2025", [(15, 9, None), (14, 10, 2025)]),
        ("03/10/2025/TT-VPCP", []),
        ("Nghị định 118/2025/NĐ-CP, 17,6/22", []),
    ],
)
def test_days_inside_a_text(text, expected):
    assert [(day.day, day.month, day.year) for day in days_in(plain(text))] == expected

from __future__ import annotations

import unicodedata
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.ingest.period_text import PeriodError, ReportedPeriod, filed, parse_reported_period
from dx_pipeline.periods import add_months, month_end, quarter_end, quarter_of

GOVERNMENT = "government_report"
MONTHS = st.dates(date(2001, 1, 1), date(2098, 12, 31)).map(lambda day: day.replace(day=1))


def month(start, as_of=None, basis="calendar", since=None):
    return ReportedPeriod(
        period_start=start,
        period_end=month_end(start),
        as_of=as_of or month_end(start),
        period_basis=basis,
        accumulates_from=since,
    )


def quarter(start, as_of=None, basis="calendar", since=None):
    return ReportedPeriod(
        period_start=start,
        period_end=quarter_end(start),
        as_of=as_of or quarter_end(start),
        period_basis=basis,
        accumulates_from=since,
    )


OCTOBER, JULY = date(2025, 10, 1), date(2025, 7, 1)
CLOSED, QUARTER_CLOSED = date(2025, 10, 14), date(2025, 9, 14)
REACHED, NEW_YEAR = date(2025, 10, 26), date(2025, 1, 1)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        pytest.param(OCTOBER, date(2025, 10, 31), month(OCTOBER), id="calendar month"),
        pytest.param(date(2024, 2, 1), date(2024, 2, 29), month(date(2024, 2, 1)), id="leap February"),
        pytest.param(date(2025, 9, 15), CLOSED, month(OCTOBER, CLOSED, GOVERNMENT), id="15th to 14th"),
        pytest.param(
            date(2024, 12, 15),
            date(2025, 1, 14),
            month(NEW_YEAR, date(2025, 1, 14), GOVERNMENT),
            id="over the new year",
        ),
        pytest.param(JULY, date(2025, 9, 30), quarter(JULY), id="calendar quarter"),
        pytest.param(
            date(2025, 6, 15),
            QUARTER_CLOSED,
            quarter(JULY, QUARTER_CLOSED, GOVERNMENT),
            id="report's quarter",
        ),
        pytest.param(
            JULY, date(2025, 10, 28), month(OCTOBER, date(2025, 10, 28), since=JULY), id="cumulative"
        ),
        pytest.param(
            date(2024, 12, 15),
            date(2025, 6, 14),
            month(date(2025, 6, 1), date(2025, 6, 14), GOVERNMENT, date(2024, 12, 15)),
            id="report's half year",
        ),
        pytest.param(
            NEW_YEAR, date(2025, 12, 31), month(date(2025, 12, 1), since=NEW_YEAR), id="calendar year"
        ),
        pytest.param(
            date(2025, 7, 15),
            QUARTER_CLOSED,
            month(date(2025, 9, 1), QUARTER_CLOSED, GOVERNMENT, date(2025, 7, 15)),
            id="two report months",
        ),
        pytest.param(OCTOBER, REACHED, month(OCTOBER, REACHED, since=OCTOBER), id="part of a month"),
        pytest.param(CLOSED, CLOSED, month(OCTOBER, CLOSED, since=CLOSED), id="one day"),
    ],
)
def test_what_a_span_is_filed_under(start, end, expected):
    assert filed(start, end) == expected


def test_a_basis_is_taken_only_where_the_days_show_none():
    assert filed(JULY, CLOSED, basis=GOVERNMENT).period_basis == GOVERNMENT
    assert filed(JULY, date(2025, 10, 31), basis=GOVERNMENT).period_basis == "calendar"
    assert filed(OCTOBER, date(2025, 10, 31), basis=GOVERNMENT).period_basis == "calendar"


def test_a_span_out_of_order_is_an_error():
    with pytest.raises(PeriodError):
        filed(CLOSED, OCTOBER)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tháng 10/2025", month(OCTOBER)),
        ("T10/2025", month(OCTOBER)),
        ("10/2025", month(OCTOBER)),
        ("2025-10", month(OCTOBER)),
        ("tháng 10 năm 2025", month(OCTOBER)),
        ("BÁO CÁO SỐ LIỆU THÁNG 10 NĂM 2025", month(OCTOBER)),
        ("Thực hiện Kế hoạch năm 2025 - Tháng 10/2025", month(OCTOBER)),
        ("Quý III/2025", quarter(JULY)),
        ("Quí 3 năm 2025", quarter(JULY)),
        ("quý 3-2025", quarter(JULY)),
        ("Q3/2025", quarter(JULY)),
        ("2025-Q3", quarter(JULY)),
        ("Kỳ báo cáo: Quý III năm 2025", quarter(JULY)),
        ("6 tháng đầu năm 2025", month(date(2025, 6, 1), since=NEW_YEAR)),
        ("9 tháng năm 2025", month(date(2025, 9, 1), since=NEW_YEAR)),
        ("10 tháng năm 2025", month(OCTOBER, since=NEW_YEAR)),
        ("6 tháng cuối năm 2025", month(date(2025, 12, 1), since=JULY)),
        ("từ tháng 7 đến tháng 10/2025", month(OCTOBER, since=JULY)),
        ("từ tháng 7 đến tháng 9 năm 2025", quarter(JULY)),
        ("năm 2025", month(date(2025, 12, 1), since=NEW_YEAR)),
        ("(Từ ngày 15/09/2025 đến ngày 14/10/2025)", month(OCTOBER, CLOSED, GOVERNMENT)),
        ("15/09/2025 đến 14/10/2025", month(OCTOBER, CLOSED, GOVERNMENT)),
        ("15/9-14/10/2025", month(OCTOBER, CLOSED, GOVERNMENT)),
        ("15/9 – 14/10/2025", month(OCTOBER, CLOSED, GOVERNMENT)),
        ("Từ ngày 15 tháng 9 đến ngày 14 tháng 10 năm 2025", month(OCTOBER, CLOSED, GOVERNMENT)),
        ("tháng 10/2025 (15/9-14/10)", month(OCTOBER, CLOSED, GOVERNMENT)),
        ("15/12 - 14/01/2026", month(date(2026, 1, 1), date(2026, 1, 14), GOVERNMENT)),
        ("Quý III/2025 (Từ ngày 15/6/2025 đến ngày 14/9/2025)", quarter(JULY, QUARTER_CLOSED, GOVERNMENT)),
        ("lũy kế từ 01/7/2025 đến 26/10/2025", month(OCTOBER, REACHED, since=JULY)),
        ("lũy kế từ 01/7/2025, tính đến 26/10/2025", month(OCTOBER, REACHED, since=JULY)),
        ("Tháng 10/2025, lũy kế từ 01/7/2025", month(OCTOBER, since=JULY)),
        ("Tháng 9/2025 (từ 01/7/2025 đến 30/9/2025)", month(date(2025, 9, 1), since=JULY)),
        ("từ đầu năm đến 26/10/2025", month(OCTOBER, REACHED, since=NEW_YEAR)),
        ("tính đến 26/10/2025", month(OCTOBER, REACHED)),
        ("tính đến hết ngày 26/10/2025", month(OCTOBER, REACHED)),
        ("số liệu đến 16 giờ ngày 26/10/2025", month(OCTOBER, REACHED)),
        ("tuần đến 26/10/2025", month(OCTOBER, REACHED)),
        ("Tháng 10/2025 (tính đến 26/10)", month(OCTOBER, REACHED)),
        ("10 tháng năm 2025, tính đến 26/10/2025", month(OCTOBER, REACHED, since=NEW_YEAR)),
        ("26/10/2025", month(OCTOBER, REACHED)),
        ("01/10/2025", month(OCTOBER)),
        (date(2025, 10, 1), month(OCTOBER)),
        (datetime(2025, 10, 26), month(OCTOBER, REACHED)),  # noqa: DTZ001
        (45931.0, month(OCTOBER)),
    ],
    ids=repr,
)
def test_texts_that_speak_of_a_period(text, expected):
    assert parse_reported_period(text) == expected
    if isinstance(text, str):
        assert parse_reported_period(unicodedata.normalize("NFD", text.upper())) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "10/25",
        "tháng 10/25",
        "tháng 13/2025",
        "tháng 10",
        "III/2025",
        "quý V/2025",
        "3 tháng",
        "tính đến 26/10",
        "lũy kế từ 01/7/2025",
        "31/02/2025",
        "THEO QUYẾT ĐỊNH SỐ 766/QĐ-TTG NGÀY 23/06/2022",
        "Thông tư 01/2020/TT-VPCP",
        "Nghị định 118/2025/NĐ-CP có hiệu lực từ ngày 01/7/2025",
        "Quảng Trị, ngày 05 tháng 11 năm 2025",
        "Quảng Trị, ngày      tháng 11 năm 2025",
        "Quảng Trị, ngày ... tháng ... năm 2025",
        "Đơn vị tính: Số hồ sơ TTHC",
        2025.0,
        None,
        ["tháng 10/2025"],
    ],
    ids=repr,
)
def test_texts_that_speak_of_none(text):
    assert parse_reported_period(text) is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Quý III/2025 (từ 01/10/2025 đến 31/10/2025)", ["quý III/2025", "01/10/2025 – 31/10/2025"]),
        ("Quý III/2025 (từ 01/9/2025 đến 30/9/2025)", ["quý III/2025", "30/09/2025"]),
        ("Tháng 9/2025 (15/9/2025 - 14/10/2025)", ["tháng 9/2025", "14/10/2025"]),
        ("Tháng 10/2025, tính đến 05/11/2025", ["tháng 10/2025", "05/11/2025"]),
        ("Kết quả tháng 10, nhiệm vụ tháng 11 năm 2025", ["tháng 10/2025", "tháng 11/2025"]),
        ("Tháng 10 và 10 tháng năm 2025", ["tháng 10/2025", "01/01/2025 – 31/10/2025"]),
        ("Tháng 10/2025, lũy kế từ 01/12/2025", ["tháng 10/2025", "01/12/2025"]),
        ("từ ngày 15/09/2025 đến ngày 31/09/2025", ["31/09/2025"]),
        ("từ 15/10/2025 đến 14/09/2025", ["15/10/2025"]),
        ("từ 01/7/2025 đến 30/9/2025, từ 01/10/2025 đến 26/10/2025", ["01/07/2025", "26/10/2025"]),
        ("tính đến 30/02/2025", ["30/02/2025"]),
    ],
)
def test_texts_that_contradict_themselves_are_refused_with_both(text, words):
    with pytest.raises(PeriodError) as caught:
        parse_reported_period(text)
    assert all(word in caught.value.message_vi for word in words)
    assert caught.value.message != caught.value.message_vi


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tháng 10/2025", month(OCTOBER, CLOSED, GOVERNMENT)),
        ("Quý III/2025", quarter(JULY, QUARTER_CLOSED, GOVERNMENT)),
        (
            "9 tháng đầu năm 2025",
            month(date(2025, 9, 1), QUARTER_CLOSED, GOVERNMENT, date(2024, 12, 15)),
        ),
        ("năm 2025", month(date(2025, 12, 1), date(2025, 12, 14), GOVERNMENT, date(2024, 12, 15))),
        ("Tháng 10/2025 (từ 01/10/2025 đến 31/10/2025)", month(OCTOBER)),
    ],
)
def test_a_label_alone_stands_for_the_days_of_its_source(text, expected):
    assert parse_reported_period(text, basis=GOVERNMENT) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tháng 10", month(OCTOBER)),
        ("quý III", quarter(JULY)),
        ("tính đến 26/10", month(OCTOBER, REACHED)),
        ("15/9-14/10", month(OCTOBER, CLOSED, GOVERNMENT)),
    ],
)
def test_a_year_that_is_known_from_elsewhere(text, expected):
    assert parse_reported_period(text, year=2025) == expected
    assert parse_reported_period(text) is None


@given(MONTHS)
def test_any_month_written_in_any_style_reads_the_same(start):
    name = f"{start.month}/{start.year}"
    before = (start - timedelta(days=1)).replace(day=15)
    labels = [
        f"tháng {name}",
        f"T{name}",
        name,
        f"{start:%Y-%m}",
        f"tháng {start:%m} năm {start.year}",
        start,
    ]
    spans = [
        f"từ {start:%d/%m/%Y} đến {month_end(start):%d/%m/%Y}",
        f"1/{start.month} - {month_end(start):%d/%m/%Y}",
    ]
    report = f"Tháng {name} (từ ngày {before:%d/%m/%Y} đến ngày 14/{start:%m/%Y})"
    assert {parse_reported_period(text) for text in [*labels, *spans]} == {month(start)}
    assert parse_reported_period(report) == month(start, start.replace(day=14), GOVERNMENT)
    assert parse_reported_period(labels[0], basis=GOVERNMENT) == parse_reported_period(report)


@given(MONTHS)
def test_any_quarter_written_in_any_style_reads_the_same(day):
    start = quarter_of(day)
    number = start.month // 3 + 1
    roman = ("I", "II", "III", "IV")[number - 1]
    last = quarter_end(start)
    styles = [
        f"Quý {roman}/{start.year}",
        f"quý {number}-{start.year}",
        f"Q{number}/{start.year}",
        f"quý {roman} năm {start.year}",
        f"từ {start:%d/%m/%Y} đến {last:%d/%m/%Y}",
    ]
    assert {parse_reported_period(text) for text in styles} == {quarter(start)}
    before = add_months(start, -1).replace(day=15)
    report = parse_reported_period(f"{before:%d/%m/%Y} - {last.replace(day=14):%d/%m/%Y}")
    assert report == quarter(start, last.replace(day=14), GOVERNMENT)


@given(st.text(alphabet="0123456789/-. ()tTqQIVừđếnthángquýnămlũykế", max_size=40))
def test_any_text_is_a_period_none_or_our_error(text):
    try:
        period = parse_reported_period(text, year=2025)
    except PeriodError:
        return
    assert period is None or period.period_start <= period.period_end


@pytest.mark.parametrize(
    "text",
    [
        "lũy kế từ đầu năm đến hết tháng 10/2025",
        "từ đầu năm 2025 đến hết tháng 10",
        "kỳ tháng 10/2025 (lũy kế từ đầu năm)",
    ],
)
def test_months_since_new_year_are_no_flow_of_their_last_month(text):
    period = parse_reported_period(text)
    assert (period.period_start, period.as_of) == (date(2025, 10, 1), date(2025, 10, 31))
    assert period.accumulates_from == date(2025, 1, 1)


@pytest.mark.parametrize("text", ["tháng mười năm 2025", "quý ba năm 2025"])
def test_a_month_in_words_is_not_the_year(text):
    assert parse_reported_period(text) is None

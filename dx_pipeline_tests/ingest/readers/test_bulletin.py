import csv
import io
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl import Workbook

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.readers import bulletin, reader_of

HEADER = (
    "period_start,as_of,accumulates_from,area_code,scope,indicator_code,value,qualifier,numerator,denominator,"
    "method_version,source_title,source_url,note,data_status\n"
)
TEAMS = (
    "2025-10-01,2025-10-31,,44,all,CDT_MEMBER_CNT,8130,more_than,,,,Bản tin,https://example.vn/1,,published\n"
)


@pytest.fixture
def read(tmp_path, catalogue):
    def reading(text, name="bulletin.csv"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        source = catalogue.sources["national_bulletin"]
        return reader_of(source).read(path, file_name=name, source=source, catalogue=catalogue)

    return reading


def test_a_line_becomes_an_observation_with_its_source(read):
    result = read(HEADER + TEAMS)
    (found,) = result.observations
    assert (found.indicator_code, found.area_code, found.value, found.qualifier) == (
        "CDT_MEMBER_CNT", "44", 8130.0, "more_than",
    )  # fmt: skip
    assert (found.as_of, found.period_end) == (date(2025, 10, 31), date(2025, 10, 31))
    assert (found.source_url, found.locator, found.raw_text) == ("https://example.vn/1", "line 2", "8130")
    assert not found.is_sample
    assert result.unread_cells == []


def test_cumulative_figures_keep_the_day_they_count_from(read):
    line = "2025-08-01,2025-08-31,2025-07-01,VN,all,DOS_RECV_CNT,7500000,approx,,,,t,u,,\n"
    (found,) = read(HEADER + line).observations
    assert (found.area_code, found.area_level) == ("VN", "national")
    assert (found.accumulates_from, found.qualifier) == (date(2025, 7, 1), "approx")


def test_a_status_is_a_colour_not_a_number(read):
    (found,) = read(HEADER + "2025-07-01,,,44,all,KH02_STATUS,green,,,,,t,u,,\n").observations
    assert (found.status, found.value) == ("green", None)


@pytest.mark.parametrize(
    ("line", "rule", "column"),
    [
        pytest.param(
            "2025-10-01,,,44,all,NO_SUCH,1,,,,,t,u,,", "known_indicator", "indicator_code", id="indicator"
        ),
        pytest.param(
            "2025-10-01,,,45,all,CDT_TEAM_CNT,1,,,,,t,u,,", "known_area", "area_code", id="merged away"
        ),
        pytest.param(
            "2025-10-01,,,44,all,EGDI_RANK,1,,,,,t,u,,", "known_area", "area_code", id="level it lacks"
        ),
        pytest.param("2025-10-01,,,44,huyện,CDT_TEAM_CNT,1,,,,,t,u,,", "known_scope", "scope", id="scope"),
        pytest.param(
            "2025-10-01,,,44,all,CDT_TEAM_CNT,nhiều,,,,,t,u,,", "readable_value", "value", id="number"
        ),
        pytest.param("2025-10-01,,,44,all,KH02_STATUS,tím,,,,,t,u,,", "known_status", "value", id="colour"),
        pytest.param(
            "2025-10-01,31/10,,44,all,CDT_TEAM_CNT,1,,,,,t,u,,", "readable_value", "as_of", id="day"
        ),
        pytest.param(
            "kỳ này,,,44,all,CDT_TEAM_CNT,1,,,,,t,u,,", "readable_value", "period_start", id="month"
        ),
        pytest.param(
            "2025-10-01,,,44,all,CDT_TEAM_CNT,1,about,,,,t,u,,", "readable_value", "qualifier", id="qualifier"
        ),
    ],
)
def test_a_line_that_cannot_be_read_names_its_cell_and_its_neighbours_go_on(read, line, rule, column):
    result = read(HEADER + TEAMS + line + "\n")
    (cell,) = result.unread_cells
    assert (cell.rule, cell.locator) == (rule, f"line 3:{column}")
    assert cell.raw_text in cell.message_vi
    assert cell.raw_text in cell.message_en
    assert len(result.observations) == 1


@pytest.mark.parametrize("text", ["inf", "nan", "1e300", "9" * 20])
def test_what_no_figure_can_be_is_unread(read, text):
    result = read(HEADER + TEAMS + f"2025-10-01,,,44,all,CDT_TEAM_CNT,{text},,,,,t,u,,\n")
    assert [(cell.rule, cell.raw_text) for cell in result.unread_cells] == [("readable_value", text)]


@pytest.mark.parametrize("month", ["9999-12-01", "0001-01-01"])
def test_a_month_that_cannot_be_is_unread(read, month):
    result = read(HEADER + TEAMS + f"{month},,,44,all,CDT_TEAM_CNT,1,,,,,t,u,,\n")
    assert [cell.locator for cell in result.unread_cells] == ["line 3:period_start"]
    assert result.claim.period_end == date(2025, 10, 31)


def test_a_line_with_too_few_cells_is_unread_as_a_whole(read):
    result = read(HEADER + TEAMS + "2025-10-01,44\n")
    assert [(cell.rule, cell.locator) for cell in result.unread_cells] == [("readable_value", "line 3")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("a,b\n1,2\n", "column .*area_code.* is missing", id="another table"),
        pytest.param("", "is missing", id="nothing"),
        pytest.param(HEADER, "no line has a period_start", id="no lines"),
        pytest.param(HEADER + '2025-10-01,"unclosed\n', "line", id="unclosed quotation mark"),
    ],
)
def test_a_file_that_is_no_bulletin_is_refused_with_its_name(read, text, message):
    with pytest.raises(UnreadableFileError, match=message) as caught:
        read(text, "bản tin.csv")
    assert "bản tin.csv" in caught.value.message
    assert "bản tin.csv" in caught.value.message_vi


def test_the_claim_spans_the_months_of_all_lines(tmp_path, catalogue):
    path = tmp_path / "x"
    path.write_text(HEADER + TEAMS + TEAMS.replace("2025-10-01", "2025-08-01"), encoding="utf-8-sig")
    source = catalogue.sources["national_bulletin"]
    claim = bulletin.read_claim(path, file_name="b.csv", source=source, catalogue=catalogue)
    assert (claim.period_start, claim.period_end) == (date(2025, 8, 1), date(2025, 10, 31))


def test_a_column_nobody_knows_is_reported_and_changes_nothing(read):
    result = read(HEADER.strip() + ",nguoi_nhap\n" + TEAMS.strip() + ",An\n")
    assert [(cell.severity, cell.locator, cell.raw_text) for cell in result.unread_cells] == [
        ("WARN", "line 2:nguoi_nhap", "An")
    ]
    assert len(result.observations) == 1


def test_a_bulletin_kept_in_a_workbook(tmp_path, catalogue):
    workbook = Workbook()
    workbook.active.title = "Bản tin"
    for row in csv.reader((HEADER + TEAMS).splitlines()):
        workbook.active.append(row)
    workbook.active["A2"], workbook.active["G2"] = date(2025, 10, 1), 8130
    path = tmp_path / "b.xlsx"
    workbook.save(path)
    source = catalogue.sources["national_bulletin"]
    result = bulletin.read(path, file_name="b.xlsx", source=source, catalogue=catalogue)
    assert [(item.value, item.locator, item.period_start) for item in result.observations] == [
        (8130.0, "Bản tin!2", date(2025, 10, 1))
    ]


BASE = {
    "period_start": "2025-10-01",
    "area_code": "44",
    "scope": "all",
    "indicator_code": "CDT_TEAM_CNT",
    "value": "1086",
    "source_title": "Bản tin",
    "source_url": "https://example.vn/1",
}


def typed(**cells):
    """One line with its header, as a spreadsheet writes it: commas inside quotation marks."""
    text = io.StringIO()
    csv.writer(text).writerows([[*{**BASE, **cells}], [*{**BASE, **cells}.values()]])
    return text.getvalue()


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param({"area_code": "Quảng Trị"}, {"area_code": "44"}, id="a name"),
        pytest.param({"area_code": "TP. Hồ Chí Minh"}, {"area_code": "79"}, id="a city"),
        pytest.param(
            {"area_code": "Cả nước"}, {"area_code": "VN", "area_level": "national"}, id="the nation"
        ),
        pytest.param({"area_code": "toàn quốc"}, {"area_code": "VN"}, id="the nation otherwise"),
        pytest.param(
            {"area_code": "Quảng Trị", "period_start": "2025-05-01"},
            {"area_code": "45"},
            id="an old province",
        ),
        pytest.param(
            {"area_code": "Quảng Bình", "period_start": "2025-05-01"},
            {"area_code": "44"},
            id="one that is no more",
        ),
        pytest.param({"scope": ""}, {"scope": "all"}, id="no scope is all offices"),
        pytest.param({"scope": "Cấp xã"}, {"scope": "commune_level"}, id="scope by name"),
        pytest.param(
            {"indicator_code": "cdt_team_cnt"}, {"indicator_code": "CDT_TEAM_CNT"}, id="code in small letters"
        ),
        pytest.param({"value": "hơn 8.130"}, {"value": 8130, "qualifier": "more_than"}, id="more than"),
        pytest.param(
            {"value": "hơn 8.130", "qualifier": "hơn"}, {"qualifier": "more_than"}, id="more than, twice"
        ),
        pytest.param({"value": "1.595"}, {"value": 1595}, id="thousands of a count"),
        pytest.param({"value": "1.595 tổ"}, {"value": 1595}, id="with its unit"),
        pytest.param({"value": "1086.0"}, {"value": 1086}, id="a program's whole number"),
        pytest.param({"qualifier": "gần"}, {"qualifier": "less_than"}, id="qualifier in words"),
        pytest.param({"qualifier": "gt"}, {"qualifier": "more_than"}, id="qualifier in short"),
        pytest.param(
            {"indicator_code": "DOS_RECV_CNT", "value": "khoảng 7,5 triệu"},
            {"value": 7_500_000, "qualifier": "approx"},
            id="millions",
        ),
        pytest.param(
            {"indicator_code": "DOS_RECV_CNT", "value": "7,5 triệu hồ sơ"},
            {"value": 7_500_000},
            id="millions of dossiers",
        ),
        pytest.param(
            {"indicator_code": "DOS_ONLINE_RATE", "value": "72,63"}, {"value": 72.63}, id="decimal comma"
        ),
        pytest.param(
            {"indicator_code": "DOS_ONLINE_RATE", "value": "72,63%"}, {"value": 72.63}, id="per cent sign"
        ),
        pytest.param(
            {"indicator_code": "DOS_ONLINE_RATE", "value": "0.5"},
            {"value": 0.5},
            id="a transcriber's half per cent",
        ),
        pytest.param(
            {"indicator_code": "DOS_ONLINE_RATE", "value": "951/1.834"},
            {"value": pytest.approx(100 * 951 / 1834), "numerator": 951, "denominator": 1834},
            id="a rate as its counts",
        ),
        pytest.param(
            {"indicator_code": "DOS_ONLINE_RANK", "value": "8/34"},
            {"value": 8, "denominator": 34},
            id="a rank of 34",
        ),
        pytest.param(
            {
                "indicator_code": "DOS_ONTIME_RATE",
                "value": "98,1",
                "numerator": "98.700",
                "denominator": "100.000",
            },
            {"value": 98.1, "numerator": 98_700, "denominator": 100_000},
            id="counts with thousands",
        ),
        pytest.param(
            {"indicator_code": "KH02_STATUS", "value": "Xanh"}, {"status": "green"}, id="a colour in words"
        ),
        pytest.param(
            {"area_code": "VN", "indicator_code": "DSIG_ADULT_CHG_PP", "value": "-0,3 điểm phần trăm"},
            {"value": -0.3},
            id="a change in points",
        ),
        pytest.param(
            {"period_start": "Quý III/2025"},
            {"period_start": date(2025, 7, 1), "period_end": date(2025, 9, 30), "as_of": date(2025, 9, 30)},
            id="a quarter",
        ),
        pytest.param(
            {"period_start": "2025-07-01", "period_end": "2025-09-30"},
            {"period_start": date(2025, 7, 1), "period_end": date(2025, 9, 30), "accumulates_from": None},
            id="a quarter by its days",
        ),
        pytest.param(
            {"period_start": "01/7/2025", "period_end": "28/10/2025"},
            {
                "period_start": date(2025, 10, 1),
                "as_of": date(2025, 10, 28),
                "accumulates_from": date(2025, 7, 1),
            },
            id="a cumulative range",
        ),
        pytest.param(
            {"period_start": "tháng 10/2025, lũy kế từ 01/7/2025"},
            {"period_start": date(2025, 10, 1), "accumulates_from": date(2025, 7, 1)},
            id="a cumulative range in words",
        ),
        pytest.param(
            {"period_start": "10/2025"}, {"period_start": date(2025, 10, 1)}, id="a month as people write it"
        ),
        pytest.param({"period_start": "2025-10"}, {"period_start": date(2025, 10, 1)}, id="a month in short"),
        pytest.param(
            {"period_start": "2025-09-15", "period_end": "2025-10-14"},
            {
                "period_start": date(2025, 10, 1),
                "period_basis": "government_report",
                "as_of": date(2025, 10, 14),
            },
            id="a report month by its days",
        ),
        pytest.param(
            {"period_basis": "government_report"},
            {"period_basis": "government_report", "as_of": date(2025, 10, 14)},
            id="a report month by its basis",
        ),
        pytest.param({"as_of": "26/10/2025"}, {"as_of": date(2025, 10, 26)}, id="a day as people write it"),
        pytest.param({"as_of": "2025-10-26T16:00"}, {"as_of": date(2025, 10, 26)}, id="a day with its hour"),
    ],
)
def test_what_a_person_certainly_means_is_read(read, cells, expected):
    result = read(typed(**cells))
    assert [cell.message_en for cell in result.unread_cells] == []
    (found,) = result.observations
    assert {name: getattr(found, name) for name in expected} == expected


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        pytest.param({"value": "hơn 8.130", "qualifier": "less_than"}, "qualifier", id="two qualifiers"),
        pytest.param(
            {"indicator_code": "DOS_ONLINE_RATE", "value": "951/1834", "denominator": "1800"},
            "denominator",
            id="two denominators",
        ),
        pytest.param(
            {"area_code": "VN", "indicator_code": "DSIG_ADULT_CHG_PP", "value": "1,2%"},
            "value",
            id="per cent or points",
        ),
        pytest.param(
            {"period_start": "2025-10-31", "period_end": "2025-10-01"}, "period_start", id="days out of order"
        ),
        pytest.param({"period_end": "cuối tháng"}, "period_end", id="no day"),
        pytest.param({"period_basis": "lunar"}, "period_basis", id="no basis"),
        pytest.param({"area_code": "Quảng Bình"}, "area_code", id="merged away"),
        pytest.param({"area_code": ""}, "area_code", id="no area"),
        pytest.param({"indicator_code": ""}, "indicator_code", id="no indicator"),
    ],
)
def test_what_can_be_meant_in_two_ways_names_its_cell(read, cells, column):
    other = {**BASE, **dict.fromkeys(cells, ""), **BASE}
    text = typed(**cells) + ",".join(other.values()) + "\n"
    result = read(text)
    assert [cell.locator for cell in result.unread_cells] == [f"line 2:{column}"]
    assert [item.indicator_code for item in result.observations] == ["CDT_TEAM_CNT"]


def test_an_unknown_indicator_is_named_with_the_closest_ones(read):
    (cell,) = read(typed(indicator_code="DOS_ONLINE_RAT")).unread_cells
    assert (cell.rule, cell.raw_text) == ("known_indicator", "DOS_ONLINE_RAT")
    assert "DOS_ONLINE_RATE" in cell.message_en
    assert "DOS_ONLINE_RATE" in cell.message_vi


def test_headings_of_the_same_columns(read):
    text = (
        typed(qualifier="approx")
        .replace("area_code", "province_code")
        .replace("qualifier", "value_qualifier")
    )
    (found,) = read(text).observations
    assert (found.area_code, found.qualifier) == ("44", "approx")


def test_the_claim_reaches_to_the_end_of_a_quarter(read):
    claim = read(typed(period_start="Quý III/2025")).claim
    assert (claim.period_start, claim.period_end) == (date(2025, 7, 1), date(2025, 9, 30))


@given(
    value=st.decimals(min_value=0, max_value=100, places=2),
    spelling=st.sampled_from(["{}", "{}%", "đạt {}%"]),
)
def test_a_rate_is_read_as_it_is_written(tmp_path_factory, catalogue, value, spelling):
    written = spelling.format(f"{value:.2f}".replace(".", ","))
    assume("%" in written or not 0 < value < 1)  # 0,50 without a sign can be a half or fifty per cent
    path = tmp_path_factory.mktemp("typed") / "b.csv"
    path.write_text(typed(indicator_code="DOS_ONLINE_RATE", value=written), encoding="utf-8")
    source = catalogue.sources["national_bulletin"]
    (found,) = bulletin.read(path, file_name="b.csv", source=source, catalogue=catalogue).observations
    assert found.value == pytest.approx(float(value))

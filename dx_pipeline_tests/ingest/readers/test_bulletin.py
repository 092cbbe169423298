import csv
from datetime import date

import pytest
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

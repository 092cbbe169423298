import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.readers import reader_of

NAME = "report_tinh_766_2025-10.json"
SCORES = {"CKMB": "15.20", "TDGQ": "19", "CLGQ": "10,5", "TTTT": "9.1", "MDHL": "17.0", "MDSH": "20"}


def row(name="UBND tỉnh Quảng Trị", code="000.00.00.H50", **more):
    return {
        "ROW_STT": "1", "ID": "398126", "MA_COQUAN": code, "TEN": name, "CAPDONVIID": "1", **SCORES,
        "TONG_SCORE": "90.80", **more,
    }  # fmt: skip


@pytest.fixture
def read(tmp_path, catalogue):
    def reading(content, name=NAME):
        path = tmp_path / "bytes"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        source = catalogue.sources["portal_evaluation_2025"]
        return reader_of(source).read(path, file_name=name, source=source, catalogue=catalogue)

    return reading


@pytest.mark.parametrize(
    ("wrap", "place"),
    [
        pytest.param(lambda rows: rows, "rows", id="list"),
        pytest.param(lambda rows: {"data": rows}, "data", id="data"),
        pytest.param(lambda rows: {"rows": rows}, "rows", id="rows"),
        pytest.param(lambda rows: {"result": {"rows": rows}}, "result.rows", id="result.rows"),
    ],
)
def test_six_groups_and_the_total_of_each_province(read, wrap, place):
    result = read(wrap([row()]))
    assert {item.indicator_code: item.value for item in result.observations} == {
        "S766_CKMB": 15.2, "S766_TDGQ": 19, "S766_CLGQ": 10.5, "S766_TTTT": 9.1, "S766_MDHL": 17, "S766_MDSH": 20,
        "S766_TOTAL": 90.8,
    }  # fmt: skip
    assert result.unread_cells == []
    first = result.observations[0]
    assert (first.area_code, first.as_of, first.method_version) == ("44", date(2025, 10, 31), "766-2025")
    assert first.locator == f"{place}[0].TONG_SCORE"
    assert result.claim.area_code is None


@pytest.mark.parametrize(
    ("name", "code", "area"),
    [
        pytest.param("Huế", "11358", "46", id="an id of the portal means nothing"),
        pytest.param("TP Huế", "", "46", id="no code"),
        pytest.param("Cả nước", "", "VN", id="the nation"),
        pytest.param("Huế", "h57", "46", id="bare H-code"),
    ],
)
def test_the_name_decides_whose_row_it_is(read, name, code, area):
    assert {item.area_code for item in read([row(name, code)]).observations} == {area}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("Hưng Yên", "000.00.00.H50", id="code of another"),
        pytest.param("Quảng Bình", "", id="merged away"),
        pytest.param("Bộ Tài chính", "G12", id="a ministry"),
        pytest.param("", "H50", id="no name"),
    ],
)
def test_a_row_that_is_no_province_of_that_day_is_unread_figure_by_figure(read, name, code):
    result = read([row(), row(name, code)])
    assert len(result.observations) == 7
    assert {(cell.severity, cell.rule) for cell in result.unread_cells} == {("ERROR", "known_area")}
    assert len(result.unread_cells) == 7


def test_before_the_merger_the_old_provinces_are_meant(read):
    result = read([row("Quảng Bình", "")], "report_tinh_766_2025-05.json")
    assert {item.area_code for item in result.observations} == {"44"}


def test_a_repeated_row_counts_once_and_another_one_is_left_to_the_checks(read):
    assert len(read([row(), row()]).observations) == 7
    assert [cell.severity for cell in read([row(), row()]).unread_cells] == ["WARN"]
    assert len(read([row(), row(CKMB="16")]).observations) == 14


def test_words_and_unknown_fields_are_shown_with_their_place(read):
    result = read([row(CKMB="cao", DIEM_MOI="5")])
    assert [(cell.severity, cell.rule, cell.locator) for cell in result.unread_cells] == [
        ("ERROR", "readable_value", "rows[0].CKMB"),
        ("WARN", "known_indicator", "rows[0].DIEM_MOI"),
    ]
    assert "DIEM_MOI: <indicator>" in result.unread_cells[1].message_en


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param([{"MONTH": "01", "TB_SCORE": "5"}], "no official data dictionary", id="trend"),
        pytest.param([{"HS_TOTAL": "5", "TILE": "9"}], "no official data dictionary", id="monthly sums"),
        pytest.param([], "no list of rows", id="no rows"),
        pytest.param({"code": "ERROR", "message": "hết phiên"}, "hết phiên", id="error answer"),
        pytest.param(b"<html>", "web page", id="login page"),
    ],
)
def test_answers_without_known_figures_are_refused_with_words(read, content, message):
    with pytest.raises(UnreadableFileError, match=message):
        read(content)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(value=JSON_VALUES, score=JSON_VALUES)
def test_no_answer_makes_the_reader_crash(read, value, score):
    for content in (value, [value], {"data": value}, [row(CKMB=score, TEN=value)]):
        with contextlib.suppress(UnreadableFileError):
            read(json.dumps(content).encode())

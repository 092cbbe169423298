import contextlib
import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Hints
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.readers import reader_of
from dx_pipeline_tests.conftest import REPOSITORY

SCORES = "scores_Province_10102026.json"
DETAILS = "details_H50_10102026.json"


def unit(code="H50", name="UBND tỉnh Quảng Trị", **scores):
    groups = {"CKMB": 11.52, "TDGQ": 17.27, "CLGQ": 6.97, "TTTT": 6.72, "MDHL": 10.81, "MDSH": 10.13}
    return {
        "departmentCode": code,
        "departmentName": name,
        "totalScore": 63.42,
        "groupScores": groups,
        **scores,
    }


def answer(**data):
    return {"code": "OK", "message": "OK", "data": data}


@pytest.fixture
def read(tmp_path, catalogue):
    def reading(content, name=SCORES):
        path = tmp_path / "bytes"
        path.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
        source = catalogue.sources["portal_evaluation"]
        return reader_of(source).read(path, file_name=name, source=source, catalogue=catalogue)

    return reading


def test_scores_are_filed_under_the_month_of_the_file_and_count_from_january(read):
    result = read(answer(evaluation=[unit()]))
    assert {item.indicator_code: item.value for item in result.observations} == {
        "S766_TOTAL": 63.42, "S766_CKMB": 11.52, "S766_TDGQ": 17.27, "S766_CLGQ": 6.97,
        "S766_TTTT": 6.72, "S766_MDHL": 10.81, "S766_MDSH": 10.13,
    }  # fmt: skip
    first = result.observations[0]
    assert (first.period_start, first.as_of) == (date(2026, 10, 1), date(2026, 10, 10))
    assert first.accumulates_from == date(2026, 1, 1)
    assert first.area_code == "44"
    assert first.locator == "data.evaluation[0].totalScore"


def test_the_overview_is_national_with_five_groups(read):
    overview = {"departmentName": "Cả nước", "departmentCode": None, "totalScore": 62.59}
    radar = [
        {"code": "ONLINE_SERVICE", "score": 14.72},
        {"code": "CKMB", "score": 10.46},
        {"code": "NEW", "score": 1},
    ]
    result = read(answer(overview=overview, radar=radar, evaluation=[]))
    assert {(item.indicator_code, item.area_level, item.value) for item in result.observations} == {
        ("S766_TOTAL", "national", 62.59),
        ("S766_ONLINE22", "national", 14.72),
        ("S766_CKMB", "national", 10.46),
    }


def test_the_other_name_of_the_online_group_is_the_same_group(read):
    result = read(answer(evaluation=[unit(groupScores={"ONLINE": 6.97})]))
    assert [item.indicator_code for item in result.observations] == ["S766_TOTAL", "S766_CLGQ"]


@pytest.mark.parametrize(
    ("code", "name"),
    [
        pytest.param("H99", "UBND tỉnh Quảng Trị", id="unknown code"),
        pytest.param("H50", "UBND tỉnh Hưng Yên", id="name of another"),
        pytest.param("H50", "UBND tỉnh Quảng Bình", id="merged-away name"),
    ],
)
def test_a_unit_whose_code_and_name_disagree_is_rejected_figure_by_figure(read, code, name):
    result = read(answer(evaluation=[unit(), unit(code, name)]))
    assert len(result.observations) == 7
    assert len(result.unread_cells) == 7
    assert {cell.rule for cell in result.unread_cells} == {"known_area"}
    assert all(cell.locator.startswith("data.evaluation[1].") for cell in result.unread_cells)


def test_details_give_counts_rates_and_the_portals_own_flags(read):
    details = {
        "TDGQ": {"totalReceived": 256133, "totalOnTime": 221154, "totalOverdue": 34979, "avgProcessingDays": 4.43},
        "CKMB": {
            "metrics": [
                {"code": "DOSSIER_SYNC", "numerator": 216070, "denominator": 216070.0, "ratio": 100,
                 "dataQualityStatus": "TEMP_NATIONAL_REPORT_DENOMINATOR"},
                {"code": "ELECTRONIC_CERTIFIED_COPY", "numerator": None, "denominator": None, "ratio": 100},
            ]
        },
        "TTTT": {"totalDossierOnlinePaymentSuccess": 148423, "totalDossierFinancialObligation": 165442},
    }  # fmt: skip
    data = {
        "departmentCode": "H50",
        "departmentName": "UBND tỉnh Quảng Trị",
        "totalScore": 63.42,
        "details": details,
    }
    result = read(answer(**data), DETAILS)
    found = {item.indicator_code: item for item in result.observations}
    assert set(found) == {
        "DOS_RECV_CNT", "DOS_OVERDUE_CNT", "DOS_ONTIME_RATE_766", "DOS_AVG_DAYS", "DOS_SYNC_RATE", "PAY_ONLINE_RATE",
    }  # fmt: skip
    assert found["DOS_ONTIME_RATE_766"].value == pytest.approx(86.34, abs=0.005)
    assert found["PAY_ONLINE_RATE"].denominator == 165442
    assert found["DOS_SYNC_RATE"].note == "TEMP_NATIONAL_REPORT_DENOMINATOR"
    assert found["DOS_SYNC_RATE"].locator == "data.details.CKMB.metrics[0]"
    assert result.claim.area_code == "44"


def test_metrics_beside_the_scores_of_a_unit_are_read_as_well(read):
    metrics = [{"code": "REUSED_DIGITIZED_DATA", "numerator": 20, "denominator": 80.0, "ratio": 25}]
    result = read(answer(evaluation=[unit(groupScores={}, totalReceived=80, metrics=metrics)]))
    assert {item.indicator_code: item.locator for item in result.observations} == {
        "S766_TOTAL": "data.evaluation[0].totalScore",
        "DOS_RECV_CNT": "data.evaluation[0].totalReceived",
        "DIG_REUSE_RATE": "data.evaluation[0].metrics[0]",
    }


@pytest.mark.parametrize(
    ("repeated", "count"), [pytest.param(5, 1, id="same"), pytest.param(6, 2, id="another")]
)
def test_a_total_repeated_in_another_group_counts_once_unless_it_differs(read, repeated, count):
    details = {"TDGQ": {"totalReceived": 5}, "MDHL": {"totalReceived": repeated}}
    data = {"departmentCode": "H50", "departmentName": "UBND tỉnh Quảng Trị", "details": details}
    assert len(read(answer(**data), DETAILS).observations) == count


def test_numbers_may_be_strings_but_words_are_unread(read):
    result = read(answer(evaluation=[unit(totalScore="63.42", groupScores={"CKMB": "cao"})]))
    assert [item.value for item in result.observations] == [63.42]
    assert [(cell.rule, cell.locator) for cell in result.unread_cells] == [
        ("readable_value", "data.evaluation[0].groupScores.CKMB")
    ]


@pytest.mark.parametrize(
    "name", ["export.json", "scores_Province_32132026.json", "scores_Province_2026-10-10.json"]
)
def test_a_name_without_a_day_is_asked_about_not_guessed(read, name):
    with pytest.raises(UnreadableFileError, match="must carry the day"):
        read(answer(evaluation=[]), name)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<html>login</html>", id="login page"),
        pytest.param(b'{"code": "ERROR", "data": {}}', id="error answer"),
        pytest.param(b"[]", id="list"),
        pytest.param(b'{"code": "OK"}', id="no data"),
        pytest.param(b"\xff\xfe\x00", id="not text"),
        pytest.param(b"[" * 100_000, id="nested without end"),
    ],
)
def test_what_is_not_the_portals_answer_is_refused(read, content):
    with pytest.raises(UnreadableFileError, match=SCORES):
        read(content)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def test_an_answer_with_other_figures_only_is_refused(read):
    content = b'{"code": "OK", "data": {"items": [{"id": 7}]}}'
    with pytest.raises(UnreadableFileError, match="none of the figures"):
        read(content)


@given(
    content=st.binary(max_size=200)
    | JSON_VALUES.map(lambda value: json.dumps({"code": "OK", "data": value}).encode())
)
def test_no_content_makes_the_reader_crash(read, content):
    for name in (SCORES, DETAILS):
        with contextlib.suppress(UnreadableFileError):
            read(content, name)


@given(
    evaluation=st.lists(JSON_VALUES, max_size=3), overview=JSON_VALUES, details=JSON_VALUES, radar=JSON_VALUES
)
def test_no_shape_of_the_answer_makes_the_reader_crash(read, evaluation, overview, details, radar):
    content = answer(evaluation=evaluation, overview=overview, details=details, radar=radar)
    for name in (SCORES, DETAILS):
        with contextlib.suppress(UnreadableFileError):
            read(json.dumps(content).encode(), name)


def shown(result):
    return [(cell.severity, cell.rule, cell.locator) for cell in result.unread_cells]


def test_unknown_metrics_and_fields_with_figures_are_shown_once_with_a_proposed_entry(read):
    metrics = [
        {"code": "NEW_METRIC", "numerator": 1, "denominator": 2, "ratio": 50},
        {"code": "ELECTRONIC_CERTIFIED_COPY", "numerator": None, "denominator": None, "ratio": 100},
        {"code": "EMPTY_METRIC", "numerator": None, "ratio": None},
    ]
    units = [unit(metrics=metrics, newTotal=5, groupScores={"NEW": 3}), unit("H57", "Huế", newTotal="6")]
    result = read(answer(evaluation=units))
    assert shown(result) == [
        ("WARN", "known_indicator", "data.evaluation[0].groupScores.NEW"),
        ("WARN", "known_indicator", "data.evaluation[0].metrics[0]"),
        ("WARN", "known_indicator", "data.evaluation[0].newTotal"),
    ]
    assert "'groupScores.NEW: <indicator>' to fields" in result.unread_cells[0].message_en
    assert "(2 times)" in result.unread_cells[2].message_en


def test_a_repeated_unit_counts_once_and_another_one_is_left_to_the_checks(read):
    assert shown(read(answer(evaluation=[unit(), unit()]))) == [("WARN", "unique_key", "data.evaluation[1]")]
    result = read(answer(evaluation=[unit(), unit(totalScore=1)]))
    assert len(result.observations) == 14


def test_provinces_that_the_view_of_all_leaves_out_are_named(read):
    overview = {"departmentName": "Cả nước", "departmentCode": None, "totalScore": 62.59}
    (cell,) = read(answer(overview=overview, evaluation=[unit()])).unread_cells
    assert (cell.severity, cell.rule, cell.raw_text) == ("WARN", "complete_form", "1/34")
    assert "Huế (H57)" in cell.message_vi
    assert "Quảng Trị" not in cell.message_vi


@pytest.mark.parametrize(
    ("percents", "count"),
    [
        pytest.param((24.36, 43.79, 31.86), 0, id="rounding"),
        pytest.param((94.88, 6.12), 1, id="101"),
        pytest.param(("94,88", "5.12"), 0, id="texts"),
        pytest.param((None, 5), 0, id="unknown"),
    ],
)
def test_shares_of_a_whole_add_up_to_100(read, percents, count):
    donuts = {
        "onlineProvision": [{"code": f"C{n}", "value": n, "percent": p} for n, p in enumerate(percents)]
    }
    result = read(answer(donuts=donuts, evaluation=[unit()]))
    assert [cell.rule for cell in result.unread_cells] == ["total_matches_parts"] * count


def test_other_groups_of_the_portal_have_the_same_fields(read):
    tree = {
        "departmentCode": None,
        "departmentName": "Cả nước",
        "totalReceived": 100,
        "children": [
            {"departmentCode": "H50", "departmentName": "UBND tỉnh Quảng Trị", "totalReceived": "8.0"}
        ],
    }
    result = read(answer(rows=[tree]))
    assert {(item.area_code, item.value, item.locator) for item in result.observations} == {
        ("VN", 100, "data.rows[0].totalReceived"),
        ("44", 8, "data.rows[0].children[0].totalReceived"),
    }


def test_a_list_of_units_is_an_answer_too(read):
    assert len(read({"code": "OK", "data": [unit()]}).observations) == 7


def test_nothing_of_nothing_is_kept_with_its_counts(read):
    metrics = [{"code": "DOSSIER_SYNC", "numerator": 0, "denominator": 0, "ratio": None}]
    (item,) = read(
        answer(evaluation=[{**unit(), "totalScore": None, "groupScores": {}, "metrics": metrics}])
    ).observations
    assert (item.value, item.numerator, item.denominator) == (None, 0, 0)


def test_a_count_that_may_be_grouped_is_refused_with_both_readings(read):
    (cell,) = read(answer(evaluation=[{**unit(groupScores={}), "totalReceived": "1.234"}])).unread_cells
    assert cell.rule == "ambiguous_value"
    assert "1.234" in cell.message_en
    assert "1234" in cell.message_en


def test_the_error_of_the_portal_is_shown(read):
    with pytest.raises(UnreadableFileError, match="Phiên làm việc hết hạn"):
        read({"code": "ERROR", "message": "Phiên làm việc hết hạn", "data": None})


def test_hints_give_the_period_and_a_person_the_province(tmp_path, catalogue):
    path = tmp_path / "bytes"
    details = {"departmentCode": "H50", "departmentName": "UBND tỉnh Quảng Trị", "totalReceived": 5}
    path.write_text(json.dumps(answer(**details)))
    source = catalogue.sources["portal_evaluation"]
    quarter = ReportedPeriod(
        period_start=date(2026, 7, 1), period_end=date(2026, 9, 30), as_of=date(2026, 9, 30)
    )

    def read_with(hints):
        return reader_of(source).read(
            path, file_name="export.json", source=source, catalogue=catalogue, hints=hints
        )

    (item,) = read_with(Hints(period=quarter, area_code="44", is_certain=True)).observations
    assert (item.period_start, item.period_end, item.as_of) == (
        date(2026, 7, 1), date(2026, 9, 30), date(2026, 9, 30),
    )  # fmt: skip
    with pytest.raises(UnreadableFileError, match="given for province 46"):
        read_with(Hints(period=quarter, area_code="46", is_certain=True))


REAL_FILES = sorted((REPOSITORY / "data" / "samples" / "portal_evaluation").rglob("*.json"))


@pytest.mark.parametrize("path", REAL_FILES, ids=lambda path: path.stem)
def test_the_real_files_have_no_field_that_nobody_knows(path, catalogue):
    source = catalogue.sources["portal_evaluation"]
    result = reader_of(source).read(path, file_name=path.name, source=source, catalogue=catalogue)
    assert result.observations
    assert result.unread_cells == []

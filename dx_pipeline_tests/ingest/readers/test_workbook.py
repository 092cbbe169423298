from __future__ import annotations

from datetime import date, datetime

import pytest
from openpyxl.workbook import Workbook

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline_tests.ingest.readers.workbook_desk import (
    DOSSIERS,
    SERVICES,
    SIGNATURE,
    Desk,
    incomplete,
    observation_of,
    only_unread,
)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture
def desk(tmp_path, catalogue) -> Desk:
    return Desk(tmp_path, catalogue)


def test_template_reads_back(desk):
    result = desk.fill().read()
    assert result.unread_cells == []
    assert {
        (item.indicator_code, item.scope): (item.value, item.qualifier, item.locator)
        for item in result.observations
    } == {
        ("PROC_CNT", "all"): (2165, "exact", f"{SERVICES}!C8"),
        ("PS_FULL_CNT", "all"): (837, "exact", f"{SERVICES}!F8"),
        ("CDT_MEMBER_CNT", "all"): (8130, "more_than", "Tổ công nghệ số cộng đồng!D8"),
        ("DIG_RATE", "all"): (91.02, "exact", "Số hóa hồ sơ!E8"),
        ("DOS_RECV_CNT", "commune_level"): (10_000, "exact", f"{DOSSIERS}!C9"),
        ("DOS_RECV_ONLINE_CNT", "commune_level"): (7457, "exact", f"{DOSSIERS}!D9"),
        ("DOS_ONLINE_RATE", "commune_level"): (74.57, "exact", f"{DOSSIERS}!D9"),
        ("DSIG_ADULT_RATE", "all"): (36, "exact", f"{SIGNATURE}!E8"),
    }


def test_an_observation_carries_period_unit_and_method(desk, catalogue):
    item = observation_of(desk.fill(month=date(2025, 9, 17)).read(), "PS_FULL_CNT")
    assert (item.period_start, item.period_end, item.as_of) == (
        date(2025, 9, 1),
        date(2025, 9, 30),
        date(2025, 9, 30),
    )
    assert (item.area_code, item.area_level, item.scope, item.unit) == ("44", "province", "all", "services")
    source = catalogue.sources["provincial_submission"]
    assert (item.method_version, item.period_basis) == (source.method_version, source.period_basis)
    assert (item.raw_text, item.note, item.revision_reason, item.is_sample) == ("837", None, None, False)


def test_empty_template_gives_nothing(desk):
    result = desk.fill({}).read()
    assert (result.observations, result.unread_cells) == ([], [])


@pytest.mark.parametrize("is_sample", [True, False])
def test_sample_label(desk, is_sample):
    result = desk.fill(is_sample=is_sample).put(SERVICES, "C8", "abc").read()
    assert desk.claim() == result.claim
    assert {item.is_sample for item in [result.claim, *result.observations, *result.unread_cells]} == {
        is_sample
    }


def test_a_note_is_the_reason_of_its_row_only(desk):
    result = desk.fill(notes={("dossiers", "commune_level"): "sáp nhập"}, revision_reason="gửi lại").read()
    noted = observation_of(result, "DOS_RECV_CNT", "commune_level")
    assert (noted.note, noted.revision_reason) == ("sáp nhập", "sáp nhập")
    other = observation_of(result, "PS_FULL_CNT")
    assert (other.note, other.revision_reason) == (None, "gửi lại")


# Rates and their counts


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "expected"),
    [
        pytest.param(36.5, 360, 1000, (36.5, 360, 1000, "E8"), id="stated wins"),
        pytest.param(None, 360, 1000, (36.0, 360, 1000, "C8"), id="computed"),
        pytest.param(36.5, None, None, (36.5, None, None, "E8"), id="rate alone"),
        pytest.param("21/84", None, None, (25.0, 21, 84, "E8"), id="rate written as its counts"),
        pytest.param("21/84", 360, 1000, (25.0, 360, 1000, "E8"), id="counts of their own cells first"),
        pytest.param("KPS", 360, 1000, (36.0, 360, 1000, "C8"), id="KPS in the rate, counts known"),
        pytest.param(None, 0, 0, (None, 0, 0, "C8"), id="nothing of nothing"),
        pytest.param(120, 360, 1000, (120, 360, 1000, "E8"), id="impossible is left to the checks"),
        pytest.param(0.3604, 360, 1000, (36.04, 360, 1000, "E8"), id="percent scale settled by the counts"),
        pytest.param(0.3604, 36, 10_000, (0.3604, 36, 10_000, "E8"), id="below one settled by the counts"),
    ],
)
def test_rate(desk, value, numerator, denominator, expected):
    roles = {"value": value, "numerator": numerator, "denominator": denominator}
    result = desk.fill({("DSIG_ADULT_RATE", role, "all"): cell for role, cell in roles.items()}).read()
    item = observation_of(result, "DSIG_ADULT_RATE")
    found = (item.value, item.numerator, item.denominator, item.locator.rpartition("!")[2])
    assert found == pytest.approx(expected) if value is None else found == expected
    assert result.unread_cells == []


def test_a_rate_of_inexact_counts_is_approximate(desk):
    values = {
        ("DSIG_ADULT_RATE", "numerator", "all"): "hơn 360",
        ("DSIG_ADULT_RATE", "denominator", "all"): 1000,
    }
    assert observation_of(desk.fill(values).read(), "DSIG_ADULT_RATE").qualifier == "approx"


@pytest.mark.parametrize(
    ("numerator", "denominator", "cell"), [(360, None, "C8"), (None, 1000, "D8"), (360, "KPS", "C8")], ids=str
)
def test_a_count_without_its_rate_is_reported(desk, numerator, denominator, cell):
    values = {
        ("DSIG_ADULT_RATE", "numerator", "all"): numerator,
        ("DSIG_ADULT_RATE", "denominator", "all"): denominator,
    }
    unread = [item for item in desk.fill(values).read().unread_cells if item.locator == f"{SIGNATURE}!{cell}"]
    assert [item.rule for item in unread] == ["readable_value"]


# Cells that are no figures


@pytest.mark.parametrize(
    ("cell", "value", "rule"),
    [
        pytest.param("C8", "abc", "readable_value", id="text"),
        pytest.param("C8", True, "readable_value", id="boolean"),
        pytest.param("C8", datetime(2025, 10, 1), "readable_value", id="date"),  # noqa: DTZ001
        pytest.param("C8", "#N/A", "readable_value", id="Excel error"),
        pytest.param("C8", "=1+1", "readable_value", id="formula never computed"),
        pytest.param("E8", 0.7263, "ambiguous_value", id="percent scale"),
    ],
)
def test_a_cell_that_is_no_figure_is_rejected_alone(desk, cell, value, rule):
    sheet = SERVICES if cell == "C8" else "Số hóa hồ sơ"
    before = len(desk.fill().read().observations)
    result = desk.put(sheet, cell, value).read()
    unread = only_unread(result)
    assert (unread.rule, unread.locator, unread.area_code) == (rule, f"{sheet}!{cell}", "44")
    assert cell in unread.message_vi
    assert cell in unread.message_en
    assert len(result.observations) == before - 1


def test_the_unit_may_stand_beside_a_count(desk):
    result = desk.fill().put(SERVICES, "C8", "2.165 thủ tục").read()
    assert observation_of(result, "PROC_CNT").value == 2165


def test_an_unreadable_count_leaves_a_stated_rate_standing(desk):
    result = desk.fill().put(SIGNATURE, "C8", "abc").read()
    assert only_unread(result).locator == f"{SIGNATURE}!C8"
    item = observation_of(result, "DSIG_ADULT_RATE")
    assert (item.value, item.numerator) == (36, None)


# Headings, rows, sheets


@pytest.mark.parametrize(
    ("sheet", "cell", "heading"),
    [
        pytest.param(
            SERVICES, "F5", "SỐ DỊCH VỤ CÔNG TRỰC TUYẾN\n(DVCTT)  toàn trình (dịch vụ)", id="case and breaks"
        ),
        pytest.param(SERVICES, "F5", "Số dịch vụ công trực tuyến (DVCTT) toàn trình", id="without unit"),
        pytest.param(SERVICES, "F5", "Số DVC trực tuyến toàn trình", id="header map"),
        pytest.param(
            SERVICES, "F5", "Số dịch vụ công trực tuyến (DVCTT) toàn trình (dịch vụ) (1)", id="footnote"
        ),
        pytest.param(
            "Số hóa hồ sơ", "C5", "Tỉ lệ số hóa hồ sơ, kết quả giải quyết TTHC", id="group in other spelling"
        ),
        pytest.param(SIGNATURE, "C5", None, id="group missing where the heading alone is unique"),
    ],
)
def test_headings_in_other_words(desk, sheet, cell, heading):
    expected = desk.fill().read()
    assert desk.put(sheet, cell, heading).read() == expected


def test_unknown_heading_names_each_filled_cell_and_the_closest_heading(desk):
    result = desk.fill().put(SERVICES, "F5", "Số dịch vụ công toàn trìn").read()
    unread = only_unread(result)
    assert (unread.rule, unread.locator, unread.raw_text) == ("known_indicator", f"{SERVICES}!F8", "837")
    assert "Số dịch vụ công toàn trìn" in unread.message_vi
    assert "toàn trình" in unread.message_vi


def test_the_same_heading_twice_is_not_read_twice(desk):
    heading = "Số dịch vụ công trực tuyến (DVCTT) toàn trình (dịch vụ)"
    result = desk.fill().put(SERVICES, "G5", heading).put(SERVICES, "G8", 900).read()
    assert observation_of(result, "PS_FULL_CNT").value == 837
    assert (only_unread(result).rule, only_unread(result).locator) == ("known_indicator", f"{SERVICES}!G8")


def test_figures_beside_the_table_are_reported(desk):
    result = desk.fill().put(SIGNATURE, "M8", 5).read()
    assert (only_unread(result).rule, only_unread(result).locator) == ("known_indicator", f"{SIGNATURE}!M8")


def test_unknown_scope_rejects_the_filled_cells_of_its_row(desk):
    result = desk.fill().put(DOSSIERS, "B9", "Cấp huyện").read()
    assert {(item.rule, item.locator, item.scope) for item in result.unread_cells} == {
        ("known_scope", f"{DOSSIERS}!C9", "Cấp huyện"),
        ("known_scope", f"{DOSSIERS}!D9", "Cấp huyện"),
    }
    assert "«Cấp xã»" in result.unread_cells[0].message_vi
    assert not [item for item in result.observations if item.indicator_code.startswith("DOS_")]


def test_a_figure_in_a_closed_cell_is_reported(desk):
    result = desk.fill().put(DOSSIERS, "E9", 5).read()
    unread = only_unread(result)
    assert (unread.rule, unread.locator) == ("known_scope", f"{DOSSIERS}!E9")
    assert unread.indicator_code == "DOS_RECV_DIRECT_CNT"


def test_notes_below_the_table_are_not_figures(desk):
    expected = desk.fill().read()
    assert (
        desk.put(DOSSIERS, "A12", "Ghi chú: số liệu đến hết tháng").put(DOSSIERS, "B13", "Người lập").read()
        == expected
    )


def test_signatures_below_the_table_are_not_figures(desk):
    expected = desk.fill().read()
    assert desk.put(DOSSIERS, "F13", "NGƯỜI LẬP").put(DOSSIERS, "F14", "ngày 5 tháng 11").read() == expected


def test_a_figure_without_a_scope_is_reported(desk):
    result = desk.fill().put(DOSSIERS, "F12", 12).read()
    assert (only_unread(result).rule, only_unread(result).locator) == ("known_scope", f"{DOSSIERS}!F12")


def test_a_known_heading_under_an_unknown_group_is_unknown(desk):
    result = desk.fill().put(SIGNATURE, "C5", "Tỷ lệ doanh nghiệp có chữ ký số").read()
    assert {(item.rule, item.locator) for item in result.unread_cells} == {
        ("known_indicator", f"{SIGNATURE}!{column}8") for column in "CDE"
    }


def test_a_chart_sheet_is_no_figure(desk):
    expected = desk.fill().read()
    assert desk.change(lambda book: book.create_chartsheet("Biểu đồ")).read() == expected


def test_rows_and_columns_may_move(desk):
    before = desk.fill().read()

    def move(book: Workbook) -> None:
        for sheet in book.worksheets[1:]:
            for merged in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(merged))
            sheet.insert_rows(1, amount=2)
        del book[SIGNATURE]

    after = desk.change(move).read()
    shown = {(item.indicator_code, item.scope): item.locator for item in after.observations}
    assert shown["PS_FULL_CNT", "all"] == f"{SERVICES}!F10"
    assert shown.keys() == {(item.indicator_code, item.scope) for item in before.observations} - {
        ("DSIG_ADULT_RATE", "all"),
    }
    assert incomplete(after) == [(SIGNATURE, None)]
    assert len(after.unread_cells) == 1


def test_unknown_sheet_with_figures_is_reported(desk):
    def add(book: Workbook) -> None:
        book.create_sheet("Nháp")
        book.create_sheet("Phụ lục")["C4"] = 12

    result = desk.fill().change(add).read()
    assert (only_unread(result).rule, only_unread(result).locator) == ("known_indicator", "Phụ lục!C4")


def test_sheet_without_its_heading_is_reported(desk):
    result = desk.fill().put(SIGNATURE, "B5", "Đơn vị").read()
    assert only_unread(result).rule == "known_indicator"
    assert "«Phạm vi»" in only_unread(result).message_vi
    assert not [item for item in result.observations if item.indicator_code == "DSIG_ADULT_RATE"]

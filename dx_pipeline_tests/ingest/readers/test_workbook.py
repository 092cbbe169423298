from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Kind
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Claim, Observation, ReadResult, UnreadCell
from dx_pipeline.ingest.readers import workbook as reader
from dx_pipeline.ingest.readers.workbook_cover import cell_locator
from dx_pipeline.ingest.template import COVER_SHEET, write_template

OCTOBER = date(2025, 10, 1)
DOSSIERS = "Hồ sơ thủ tục hành chính"
SERVICES = "Dịch vụ công trực tuyến"
SIGNATURE = "Chữ ký số"
CODE_CELL, NAME_CELL, PERIOD_CELL, STATUS_CELL = "B6", "B7", "B8", "B10"

FILLED: dict[tuple[str, str, str], float | str] = {
    ("PROC_CNT", "value", "all"): 2165,
    ("PS_FULL_CNT", "value", "all"): 837,
    ("CDT_MEMBER_CNT", "value", "all"): "hơn 8.130",
    ("DIG_RATE", "value", "all"): "91,02%",
    ("DOS_RECV_CNT", "value", "commune_level"): 10_000,
    ("DOS_RECV_ONLINE_CNT", "value", "commune_level"): 7457,
    ("DSIG_ADULT_RATE", "numerator", "all"): 360,
    ("DSIG_ADULT_RATE", "denominator", "all"): 1000,
    ("DSIG_ADULT_RATE", "value", "all"): 36.0,
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


class Desk:
    """Fills in a template, changes it as a person might, and reads it."""

    def __init__(self, folder: Path, catalogue: Catalogue) -> None:
        self.path = folder / "44.xlsx"
        self.catalogue = catalogue

    def fill(self, values=FILLED, month: date = OCTOBER, **fields) -> Desk:
        province = self.catalogue.geography.province("44", month)
        write_template(
            self.path, province=province, month=month, catalogue=self.catalogue, values=values, **fields
        )
        return self

    def change(self, edit: Callable[[Workbook], object]) -> Desk:
        book = openpyxl.load_workbook(self.path)
        edit(book)
        book.save(self.path)
        return self

    def put(self, sheet: str, cell: str, value: object) -> Desk:
        def edit(book: Workbook) -> None:
            book[sheet][cell] = value

        return self.change(edit)

    def read(self) -> ReadResult:
        source = self.catalogue.sources["provincial_submission"]
        return reader.read(self.path, file_name="44.xlsx", source=source, catalogue=self.catalogue)

    def claim(self) -> Claim:
        source = self.catalogue.sources["provincial_submission"]
        return reader.read_claim(self.path, file_name="44.xlsx", source=source, catalogue=self.catalogue)


@pytest.fixture
def desk(tmp_path, catalogue) -> Desk:
    return Desk(tmp_path, catalogue)


def _observation(result: ReadResult, code: str, scope: str = "all") -> Observation:
    (found,) = [item for item in result.observations if (item.indicator_code, item.scope) == (code, scope)]
    return found


def _only_unread(result: ReadResult) -> UnreadCell:
    (found,) = result.unread_cells
    return found


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
    item = _observation(desk.fill(month=date(2025, 9, 17)).read(), "PS_FULL_CNT")
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
    noted = _observation(result, "DOS_RECV_CNT", "commune_level")
    assert (noted.note, noted.revision_reason) == ("sáp nhập", "sáp nhập")
    other = _observation(result, "PS_FULL_CNT")
    assert (other.note, other.revision_reason) == (None, "gửi lại")


# Rates and their counts


@pytest.mark.parametrize(
    ("value", "numerator", "denominator", "expected"),
    [
        pytest.param(36.5, 360, 1000, (36.5, 360, 1000, "E8"), id="stated wins"),
        pytest.param(None, 360, 1000, (36.0, 360, 1000, "C8"), id="computed"),
        pytest.param(36.5, None, None, (36.5, None, None, "E8"), id="rate alone"),
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
    item = _observation(result, "DSIG_ADULT_RATE")
    found = (item.value, item.numerator, item.denominator, item.locator.rpartition("!")[2])
    assert found == pytest.approx(expected) if value is None else found == expected
    assert result.unread_cells == []


def test_a_rate_of_inexact_counts_is_approximate(desk):
    values = {
        ("DSIG_ADULT_RATE", "numerator", "all"): "hơn 360",
        ("DSIG_ADULT_RATE", "denominator", "all"): 1000,
    }
    assert _observation(desk.fill(values).read(), "DSIG_ADULT_RATE").qualifier == "approx"


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
        pytest.param("C8", "21/84", "readable_value", id="fraction"),
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
    unread = _only_unread(result)
    assert (unread.rule, unread.locator, unread.area_code) == (rule, f"{sheet}!{cell}", "44")
    assert cell in unread.message_vi
    assert cell in unread.message_en
    assert len(result.observations) == before - 1


def test_an_unreadable_count_leaves_a_stated_rate_standing(desk):
    result = desk.fill().put(SIGNATURE, "C8", "abc").read()
    assert _only_unread(result).locator == f"{SIGNATURE}!C8"
    item = _observation(result, "DSIG_ADULT_RATE")
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
    unread = _only_unread(result)
    assert (unread.rule, unread.locator, unread.raw_text) == ("known_indicator", f"{SERVICES}!F8", "837")
    assert "Số dịch vụ công toàn trìn" in unread.message_vi
    assert "toàn trình" in unread.message_vi


def test_the_same_heading_twice_is_not_read_twice(desk):
    heading = "Số dịch vụ công trực tuyến (DVCTT) toàn trình (dịch vụ)"
    result = desk.fill().put(SERVICES, "G5", heading).put(SERVICES, "G8", 900).read()
    assert _observation(result, "PS_FULL_CNT").value == 837
    assert (_only_unread(result).rule, _only_unread(result).locator) == ("known_indicator", f"{SERVICES}!G8")


def test_figures_beside_the_table_are_reported(desk):
    result = desk.fill().put(SIGNATURE, "M8", 5).read()
    assert (_only_unread(result).rule, _only_unread(result).locator) == ("known_indicator", f"{SIGNATURE}!M8")


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
    unread = _only_unread(result)
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
    assert (_only_unread(result).rule, _only_unread(result).locator) == ("known_scope", f"{DOSSIERS}!F12")


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
        ("DIG_RATE", "all"),  # two columns «Tỷ lệ (%)» without their groups cannot be told apart
    }
    assert [item.locator for item in after.unread_cells] == ["Số hóa hồ sơ!E10"]


def test_unknown_sheet_with_figures_is_reported(desk):
    def add(book: Workbook) -> None:
        book.create_sheet("Nháp")
        book.create_sheet("Phụ lục")["C4"] = 12

    result = desk.fill().change(add).read()
    assert (_only_unread(result).rule, _only_unread(result).locator) == ("known_indicator", "Phụ lục!C4")


def test_sheet_without_its_heading_is_reported(desk):
    result = desk.fill().put(SIGNATURE, "B5", "Đơn vị").read()
    assert _only_unread(result).rule == "known_indicator"
    assert "«Phạm vi»" in _only_unread(result).message_vi
    assert not [item for item in result.observations if item.indicator_code == "DSIG_ADULT_RATE"]


# The first sheet


@pytest.mark.parametrize(
    ("cell", "value", "names"),
    [
        pytest.param(NAME_CELL, "Tỉnh Hưng Yên", "33", id="code and name disagree"),
        pytest.param(NAME_CELL, "Tỉnh Không Có", "Không Có", id="unknown name"),
        pytest.param(NAME_CELL, "Quảng Bình", "Quảng Trị", id="merged away"),
        pytest.param(CODE_CELL, "99", "99", id="unknown code"),
    ],
)
def test_unknown_province_rejects_every_figure_in_its_own_cell(desk, cell, value, names):
    expected = {(item.indicator_code, item.scope, item.locator) for item in desk.fill().read().observations}
    result = desk.put(COVER_SHEET, cell, value).read()
    assert result.observations == []
    assert {(item.indicator_code, item.scope, item.locator) for item in result.unread_cells} == expected
    assert {item.rule for item in result.unread_cells} == {"known_area"}
    assert result.claim.area_code is None
    assert all(
        names in item.message_vi and f"{COVER_SHEET}!B" in item.message_vi for item in result.unread_cells
    )
    if cell == NAME_CELL:
        assert {item.area_code for item in result.unread_cells} == {value}


def test_a_code_means_another_province_before_the_merger(desk):
    result = desk.fill().put(COVER_SHEET, PERIOD_CELL, "tháng 6/2025").read()
    assert {item.rule for item in result.unread_cells} == {"known_area"}


@pytest.mark.parametrize(
    ("code", "name"),
    [(44, "tỉnh Quảng Trị"), ("44", "UBND TỈNH QUẢNG TRỊ"), ("44", None), (None, "Quang Tri")],
    ids=["number", "authority", "code only", "name only"],
)
def test_ways_to_name_a_province(desk, code, name):
    assert (
        desk.fill().put(COVER_SHEET, CODE_CELL, code).put(COVER_SHEET, NAME_CELL, name).claim().area_code
        == "44"
    )


@pytest.mark.parametrize(
    ("cell", "value", "place"),
    [
        pytest.param(PERIOD_CELL, None, f"{COVER_SHEET}!B8", id="period missing"),
        pytest.param(PERIOD_CELL, "quý III/2025", f"{COVER_SHEET}!B8", id="period unreadable"),
        pytest.param("A8", "Khác", COVER_SHEET, id="label missing"),
        pytest.param(STATUS_CELL, "tạm tính", f"{COVER_SHEET}!B10", id="status unknown"),
    ],
)
def test_first_sheet_that_cannot_be_read_names_file_and_cell(desk, cell, value, place):
    desk.fill().put(COVER_SHEET, cell, value)
    for attempt in (desk.claim, desk.read):
        with pytest.raises(UnreadableFileError) as caught:
            attempt()
        assert "44.xlsx" in caught.value.message_vi
        assert place in caught.value.message_vi
        assert place in caught.value.message


@pytest.mark.parametrize(
    "content", [b"", b"not a workbook", b"PK\x03\x04broken"], ids=["empty", "text", "broken zip"]
)
def test_no_workbook(desk, content):
    desk.path.write_bytes(content)
    with pytest.raises(UnreadableFileError):
        desk.claim()


# Whatever is written comes back, from where it was written


def _figures(catalogue: Catalogue) -> st.SearchStrategy[dict[tuple[str, str, str], float]]:
    """Figures of random cells; a rate is stated, without counts of its own: 1 alone may be 100 %."""
    counts = st.integers(0, 10**9)
    rates = st.one_of(st.just(0.0), st.decimals("1.01", 100, places=2).map(float))
    cells = [
        ((item.indicator_code, "value", scope), item.indicator_code)
        for sheet in workbook_layout(catalogue)
        for item in sheet.columns
        if item.role == "value"
        for scope in catalogue.indicators[item.indicator_code].scopes
    ]
    is_rate = {code: item.kind is Kind.RATE for code, item in catalogue.indicators.items()}
    options = {key: st.one_of(st.none(), rates if is_rate[code] else counts) for key, code in cells}
    return st.fixed_dictionaries(options).map(
        lambda found: {key: cell for key, cell in found.items() if cell is not None}
    )


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_figures_come_back_from_their_cells(desk, catalogue, data):
    values = data.draw(_figures(catalogue))
    result = desk.fill(values).read()
    places = {
        (item.indicator_code, scope): cell_locator(sheet.sheet_name, 7 + row, 2 + column)
        for sheet in workbook_layout(catalogue)
        for column, item in enumerate(sheet.columns)
        for row, scope in enumerate(sheet.scopes)
        if item.role == "value"
    }
    read = {(item.indicator_code, item.scope): item for item in result.observations}
    assert result.unread_cells == []
    for (code, _, scope), value in values.items():
        item = read.pop((code, scope))
        assert (item.value, item.locator) == (value, places[code, scope])
    assert all(
        catalogue.indicators[code].kind is Kind.RATE for code, _ in read
    )  # computed from counts beside


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    sheet=st.sampled_from([DOSSIERS, SIGNATURE, SERVICES]),
    row=st.integers(8, 20),
    column=st.integers(3, 20),
    value=st.integers(1, 10**6) | st.floats(1, 100) | st.sampled_from(["1.595", "#N/A", "72,63", "1/2"]),
)
def test_no_figure_is_dropped_wherever_it_stands(desk, sheet, row, column, value):
    desk.fill({})
    note = next(
        cell.column for cell in openpyxl.load_workbook(desk.path)[sheet][5] if cell.value == "Ghi chú"
    )
    if column == note:
        return
    place = cell_locator(sheet, row - 1, column - 1)
    result = desk.put(sheet, place.rpartition("!")[2], value).read()
    is_word = value == "#N/A" and not result.unread_cells and row > 9  # below the table, words are notes
    assert is_word or [item.locator for item in (*result.observations, *result.unread_cells)] == [place]

from __future__ import annotations

import html
import shutil
from datetime import date

import pytest
import xlsxwriter

from dx_pipeline.catalogue.loading import CATALOGUE_ROOT, load_catalogue
from dx_pipeline.catalogue.source_models import ReportTable, TableColumn
from dx_pipeline.catalogue.validation import check_catalogue
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.observation import Hints
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.readers import report_table
from dx_pipeline_tests.ingest.tables.sheets import (
    COMMUNE_HEADINGS,
    COMMUNE_ROW,
    FORM_BODY,
    communes,
    figures,
    form,
    padded,
    progress,
    read,
    said,
)

QUARTER = ReportedPeriod(
    period_start=date(2025, 7, 1),
    period_end=date(2025, 9, 30),
    as_of=date(2025, 9, 14),
    period_basis="government_report",
)
FORM_FIGURES = {
    "DOS_RECV_INCL_CARRIED_CNT": 1110,
    "DOS_RECV_ONLINE_CNT": 966,
    "DOS_RECV_DIRECT_POST_CNT": 83,
    "DOS_CARRIED_OVER_CNT": 61,
    "DOS_DONE_CNT": 988,
    "DOS_DONE_ONTIME_CNT": 982,
    "DOS_DONE_LATE_CNT": 6,
    "DOS_PEND_CNT": 122,
    "DOS_PEND_INTIME_CNT": 116,
    "DOS_PEND_OVERDUE_CNT": 6,
    "DOS_ONTIME_RATE": pytest.approx(100 * 982 / 988),
}


def test_a_form_gives_the_sums_of_its_rows_and_nothing_to_say(catalogue):
    result = read(form(), "form_ii06a", catalogue)
    assert figures(result) == FORM_FIGURES
    assert result.unread_cells == []
    claim = result.claim
    assert (claim.period_start, claim.period_end, claim.area_code) == (
        date(2025, 7, 1),
        date(2025, 9, 30),
        "44",
    )
    rate = next(item for item in result.observations if item.indicator_code == "DOS_ONTIME_RATE")
    assert (rate.numerator, rate.denominator, rate.locator) == (
        982,
        988,
        "Biểu 06a!H13:I16".replace("13", "14").replace("16", "17"),
    )
    assert (rate.as_of, rate.period_basis, rate.method_version) == (
        date(2025, 9, 14),
        "government_report",
        "tt01-2020",
    )


def test_a_form_without_merges_is_the_same(catalogue):
    assert figures(read(form(has_merges=False), "form_ii06a", catalogue)) == FORM_FIGURES


def test_the_one_stop_sheet_gives_province_commune_level_and_communes(catalogue):
    result = read(progress(), "one_stop_progress", catalogue)
    assert result.unread_cells == []
    assert figures(result)["DOS_RECV_CNT"] == 375
    assert figures(result)["DOS_ONLINE_RATE"] == pytest.approx(100 * 260 / 375)
    assert figures(result, "commune_level")["DOS_RECV_ONLINE_CNT"] == 100
    dong_ha = {
        item.indicator_code: item.value for item in result.all_observations() if item.area_code == "19333"
    }
    assert (dong_ha["DOS_RECV_CNT"], dong_ha["DOS_PAID_NATIONAL_CNT"]) == (85, 20)
    assert dong_ha["DOS_ONLINE_RATE"] == pytest.approx(100 * dong_ha["DOS_RECV_ONLINE_CNT"] / 85)


def test_the_payment_sheet(catalogue):
    rows = padded(
        [
            ("UBND TỈNH QUẢNG TRỊ",),
            ("THEO DÕI THANH TOÁN TRỰC TUYẾN",),
            ("(Từ ngày 15/09/2025 đến ngày 14/10/2025)",),
            (
                "STT",
                "Mã định danh",
                "Tên đơn vị",
                "Tổng HS có nghĩa vụ tài chính",
                "Số HS đã TTTT cổng DVC QG",
                "Tỷ lệ TTTT (%)",
                "Tỷ lệ TT trực tiếp (%)",
            ),
            (1.0, "H50.1", "Sở Xây dựng", 40.0, 30.0, 75.0, 25.0),
            (2.0, "H50.2", "Sở Tư pháp", 20.0, "", 0.0, 100.0),  # the software leaves 0 empty
        ],
        7,
    )
    result = read(Sheet("TT", rows), "one_stop_payment", catalogue)
    assert figures(result) == {"DOS_FINANCIAL_CNT": 60, "DOS_PAID_NATIONAL_CNT": 30}
    assert result.unread_cells == []


def test_the_digitisation_sheet(catalogue):
    heading = (
        "STT",
        "Đơn vị",
        "Tiếp nhận",
        "Chưa số hóa TPHS",
        "Có số hoá TPHS",
        "Có tái sử dụng thành phần",
        "Có tái sử dụng thành phần từ cổng DVC quốc gia",
        "Đã giải quyết",
        "Chưa số hóa",
        "Đã số hóa",
    )
    rows = padded(
        [
            ("UBND TỈNH QUẢNG TRỊ",),
            ("THEO DÕI MỨC ĐỘ SỐ HÓA CÁC ĐƠN VỊ",),
            ("(Từ ngày 01/10/2025 đến ngày 31/10/2025)",),
            heading,
            ("I", "Sở, ban, ngành"),
            (1.0, "Sở Y tế", 50.0, 10.0, 40.0, 5.0, 2.0, 45.0, 5.0, 40.0),
            ("Tổng số", "", 50.0, 10.0, 40.0, 5.0, 2.0, 45.0, 5.0, 40.0),
        ],
        10,
    )
    result = read(Sheet("Số hóa", rows), "one_stop_digitisation", catalogue)
    found = figures(result)
    assert (found["DIG_COMPONENT_CNT"], found["DIG_RESULT_CNT"], found["ONE_STOP_RECV_CNT"]) == (40, 40, 50)
    assert result.observations[0].period_basis == "calendar"
    assert result.unread_cells == []


def test_a_row_per_commune_with_codes_needs_no_province(catalogue):
    rows = [
        (1.0, "19333", "Phường Đông Hà", *COMMUNE_ROW),
        (2.0, 4.0, "Phường Ba Đình", *COMMUNE_ROW),  # a spreadsheet's 00004
        ("Tổng cộng", "", "", *(2 * figure for figure in COMMUNE_ROW)),
    ]
    result = read(communes(rows), "commune_report", catalogue)
    assert result.unread_cells == []
    assert {item.area_code for item in result.all_observations()} == {"19333", "00004"}
    assert len(result.all_observations()) == 20
    assert all(item.is_sample and item.area_level == "commune" for item in result.all_observations())
    first = result.all_observations()[0]
    assert (first.locator, first.raw_text, first.value) == ("Xã!D6", "100", 100)


@pytest.mark.parametrize(
    ("row", "rule", "words"),
    [
        pytest.param(
            ("19333", "Xã Hải Lăng"), "known_area", "do not belong together", id="code-and-name-differ"
        ),
        pytest.param(("99999", "Xã Hải Lăng"), "known_area", "99999", id="unknown-code"),
        pytest.param(("", "Phường Ba Đình"), "known_area", "", id="no-code-and-two-provinces"),
    ],
)
def test_a_row_of_no_known_commune_is_reported_and_its_neighbours_go_on(catalogue, row, rule, words):
    good = (1.0, "19333", "Phường Đông Hà", *COMMUNE_ROW)
    above = ("UBND TỈNH QUẢNG TRỊ", "Tháng 10/2025")
    result = read(communes([good, (2.0, *row, *COMMUNE_ROW)], above=above), "commune_report", catalogue)
    assert said(result) == [(rule, "Xã!D6")]
    assert words in result.unread_cells[0].message_en
    assert {item.area_code for item in result.all_observations()} == {"19333"}


def test_communes_by_name_in_sections_of_provinces(catalogue):
    rows = [
        ("", "", "Tỉnh Quảng Trị"),
        (1.0, "", "Phường Đông Hà", *COMMUNE_ROW),
        ("", "", "Thành phố Hà Nội"),
        (1.0, "", "Phường Ba Đình", *COMMUNE_ROW),
    ]
    # a name without figures is a row of its own in a table of areas, unless it is numbered as a section
    sections = [("I", "", "Tỉnh Quảng Trị"), rows[1], ("II", "", "Thành phố Hà Nội"), rows[3]]
    result = read(communes(sections), "commune_report", catalogue)
    assert {item.area_code for item in result.all_observations()} == {"19333", "00004"}


def test_communes_by_name_with_a_column_of_provinces(catalogue):
    headings = ("Tỉnh, thành phố", *COMMUNE_HEADINGS[2:])
    rows = [("Quảng Trị", "Phường Đông Hà", *COMMUNE_ROW), ("Hà Nội", "Phường Ba Đình", *COMMUNE_ROW)]
    result = read(communes(rows, headings=headings), "commune_report", catalogue)
    assert {item.area_code for item in result.all_observations()} == {"19333", "00004"}


def test_an_unreadable_cell_of_a_commune_loses_that_figure_only(catalogue):
    broken = ("19333", "Phường Đông Hà", 100.0, 60.0, 30.0, 10.0, 90.0, 80.0, 10.0, "năm", 7.0, 40.0)
    result = read(communes([(1.0, *broken)]), "commune_report", catalogue)
    assert said(result) == [("readable_value", "Xã!K6")]
    assert result.unread_cells[0].indicator_code == "DOS_PEND_CNT"
    assert len(result.all_observations()) == 9


def test_a_commune_that_breaks_an_equation_loses_the_figures_of_it(catalogue):
    broken = ("19333", "Phường Đông Hà", 101.0, *COMMUNE_ROW[1:])
    result = read(communes([(1.0, *broken)]), "commune_report", catalogue)
    assert ("form_equation", "Xã!D6") in said(result)
    assert set(figures(result, level="commune")) == {
        "DOS_DONE_CNT", "DOS_DONE_ONTIME_CNT", "DOS_DONE_LATE_CNT", "DOS_PEND_CNT", "CDT_TEAM_CNT", "CDT_MEMBER_CNT",
    }  # fmt: skip


def test_a_qualified_figure_keeps_its_qualifier_and_text(catalogue):
    row = (1.0, "19333", "Phường Đông Hà", *COMMUNE_ROW[:-1], "hơn 8.130")
    result = read(communes([row]), "commune_report", catalogue)
    members = next(item for item in result.all_observations() if item.indicator_code == "CDT_MEMBER_CNT")
    assert (members.value, members.qualifier, members.raw_text) == (8130, "more_than", "hơn 8.130")


def _without_period(sheet):
    sheet.rows[5][0] = ""
    return sheet


def _with(sheet, row, column, text):
    sheet.rows[row][column] = text
    return sheet


@pytest.mark.parametrize(
    ("sheet", "hints", "words"),
    [
        pytest.param(_without_period(form()), Hints(), "kỳ báo cáo", id="no-period"),
        pytest.param(_with(form(), 4, 0, "BÁO CÁO QUÝ II/2025"), Hints(), "QUÝ II/2025", id="two-periods"),
        pytest.param(
            form(),
            Hints(
                period=ReportedPeriod(
                    period_start=date(2025, 10, 1), period_end=date(2025, 12, 31), as_of=date(2025, 12, 14)
                ),
                is_certain=True,
            ),
            "01/10/2025",
            id="another-period-was-said",
        ),
        pytest.param(_with(form(), 0, 0, ""), Hints(), "tên tỉnh", id="no-province"),
        pytest.param(
            _with(form(), 3, 5, "Đơn vị báo cáo: UBND tỉnh Nghệ An"), Hints(), "Nghệ An", id="two-provinces"
        ),
        pytest.param(form(), Hints(area_code="40", is_certain=True), "40", id="another-province-was-said"),
        pytest.param(_with(form(), 0, 0, "UBND TỈNH QUẢNG BÌNH"), Hints(), "Quảng Trị", id="merged-away"),
        pytest.param(
            _with(form(), 3, 5, "Đơn vị báo cáo: Sở Xây dựng tỉnh Quảng Trị"),
            Hints(),
            "Sở Xây dựng",
            id="one-office",
        ),
        pytest.param(_with(form(), 3, 5, "UBND PHƯỜNG ĐÔNG HÀ"), Hints(), "ĐÔNG HÀ", id="one-commune"),
        pytest.param(
            _with(form(), 3, 5, "Tình trạng số liệu: nháp"), Hints(), "nháp", id="status-of-no-meaning"
        ),
        pytest.param(Sheet("A", [["Tên", "Số"], ["x", 1.0]]), Hints(), "thiếu", id="another-table"),
    ],
)
def test_a_file_that_is_refused_says_why(catalogue, sheet, hints, words):
    with pytest.raises(UnreadableFileError) as caught:
        read(sheet, "form_ii06a", catalogue, hints=hints)
    assert words in caught.value.message_vi
    assert "bao-cao.xlsx" in caught.value.message


def test_hints_fill_what_the_file_leaves_open(catalogue):
    sheet = _with(_without_period(form()), 0, 0, "")
    result = read(sheet, "form_ii06a", catalogue, hints=Hints(period=QUARTER, area_code="44"))
    assert figures(result) == FORM_FIGURES
    assert result.claim.period_start == date(2025, 7, 1)


def test_sample_data_are_samples_in_every_figure_and_finding(catalogue):
    sheet = _with(form(), 2, 0, "DỮ LIỆU MẪU - không phải số liệu thật")
    _with(sheet, 13, 3, "abc")
    result = read(sheet, "form_ii06a", catalogue)
    assert result.claim.is_sample
    assert all(item.is_sample for item in result.observations)
    assert all(cell.is_sample for cell in result.unread_cells)


def test_another_sheet_with_figures_is_reported_and_one_with_words_is_not(catalogue):
    others = [Sheet("Phụ lục", [["Tên", "Số"], ["x", 1.0]]), Sheet("Ghi chú", [["Chỉ có chữ"]])]
    result = read([form(), *others], "form_ii06a", catalogue)
    assert said(result) == [("known_indicator", "Phụ lục!B2")]
    assert figures(result) == FORM_FIGURES


def test_the_same_table_twice_counts_once(catalogue):
    result = read([form(), form(name="Bản sao")], "form_ii06a", catalogue)
    assert figures(result) == FORM_FIGURES
    assert {(cell.rule, cell.severity) for cell in result.unread_cells} == {("unique_key", "WARN")}


def test_two_tables_that_differ_give_nothing_where_they_do(catalogue):
    other = form([FORM_BODY[1]], name="Khác")
    result = read([form(), other], "form_ii06a", catalogue)
    assert "DOS_RECV_INCL_CARRIED_CNT" not in figures(result)
    cell = next(cell for cell in result.unread_cells if cell.indicator_code == "DOS_RECV_INCL_CARRIED_CNT")
    assert (cell.rule, cell.severity) == ("unique_key", "ERROR")
    assert "1110" in cell.message_en
    assert "100" in cell.message_en


def test_an_xlsx_file_end_to_end(catalogue, tmp_path):
    path = tmp_path / "bieu.bin"
    sheet = form()
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet(sheet.name)
    for row, cells in enumerate(sheet.rows):
        for column, cell in enumerate(cells):
            if cell != "":
                page.write(row, column, cell)
    for (top, left), (bottom, right) in sheet.merges:
        page.merge_range(top, left, bottom, right, sheet.rows[top][left])
    page.set_column(2, 2, 10, None, {"hidden": True})
    book.close()
    source = catalogue.sources["form_ii06a"]
    result = report_table.read(path, file_name="bieu.xlsx", source=source, catalogue=catalogue)
    assert figures(result) == FORM_FIGURES
    assert result.unread_cells == []
    assert (
        report_table.read_claim(path, file_name="bieu.xlsx", source=source, catalogue=catalogue)
        == result.claim
    )


def test_an_html_export_named_xls_end_to_end(catalogue, tmp_path):
    sheet = progress()
    covered, spans = set(), {}
    for (top, left), (bottom, right) in sheet.merges:
        spans[top, left] = (bottom - top + 1, right - left + 1)
        covered |= {(r, c) for r in range(top, bottom + 1) for c in range(left, right + 1)} - {(top, left)}
    lines = []
    for row, cells in enumerate(sheet.rows):
        parts = []
        for column, cell in enumerate(cells):
            if (row, column) in covered:
                continue
            rowspan, colspan = spans.get((row, column), (1, 1))
            text = (
                f"{cell:,.2f}".translate(str.maketrans(",.", ".,")).removesuffix(",00")
                if isinstance(cell, float)
                else html.escape(str(cell))
            )
            parts.append(f'<td rowspan="{rowspan}" colspan="{colspan}">{text}</td>')
        lines.append(f"<tr>{''.join(parts)}</tr>")
    path = tmp_path / "export.xls"
    path.write_text(
        f'<html><meta charset="utf-8"><table id="tableToExcel">{"".join(lines)}</table></html>',
        encoding="utf-8",
    )
    result = report_table.read(
        path, file_name="export.xls", source=catalogue.sources["one_stop_progress"], catalogue=catalogue
    )
    assert result.unread_cells == []
    assert figures(result) == figures(read(progress(), "one_stop_progress", catalogue))


NEW_SOURCE = """\
# yaml-language-server: $schema=../schema/source.schema.json
code: team_report
name_vi: Báo cáo tổ công nghệ số cộng đồng của các tỉnh
name_en: Provinces' report on community digital technology teams
publisher: Bộ Khoa học và Công nghệ
cadence: monthly
period_basis: calendar
shape: report
reader: report_table
formats: [xlsx]
landing: team_report/**/*
method_version: teams-2025
expects_provinces: true
recognise: [BÁO CÁO TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG]
table:
  rows: provinces
  columns:
    area_name: {headings: [Địa phương]}
    teams: {headings: [Tổ CNSCĐ > Số tổ]}
    members: {headings: [Tổ CNSCĐ > Thành viên]}
  figures:
    CDT_TEAM_CNT: {value: teams}
    CDT_MEMBER_CNT: {value: members}
"""


def test_a_new_source_of_a_known_shape_is_yaml_only(tmp_path):
    root = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schema"))
    (root / "sources" / "team_report.yaml").write_text(NEW_SOURCE, encoding="utf-8")
    with (root / "methods.yaml").open("a", encoding="utf-8") as methods:
        methods.write(
            "\n- {version: teams-2025, family: in_force, name_vi: Tổ, name_en: Teams, is_definition_known: true, "
            "source: x}\n"
        )
    teams = root / "indicators" / "community_teams.yaml"
    text = teams.read_text(encoding="utf-8")
    teams.write_text(text.replace("sources: [", "sources: [team_report, "), encoding="utf-8")
    assert check_catalogue(root) == []
    rows = [
        ["BÁO CÁO TỔ CÔNG NGHỆ SỐ CỘNG ĐỒNG", "", ""],
        ["Tháng 10 năm 2025", "", ""],
        ["Địa phương", "Tổ CNSCĐ", ""],
        ["", "Số tổ", "Thành viên"],
        ["Quảng Trị", "1.085", "hơn 8.130"],
        ["TP. Huế", 900.0, 6000.0],
        ["Tỉnh Quảng Bình", 1.0, 2.0],
        ["Cả nước", 1986.0, 14132.0],
    ]
    result = read(Sheet("A", rows), load_catalogue(root).sources["team_report"], load_catalogue(root))
    found = {(item.area_code, item.indicator_code): item.value for item in result.all_observations()}
    assert found == {
        ("44", "CDT_TEAM_CNT"): 1085,
        ("44", "CDT_MEMBER_CNT"): 8130,
        ("46", "CDT_TEAM_CNT"): 900,
        ("46", "CDT_MEMBER_CNT"): 6000,
    }
    assert said(result) == [("known_area", "A!B7")]


def test_rows_may_carry_their_period_and_status(catalogue):
    columns = {
        "area_name": TableColumn(headings=("Địa phương",)),
        "period": TableColumn(headings=("Tháng",)),
        "data_status": TableColumn(headings=("Tình trạng số liệu",)),
        "teams": TableColumn(headings=("Số tổ",)),
    }
    table = ReportTable(rows="provinces", columns=columns, figures={"CDT_TEAM_CNT": {"value": "teams"}})
    source = catalogue.sources["commune_report"].model_copy(update={"table": table, "header_map": {}})
    rows = [
        ["Địa phương", "Tháng", "Số tổ", "Tình trạng số liệu"],
        ["Quảng Trị", "09/2025", 10.0, "Dữ liệu mẫu"],
        ["Quảng Trị", "tháng 10/2025", 11.0, "Dữ liệu mẫu"],
        ["Huế", "khi nào đó", 12.0, ""],
    ]
    result = read(Sheet("A", rows), source, catalogue)
    assert (result.claim.period_start, result.claim.period_end) == (date(2025, 9, 1), date(2025, 10, 31))
    assert [(item.period_start.month, item.value, item.is_sample) for item in result.all_observations()] == [
        (9, 10, True),
        (10, 11, True),
    ]
    assert said(result) == [("readable_value", "A!B4")]
    rows[1][3] = "nháp"
    with pytest.raises(UnreadableFileError, match="nháp"):
        read(Sheet("A", rows), source, catalogue)

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import pytest

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.workbook_layout import workbook_layout
from dx_pipeline.ingest.template import COVER_SHEET, SAMPLE_BANNER, TEMPLATE_VERSION, write_template

OCTOBER = date(2025, 10, 1)
FIRST_ROW = 8


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def _write(
    path: Path, catalogue: Catalogue, code: str = "44", month: date = OCTOBER, **fields: object
) -> Path:
    province = catalogue.geography.province(code, month)
    write_template(path, province=province, month=month, catalogue=catalogue, **fields)
    return path


@pytest.fixture(scope="module")
def empty(catalogue, tmp_path_factory) -> openpyxl.Workbook:
    return openpyxl.load_workbook(_write(tmp_path_factory.mktemp("template") / "44.xlsx", catalogue))


def _texts(sheet) -> list[str]:
    return [cell.value for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]


def test_same_input_same_bytes(catalogue, tmp_path):
    values = {("PS_FULL_CNT", "value", "all"): 837}
    first, second = (_write(tmp_path / name, catalogue, values=values) for name in ("a.xlsx", "b.xlsx"))
    assert first.read_bytes() == second.read_bytes()


def test_cover_states_province_and_period_as_text(empty):
    cover = {row[0].value: row[1] for row in empty[COVER_SHEET].iter_rows()}
    assert (cover["Mã tỉnh"].value, cover["Mã tỉnh"].data_type) == ("44", "s")
    assert cover["Tỉnh, thành phố"].value == "Tỉnh Quảng Trị"
    assert cover["Kỳ số liệu"].value == "tháng 10/2025"
    assert cover["Tình trạng số liệu"].value == "CHÍNH THỨC"
    assert "BÁO CÁO CHUYỂN ĐỔI SỐ THÁNG 10/2025" in _texts(empty[COVER_SHEET])


def test_leading_zero_of_a_code_survives(catalogue, tmp_path):
    book = openpyxl.load_workbook(_write(tmp_path / "01.xlsx", catalogue, code="01"))
    assert "01" in _texts(book[COVER_SHEET])


@pytest.mark.parametrize(
    ("month", "name"),
    [(date(2026, 3, 1), "Tỉnh Đồng Nai"), (date(2026, 5, 1), "Thành phố Đồng Nai")],
    ids=["before", "after"],
)
def test_type_of_the_province_is_that_of_the_month(catalogue, tmp_path, month, name):
    book = openpyxl.load_workbook(_write(tmp_path / "75.xlsx", catalogue, code="75", month=month))
    assert name in _texts(book[COVER_SHEET])


def test_sample_banner_is_on_every_sheet_of_a_sample_only(catalogue, empty, tmp_path):
    sample = openpyxl.load_workbook(_write(tmp_path / "44.xlsx", catalogue, is_sample=True))
    assert all(SAMPLE_BANNER in _texts(sheet) for sheet in sample)
    assert "DỮ LIỆU MẪU" in _texts(sample[COVER_SHEET])
    assert not any(SAMPLE_BANNER in _texts(sheet) for sheet in empty)


def test_a_sheet_per_theme(catalogue, empty):
    assert empty.sheetnames == [COVER_SHEET, *(sheet.sheet_name for sheet in workbook_layout(catalogue))]


def test_only_cells_that_are_asked_for_can_be_filled(catalogue, empty):
    for layout in workbook_layout(catalogue):
        sheet = empty[layout.sheet_name]
        assert sheet.protection.sheet
        for row, scope in enumerate(layout.scopes, start=FIRST_ROW):
            assert sheet.cell(row, 2).value == catalogue.scopes[scope].name_vi
            for column, item in enumerate(layout.columns, start=3):
                is_asked = scope in catalogue.indicators[item.indicator_code].scopes
                assert sheet.cell(row, column).protection.locked is not is_asked


def test_every_sheet_says_what_it_is_as_the_cover_does(catalogue, tmp_path):
    path = _write(tmp_path / "44.xlsx", catalogue, revision_reason="gửi lại")
    said = (
        "Mã tỉnh: 44 | Tỉnh/thành phố: Tỉnh Quảng Trị | Kỳ số liệu: tháng 10/2025 | "
        f"Tình trạng số liệu: CHÍNH THỨC | Mẫu báo cáo: {TEMPLATE_VERSION} | Lý do điều chỉnh: gửi lại"
    )
    shown, formulas = openpyxl.load_workbook(path, data_only=True), openpyxl.load_workbook(path)
    for name in shown.sheetnames[1:]:
        assert shown[name]["A4"].value == said
        assert shown[name]["A2"].value == "Tỉnh Quảng Trị – tháng 10/2025"
        assert formulas[name]["A4"].value.count(f"'{COVER_SHEET}'!") >= 6


def test_figures_have_no_number_format_that_a_csv_would_write_out(catalogue, empty):
    for layout in workbook_layout(catalogue):
        for row in empty[layout.sheet_name].iter_rows(min_row=FIRST_ROW):
            assert {cell.number_format for cell in row} == {"General"}


def test_every_figure_cell_is_validated_in_vietnamese(catalogue, empty):
    for layout in workbook_layout(catalogue):
        sheet = empty[layout.sheet_name]
        rules = {
            cell: rule
            for rule in sheet.data_validations.dataValidation
            for area in rule.sqref.ranges
            for cell in area.cells
        }
        for row, scope in enumerate(layout.scopes, start=FIRST_ROW):
            for column, item in enumerate(layout.columns, start=3):
                indicator = catalogue.indicators[item.indicator_code]
                if scope not in indicator.scopes:
                    continue
                rule = rules[row, column]
                is_whole = item.role != "value" or indicator.is_whole_number
                assert rule.type == ("whole" if is_whole else "decimal")
                assert float(rule.formula1) == 0
                assert is_whole or float(rule.formula2) == 100
                assert rule.error.startswith("Ô này phải là số")


def test_headings_stay_in_view_and_a_sheet_fits_a_page_wide(catalogue, empty):
    for layout in workbook_layout(catalogue):
        sheet = empty[layout.sheet_name]
        assert sheet.freeze_panes == f"C{FIRST_ROW}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


def test_texts_never_become_formulas(catalogue, tmp_path):
    path = _write(
        tmp_path / "44.xlsx",
        catalogue,
        values={("PS_FULL_CNT", "value", "all"): "=1+1"},
        notes={("online_services", "all"): "=HYPERLINK(1)"},
        revision_reason="=cmd",
    )
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert {cell.coordinate for cell in cells if cell.data_type == "f"} == {"A2", "A4"}  # what the cover says
    assert {"=1+1", "=HYPERLINK(1)", "=cmd"} <= {cell.value for cell in cells}

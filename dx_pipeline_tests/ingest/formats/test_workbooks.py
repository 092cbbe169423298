"""What is in a workbook comes out the same from .xlsx, .xls and .ods."""

import datetime as dt
import re

import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats import Percentage, read_sheets
from dx_pipeline_tests.ingest.formats.conftest import FILES

ODS = "application/vnd.oasis.opendocument.spreadsheet"
EXPECTED = [
    ["BÁO CÁO (số liệu mẫu)", "", "", "", ""],
    ["Đơn vị", "Hồ sơ", "Tỷ lệ", "Tỷ lệ (%)", "Ngày\nbáo cáo"],
    ["Hà Nội", 1595.0, Percentage(0.7263), 72.63, dt.date(2025, 10, 14)],
    ["Huế", 21.5, Percentage(0.5), "#N/A", dt.datetime(2025, 10, 14, 16, 30)],  # noqa: DTZ001
    ["Ẩn", 7.0, "", dt.time(7, 30), dt.timedelta(days=1, hours=12)],
    ["Ghi chú", "", "", "", ""],
]


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
def test_a_workbook_gives_all_its_sheets_whatever_program_saved_it(extension):
    report, hidden, empty = read_sheets(FILES / f"report.{extension}", "a")
    assert report.rows == EXPECTED
    assert set(report.merges) == {((0, 0), (0, 4)), ((5, 0), (6, 0))}
    assert report.hidden_columns == {1}
    assert report.hidden_rows == {4}
    assert report.locator(3, 3) == "Báo cáo!D4"
    assert (hidden.name, hidden.rows) == ("Trang ẩn", [["", "", ""], ["", "x", -3.0]])
    assert (empty.name, empty.rows) == ("Trống", [])


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("ending", [".xls", ".xlsx", ".ods", ".xlsb", ".csv", ""])
def test_the_ending_of_the_files_own_path_says_nothing(tmp_path, extension, ending):
    path = tmp_path / f"44{ending}"
    path.write_bytes((FILES / f"report.{extension}").read_bytes())
    assert read_sheets(path, path.name)[0].rows == EXPECTED


def changed(parts, zipped, *replacements):
    xml = parts["xl/worksheets/sheet1.xml"]
    for old, new in replacements:
        assert re.search(old, xml), old
        xml = re.sub(old, new, xml)
    return zipped({**parts, "xl/worksheets/sheet1.xml": xml})


def prefixed(parts, zipped):
    return changed(
        parts,
        zipped,
        (rb"<(/?)(\w)", rb"<\1x:\2"),
        (rb'xmlns="', rb'xmlns:x="'),
    )


def without_references(parts, zipped):
    sheet = parts["xl/worksheets/sheet1.xml"]
    rows = b"".join(
        b'<row><c s="1"><v>0.5</v></c><c><f>A1</f></c></row><row hidden="1"><c t="e"><v>#REF!</v></c></row>'
        for _ in range(2)
    )
    data = re.sub(rb"<sheetData>.*</sheetData>", b"<sheetData>" + rows + b"</sheetData>", sheet, flags=re.S)
    return zipped({**parts, "xl/worksheets/sheet1.xml": data})


def test_a_sheet_with_prefixed_elements_reads_the_same(report_parts, zipped):
    report = read_sheets(prefixed(report_parts, zipped), "a")[0]
    assert report.rows == EXPECTED
    assert report.hidden_columns == {1}
    assert report.hidden_rows == {4}


def test_a_sheet_in_single_quotes_reads_the_same(report_parts, zipped):
    report = read_sheets(changed(report_parts, zipped, (rb'(?<=[\w])="([^"]*)"', rb"='\1'")), "a")[0]
    assert report.rows == EXPECTED
    assert (report.hidden_columns, report.hidden_rows) == ({1}, {4})


def test_cells_without_references_are_counted_out(report_parts, zipped):
    report = read_sheets(without_references(report_parts, zipped), "a")[0]
    assert report.rows == [[Percentage(0.5), "=?"], ["#REF!", ""]] * 2
    assert report.hidden_rows == {1, 3}


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        pytest.param(b'<c r="B3"><f>SUM(1)</f></c>', "=?", id="no result"),
        pytest.param(b'<c r="B3"><f>SUM(1)</f><v></v></c>', "=?", id="empty result"),
        pytest.param(b'<c r="B3"><f t="shared" si="0"/></c>', "=?", id="shared formula"),
        pytest.param(
            b'<c r="B3"><f>SUM(1)</f><v>0</v></c>', "=?", id="zero of a program that does not calculate"
        ),
        pytest.param(b'<c r="B3"><f>SUM(1)</f><v>7</v></c>', 7.0, id="with a result"),
        pytest.param(b'<c r="B3" t="str"><f>A9</f><v></v></c>', "", id="an empty text is a result"),
        pytest.param(b'<c r="B3" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "#DIV/0!", id="error of a formula"),
        pytest.param(b'<c r="B3" t="e"><v>#VALUE!</v></c>', "#VALUE!", id="error"),
    ],
)
def test_errors_and_formulas_never_computed_are_shown(report_parts, zipped, cell, shown):
    path = changed(report_parts, zipped, (rb'<c r="B3"><v>1595</v></c>', cell.replace(b"\\", b"")))
    assert read_sheets(path, "a")[0].rows[2][1] == shown


def test_a_stored_zero_counts_where_the_program_calculates(report_parts, zipped):
    report_parts["xl/workbook.xml"] = report_parts["xl/workbook.xml"].replace(b' fullCalcOnLoad="1"', b"")
    path = changed(
        report_parts, zipped, (rb'<c r="B3"><v>1595</v></c>', b'<c r="B3"><f>SUM(1)</f><v>0</v></c>')
    )
    assert read_sheets(path, "a")[0].rows[2][1] == 0.0


def test_a_sheet_whose_part_cannot_be_found_is_no_empty_sheet(report_parts, zipped):
    del report_parts["xl/worksheets/sheet1.xml"]
    with pytest.raises(UnreadableFileError):
        read_sheets(zipped(report_parts), "a")


def test_an_xls_with_a_password_says_so(written):
    content = (FILES / "report.xls").read_bytes()
    code_page, file_pass = b"\x42\x00\x02\x00", b"\x2f\x00\x02\x00"
    assert code_page in content
    with pytest.raises(UnreadableFileError, match="protected by a password"):
        read_sheets(written(content.replace(code_page, file_pass, 1)), "a.xls")


def test_an_xls_whose_sectors_run_in_a_circle_is_refused_at_once(written):
    content = bytearray((FILES / "report.xls").read_bytes())
    table = 512 * (1 + int.from_bytes(content[60:64], "little"))  # of the small streams' sectors
    assert content[table : table + 4] == b"\x01\x00\x00\x00"
    content[table + 4 : table + 8] = bytes(4)
    with pytest.raises(UnreadableFileError, match="run in a circle"):
        read_sheets(written(bytes(content)), "a.xls")


def ods(table):
    namespaces = "".join(
        f' xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{prefix}:1.0"'
        for prefix in ("office", "table", "text")
    )
    calc = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
    return {
        "mimetype": ODS,
        "content.xml": f"<office:document-content{namespaces}{calc}><office:body><office:spreadsheet>"
        f'<table:table table:name="A">{table}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>",
    }


def ods_cell(attributes, content=""):
    return ods(
        f"<table:table-row><table:table-cell {attributes}>{content}</table:table-cell></table:table-row>"
    )


@pytest.mark.parametrize(
    ("attributes", "content", "expected"),
    [
        pytest.param('office:value-type="boolean" office:boolean-value="true"', "", True, id="boolean"),
        pytest.param('office:value-type="percentage" office:value="0.5"', "", Percentage(0.5), id="percentage"),
        pytest.param('office:value-type="currency" office:value="5"', "<text:p>5 đ</text:p>", 5.0, id="currency"),
        pytest.param('office:value-type="float" office:value="x"', "<text:p>5</text:p>", "5", id="broken number"),
        pytest.param(
            'office:value-type="date" office:date-value="2025-02-30"', "<text:p>30/2</text:p>", "30/2", id="no date"
        ),
        pytest.param('office:value-type="time" office:time-value="PT07H30M00S"', "", dt.time(7, 30), id="time"),
        pytest.param(
            'office:value-type="string" calcext:value-type="error"', "<text:p>Err:502</text:p>", "Err:502", id="error"
        ),
        pytest.param('table:formula="of:=A2"', "", "=?", id="formula without a result"),
        pytest.param('office:value-type="string" office:string-value="a"', "", "a", id="text as attribute"),
        pytest.param(
            'office:value-type="string"',
            "<office:annotation><text:p>ghi chú</text:p></office:annotation>"
            '<text:p>a<text:s text:c="2"/><text:span>b</text:span><text:line-break/>c</text:p><text:p>d</text:p>',
            "a  b\nc\nd",
            id="paragraphs without the comment",
        ),
    ],
)  # fmt: skip
def test_cells_of_an_ods(zipped, attributes, content, expected):
    assert read_sheets(zipped(ods_cell(attributes, content)), "a")[0].rows == ([[expected]])


def test_repeats_of_an_ods_are_laid_out_and_the_empty_ones_at_the_end_are_not(zipped):
    table = (
        '<table:table-column table:number-columns-repeated="2"/><table:table-column table:visibility="collapse"/>'
        '<table:table-row table:number-rows-repeated="2"/>'
        '<table:table-header-rows><table:table-row table:number-rows-repeated="2" table:visibility="filter">'
        '<table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="1"/>'
        '<table:table-cell table:number-columns-repeated="16380"/></table:table-row></table:table-header-rows>'
        '<table:table-row table:number-rows-repeated="1048572"/>'
    )
    sheet = read_sheets(zipped(ods(table)), "a")[0]
    assert sheet.rows == [[""] * 4] * 2 + [["", "", 1.0, 1.0]] * 2
    assert sheet.hidden_columns == {2}
    assert sheet.hidden_rows == {2, 3}


@pytest.mark.parametrize(
    ("rows", "columns"),
    [
        pytest.param(1, 300, id="columns"),
        pytest.param(1_048_576, 1, id="rows"),
        pytest.param(90_000, 250, id="cells"),
    ],
)
def test_filled_repeats_beyond_any_report_are_refused(zipped, rows, columns):
    table = (
        f'<table:table-row table:number-rows-repeated="{rows}"><table:table-cell office:value-type="float" '
        f'office:value="1" table:number-columns-repeated="{columns}"/></table:table-row>'
    )
    with pytest.raises(UnreadableFileError, match=r"its sheet A reaches over"):
        read_sheets(zipped(ods(table)), "a")

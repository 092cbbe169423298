import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats import read_sheets


@pytest.fixture
def sheets(written):
    return lambda html: read_sheets(written(html), "a.xls")


def rows_of(sheets, html):
    (sheet,) = sheets(html)
    return sheet.rows


def test_spans_become_merges_with_the_value_at_the_top_left(sheets):
    (sheet,) = sheets(
        "<table id=tableToExcel><thead><tr><th rowspan=2>TT<th rowspan='2'>Đơn vị<th colspan=2>Tiếp nhận</tr>"
        "<tr><th>Trực tuyến</th><th>Trực<br>tiếp</th></tr></thead>"
        "<tbody><tr><td>1<td>Sở Y tế<td>1.595<td>72,63%</table>"
    )
    assert sheet.name == "Bảng 1"
    assert sheet.rows == [
        ["TT", "Đơn vị", "Tiếp nhận", ""],
        ["", "", "Trực tuyến", "Trực\ntiếp"],
        ["1", "Sở Y tế", "1.595", "72,63%"],
    ]
    assert set(sheet.merges) == {((0, 0), (1, 0)), ((0, 1), (1, 1)), ((0, 2), (0, 3))}
    assert sheet.locator(2, 2) == "Bảng 1!C3"


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("&nbsp;", "", id="filler"),
        pytest.param(" 1 \n 595 ", "1 595", id="white space"),
        pytest.param("S&#7889; h&ocirc;m &amp; nay", "Số hôm & nay", id="entities"),
        pytest.param("<p>a</p><p>b</p>", "a\nb", id="paragraphs"),
        pytest.param("<b>1</b>.<font>595</font>", "1.595", id="inline"),
        pytest.param("<span style='display:none'>0005</span>5", "5", id="hidden sort key"),
        pytest.param("<span class='an x'>0005</span>5", "5", id="hidden by a class"),
        pytest.param("<input value='7'><input type=hidden value='8'>", "7", id="form field"),
        pytest.param("<select><option>a<option selected>b</select>", "b", id="choice"),
        pytest.param("<!-- x --><script>y()</script>1", "1", id="comment and script"),
        pytest.param("<td>", "", id="stray cell start"),
    ],
)
def test_the_text_of_a_cell_is_what_a_reader_sees(sheets, cell, expected):
    page = f"<style>.an, td.kin {{ display : none }}</style><table><tr><td>{cell}</td><td>x</td></tr></table>"
    assert rows_of(sheets, page)[0][0] == expected


def test_hidden_columns_and_rows_are_read_and_noted(sheets):
    (sheet,) = sheets(
        "<table><col><col style='display:none'><tr><td>a<td>b<td hidden>c<td>d</tr>"
        "<tr style='DISPLAY: none'><td>1<td>2<td hidden>3<td>4</tr>"
        "<tr><td>5<td>6<td hidden>7<td hidden>8</tr></table>"
    )
    assert sheet.rows == [["a", "b", "c", "d"], ["1", "2", "3", "4"], ["5", "6", "7", "8"]]
    assert sheet.hidden_columns == {1, 2}
    assert sheet.hidden_rows == {1}


def test_words_around_the_tables_stay_with_the_figures(sheets):
    (sheet,) = sheets(
        "<html><head><title>t</title></head><body>Đơn vị tính: hồ sơ<h3>BÁO CÁO</h3>"
        "<table><tr><td>UBND TỈNH</td><td>CỘNG HÒA XÃ HỘI</td></tr></table>"
        "<div>(Từ ngày 15/09/2025 đến ngày 14/10/2025)<table border=1><caption>Biểu 1</caption>"
        "<tr><td colspan=2>A<tr><td>B<td>1.595</table></div>"
        "<table><tr><td>Người lập<td>Giám đốc</table>Hết</body></html>"
    )
    assert [row[0] for row in sheet.rows] == [
        "Đơn vị tính: hồ sơ",
        "BÁO CÁO",
        "UBND TỈNH",
        "(Từ ngày 15/09/2025 đến ngày 14/10/2025)",
        "Biểu 1",
        "A",
        "B",
        "Người lập",
        "Hết",
    ]
    assert sheet.rows[6] == ["B", "1.595"]
    assert sheet.merges == (((5, 0), (5, 1)),)


def test_each_table_of_figures_is_a_sheet_of_its_own(sheets):
    found = sheets("<table><tr><td>a<td>1</table><p>Biểu 2</p><table><tr><td>b<td>2,5%</table>")
    assert [(sheet.name, sheet.rows) for sheet in found] == [
        ("Bảng 1", [["a", "1"]]),
        ("Bảng 2", [["Biểu 2", ""], ["b", "2,5%"]]),
    ]


def test_a_table_for_layout_is_no_sheet_and_a_nested_one_is(sheets):
    assert rows_of(sheets, "<table><tr><td><table><tr><td>a<td>1</table></td></tr></table>") == [["a", "1"]]


def test_tables_in_a_hidden_part_of_the_page_are_read(sheets):
    found = sheets("<div hidden>x<table><tr><td>a<td>1</table></div><table><tr><td>b<td>2</table>")
    assert [sheet.rows for sheet in found] == [[["a", "1"]], [["b", "2"]]]


def test_a_table_of_words_alone_is_still_a_sheet(sheets):
    assert rows_of(sheets, "<table><tr><td>Đơn vị<td>Kết quả</table>") == [["Đơn vị", "Kết quả"]]


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("<table><form><tr><td>a<td>1</tr></form></table>", id="form inside the table"),
        pytest.param("<TABLE><TR><TD>a</TD><TD>1</TABLE>", id="unclosed, upper case"),
        pytest.param('<?xml version="1.0" encoding="x"?><table><tr><td>a<td>1</table>', id="declaration"),
        pytest.param("<meta charset=koi8-r><table><tr><td>a<td>1</table>", id="wrong charset"),
    ],
)  # fmt: skip
def test_broken_markup_is_read_as_a_browser_shows_it(sheets, page):
    assert rows_of(sheets, page) == [["a", "1"]]


def test_spans_that_are_no_numbers_or_too_long(sheets):
    (sheet,) = sheets("<table><tr><td colspan=x>a<td rowspan=99>b<td colspan=0>c</table>")
    assert sheet.rows == [["a", "b", "c"]]
    assert sheet.merges == ()


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        pytest.param("<table><tr><td>a<td>1", "stops in the middle of a table", id="cut off"),
        pytest.param(
            "<table>" + "<tr><td colspan=200>1<td colspan=200>2" + "</table>", "reaches over", id="too wide"
        ),
        pytest.param("<table>" + "<tr><td>" * 100_001 + "</table>", "reaches over", id="too long"),
        pytest.param(
            "<table><tr><td>1" + "<div>" * 3000 + "2" + "</table>", "nested too deep", id="too deep"
        ),
    ],
)
def test_what_cannot_be_read_whole_is_refused(sheets, page, reason):
    with pytest.raises(UnreadableFileError, match=reason):
        sheets(page)

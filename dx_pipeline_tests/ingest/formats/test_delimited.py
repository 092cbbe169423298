import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest import guard
from dx_pipeline.ingest.formats import read_sheets
from dx_pipeline.ingest.formats.delimited import sheet_of_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Đơn vị;Tỷ lệ\nHà Nội;72,63\nHuế;5,1\n",
            [["Đơn vị", "Tỷ lệ"], ["Hà Nội", "72,63"], ["Huế", "5,1"]],
            id="; with decimal commas",
        ),
        pytest.param(
            "72,63;5,5\n1,5;2,25\n", [["72,63", "5,5"], ["1,5", "2,25"]], id="; with more commas than ;"
        ),
        pytest.param(
            "a,b\nc,d; e\nf,g\n", [["a", "b"], ["c", "d; e"], ["f", "g"]], id="comma, one ; in a text"
        ),
        pytest.param("a\tb\n1,5\t2;5\n", [["a", "b"], ["1,5", "2;5"]], id="tab"),
        pytest.param("a|b\n1|2\n", [["a", "b"], ["1", "2"]], id="bar"),
        pytest.param('a,b\n"72,63","x ""y"""\n', [["a", "b"], ["72,63", 'x "y"']], id="quotes"),
        pytest.param(
            "BÁO CÁO\nTháng 10, 2025\n\na;b\n1;2\n",
            [["BÁO CÁO", ""], ["Tháng 10, 2025", ""], ["", ""], ["a", "b"], ["1", "2"]],
            id="title above",
        ),
        pytest.param(
            "a;b;c\n1\n1;2;3;4\n",
            [["a", "b", "c", ""], ["1", "", "", ""], ["1", "2", "3", "4"]],
            id="ragged rows",
        ),
        pytest.param(
            "a;b;;\n1;2;;\n;;;\n\n", [["a", "b"], ["1", "2"]], id="empty columns and rows at the end"
        ),
        pytest.param("a;b\r1;2\r", [["a", "b"], ["1", "2"]], id="old Mac line ends"),
        pytest.param("một dòng\n", [["một dòng"]], id="no delimiter"),
    ],
)
def test_the_delimiter_is_told_by_its_use(text, expected):
    assert sheet_of_text(text, "a.csv").rows == expected


def test_cells_are_located_by_the_physical_line():
    sheet = sheet_of_text('a;b\n"x\ny";1\n\nz;2\n', "a.csv")
    assert sheet.rows == [["a", "b"], ["x\ny", "1"], ["", ""], ["z", "2"]]
    assert sheet.line_numbers == (1, 2, 4, 5)
    assert sheet.locator(3, 1) == "line 5, column B"


@pytest.mark.parametrize("first", ["sep=,", '"sep=,"', "SEP=,;;"])
def test_a_declared_delimiter_is_taken_and_its_line_counted(first):
    sheet = sheet_of_text(f"{first}\r\na;b,c\r\n1;2,3\r\n", "a.csv")
    assert sheet.rows == [["a;b", "c"], ["1;2", "3"]]
    assert sheet.line_numbers == (2, 3)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        pytest.param('a;b\n1;2\n"x;3\ny;4\n', 3, id="never closed"),
        pytest.param('a;b\n"x;3\n"y;4\n', 2, id="closed by the next one"),
        pytest.param('sep=;\na;b\n"x" y;3\n', 3, id="text behind, line of sep counted"),
        pytest.param('a;b\n1;"' + "x" * 200_000, 2, id="longer than any cell"),
    ],
)
def test_an_open_quotation_mark_is_an_error_with_its_line(text, line):
    with pytest.raises(UnreadableFileError, match=f"line {line}: a quotation mark") as caught:
        sheet_of_text(text, "a.csv")
    assert f"dòng {line}: dấu ngoặc kép" in caught.value.message_vi


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_file_comes_in_decoded(written, encoding):
    text = "Đơn vị;Số hồ sơ đã giải quyết\nThành phố Hà Nội;1\n"
    assert read_sheets(written(text.encode(encoding)), "a.xls")[0].rows[1] == ["Thành phố Hà Nội", "1"]


def test_a_table_larger_than_any_report_is_refused(written, monkeypatch):
    monkeypatch.setattr(guard, "MAX_TEXT_TABLE_BYTES", 3)
    with pytest.raises(UnreadableFileError, match="as a table of figures it has 4 bytes"):
        read_sheets(written("a;b\n"), "a.csv")


letters = st.characters(blacklist_categories=("C", "Z")) | st.sampled_from(' \n";,')
cells = st.text(letters, max_size=8)


@given(st.lists(st.lists(cells, min_size=2, max_size=4), min_size=1, max_size=6), st.sampled_from(";,\t|"))
def test_what_a_program_writes_is_read_back(rows, delimiter):
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter, quoting=csv.QUOTE_ALL).writerows(rows)
    read = sheet_of_text(f"sep={delimiter}\r\n{text.getvalue()}", "a.csv").rows
    width = max((index + 1 for row in rows for index, cell in enumerate(row) if cell), default=0)
    padded = [[*row, *[""] * width][:width] for row in rows]
    assert read == padded[: len(read)]
    assert not any(any(row) for row in padded[len(read) :])

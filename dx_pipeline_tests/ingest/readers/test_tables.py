from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from dx_pipeline.catalogue.text import heading_key
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.readers.header_row import Columns
from dx_pipeline.ingest.readers.tables import read_lines, read_table
from dx_pipeline_tests.ingest.formats.legacy_text import ENCODERS

REQUIRED = {"Tỉnh", "Số hồ sơ"}


@pytest.fixture
def lines(tmp_path):
    def reading(content: str | bytes, **options):
        path = tmp_path / "x.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return list(read_lines(path, "x.csv", REQUIRED, **options))

    return reading


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_the_header_tells_the_delimiter(lines, delimiter: str) -> None:
    rows = [["Tỉnh", "Số hồ sơ"], ["Quảng Trị", '"1,5"'], ["Đắk Lắk; Gia Lai", "1|2"]]
    quoted = [
        [f'"{cell}"' if delimiter in cell and '"' not in cell else cell for cell in row] for row in rows
    ]
    found = lines("\n".join(delimiter.join(row) for row in quoted))
    assert [line.cells for line in found] == [
        {"Tỉnh": "Quảng Trị", "Số hồ sơ": "1,5"},
        {"Tỉnh": "Đắk Lắk; Gia Lai", "Số hồ sơ": "1|2"},
    ]
    assert not any(line.is_ragged for line in found)


@pytest.mark.parametrize("encoding", ENCODERS)
def test_every_encoding(lines, encoding: str) -> None:
    text = "Tỉnh;Số hồ sơ\nQuảng Trị;1.595\nĐà Nẵng;72,63\nHải Phòng;7,5\n"
    assert [line.cells["Tỉnh"] for line in lines(ENCODERS[encoding](text))] == [
        "Quảng Trị",
        "Đà Nẵng",
        "Hải Phòng",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("sep=;\nTỉnh;Số hồ sơ\nHuế;5\n", id="sep="),
        pytest.param("SỐ LIỆU THÁNG 10\n\nTỈNH;SỐ HỒ SƠ (1)\nHuế;5\n", id="title above, capitals, footnote"),
        pytest.param("\ufeffTỉnh;Số hồ sơ;;\nHuế;5;;\n;;;\n", id="mark, empty columns and lines"),
        pytest.param('Tỉnh;"Số\nhồ sơ"\nHuế;5\nTỉnh;"Số\nhồ sơ"\n', id="header over two lines, repeated"),
        pytest.param("Địa phương;HS\nHuế;5\n", id="aliases"),
    ],
)
def test_the_same_table_as_people_save_it(lines, text: str) -> None:
    (line,) = lines(text, aliases={"địa phương": "Tỉnh", heading_key("HS"): "Số hồ sơ"})
    assert line.cells == {"Tỉnh": "Huế", "Số hồ sơ": "5"}


def test_lines_are_numbered_as_in_the_file(lines) -> None:
    first, second = lines('sep=;\nTỉnh;Số hồ sơ\nHuế;5\n\nLào Cai;"6"\n')
    assert (first.number, first.locator("Tỉnh"), second.locator()) == (3, "line 3:Tỉnh", "line 5")
    assert second.place_vi("Số hồ sơ") == "Dòng 5, cột Số hồ sơ"


@pytest.mark.parametrize("row", ["Huế,1,5", "Huế"], ids=["decimal comma between commas", "too few"])
def test_a_line_with_another_number_of_cells_is_ragged(lines, row: str) -> None:
    (line,) = lines(f"Tỉnh,Số hồ sơ\n{row}\n")
    assert line.is_ragged
    assert line.ragged_cell().raw_text == row


def test_cells_without_a_heading_keep_their_column(lines) -> None:
    (line,) = lines("Tỉnh;Số hồ sơ;\nHuế;5;9\n")
    assert line.cells["column C"] == "9"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param(
            "Tỉnh;Số HS tiếp nhận\nHuế;5\n",
            "line 1: column Số hồ sơ is missing; found Tỉnh, Số HS tiếp nhận; not known: Số HS tiếp nhận; .*"
            'header_map: {"Số HS tiếp nhận": Số hồ sơ}',
            id="renamed",
        ),
        pytest.param("Tỉnh;Tỉnh;Số hồ sơ\nHuế;Huế;5\n", "column Tỉnh stands twice", id="twice"),
        pytest.param("", "is missing; found nothing", id="empty"),
        pytest.param('Tỉnh;Số hồ sơ\n"Huế;5\n', "line 2", id="unclosed quotation mark"),
        pytest.param('Tỉnh;Số hồ sơ\n"Huế;5\nHà Nội;7\n', "line 2", id="unclosed, named where it opens"),
    ],
)
def test_what_is_refused(lines, text: str, message: str) -> None:
    with pytest.raises(UnreadableFileError, match=message) as caught:
        lines(text)
    assert "x.csv" in caught.value.message_vi


def test_a_workbook_keeps_numbers_and_places(tmp_path) -> None:
    workbook = Workbook()
    workbook.active.title = "S1"
    for row in (["BẢNG"], ["Tỉnh", "Số hồ sơ"], ["Huế", 5], ["Tỉnh", "Số hồ sơ"], ["Lào Cai", "1.000"]):
        workbook.active.append(row)
    path = tmp_path / "x.csv"
    workbook.save(path)
    table = read_table(path, "x.csv", Columns(frozenset(REQUIRED), frozenset({"Ghi chú"})))
    assert [(line.cells["Số hồ sơ"], line.locator("Số hồ sơ")) for line in table.lines] == [
        (5, "S1!B3"),
        ("1.000", "S1!B5"),
    ]
    assert table.columns == REQUIRED
    assert table.left_out == []


@given(
    content=st.binary(max_size=200)
    | st.text('Tỉnh;Số hồ sơ,"\n\t|=sep\r0', max_size=80).map(
        lambda text: ("Tỉnh;Số hồ sơ\n" + text).encode()
    )
)
def test_no_bytes_break_it(tmp_path, content: bytes) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    try:
        table = read_table(path, "x.csv", Columns(frozenset(REQUIRED)))
    except UnreadableFileError:
        return
    assert table.columns == REQUIRED

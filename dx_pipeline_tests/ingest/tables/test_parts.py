"""The small parts of the table engine: headings, labels, column numbers, texts above a table."""

from __future__ import annotations

import pytest

from dx_pipeline.catalogue.expressions import parse_equation, parse_ratio, parse_sum
from dx_pipeline.catalogue.source_models import TableColumn
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.tables import find_tables, labels, looks_like_figure
from dx_pipeline.ingest.tables.column_numbers import column_number, is_number_row
from dx_pipeline.ingest.tables.columns import ColumnIndex, map_entry
from dx_pipeline.ingest.tables.headings import Heading, read_headings
from dx_pipeline.ingest.tables.preamble import period_texts, placed_texts, unit_line
from dx_pipeline.ingest.tables.reports import range_locator

COLUMNS = {
    "area_name": TableColumn(headings=("Đơn vị", "Tên đơn vị")),
    "received": TableColumn(headings=("Tiếp nhận > Tổng số",)),
    "online": TableColumn(headings=("Tiếp nhận > Trực tuyến",)),
    "resolved": TableColumn(headings=("Đã giải quyết > Tổng số",)),
}
INDEX = ColumnIndex(COLUMNS, {"Số hồ sơ đã nhận": "received"})
HEADINGS = (["Đơn vị", "Tiếp nhận", "", "Đã giải quyết"], ["", "Tổng số", "Trực tuyến", "Tổng số"])
DATA = ["Sở Y tế", 5.0, 3.0, 2.0]


def texts(*lines):
    return placed_texts(Sheet("A", [[line] for line in lines]), 0, len(lines))


def test_an_empty_cell_right_of_a_group_belongs_to_it_if_it_has_a_heading_below():
    found = read_headings(Sheet("A", [["Nhóm", "", "", "Khác"], ["a", "b", "", "c"]]), 0, 2)
    assert {column: heading.path for column, heading in found.items()} == {
        0: "Nhóm > a",
        1: "Nhóm > b",
        3: "Khác > c",
    }


def test_a_merge_says_where_a_group_ends():
    sheet = Sheet("A", [["Nhóm", "", "", ""], ["a", "b", "Ghi chú", ""]], (((0, 0), (0, 1)),))
    assert read_headings(sheet, 0, 2)[2].levels == ("Ghi chú",)


@pytest.mark.parametrize("above", [0, 1, 25, 39], ids="{} rows above".format)
def test_a_table_is_found_wherever_it_starts(above):
    rows = [["x", "", "", ""] for _ in range(above)] + [*map(list, HEADINGS), list(DATA)]
    (table,) = find_tables(Sheet("A", rows), INDEX)
    assert (table.heading_row, table.depth, table.columns) == (
        above,
        2,
        {"area_name": 0, "received": 1, "online": 2, "resolved": 3},
    )
    assert table.missing == ()


def test_the_header_map_makes_a_heading_known():
    (table,) = find_tables(Sheet("A", [["Đơn vị", "Số hồ sơ đã nhận"], ["x", 1.0]]), INDEX)
    assert table.columns == {"area_name": 0, "received": 1}
    assert table.missing == ("online", "resolved")


def test_a_group_above_is_never_left_out_of_sight():
    rows = [
        ["", "Quý trước", "", "Quý này", ""],
        ["Đơn vị", "Số hồ sơ đã nhận", "x", "Số hồ sơ đã nhận", "x"],
    ]
    sheet = Sheet("A", [*rows, ["Sở Y tế", 1.0, 2.0, 3.0, 4.0]], (((0, 1), (0, 2)), ((0, 3), (0, 4))))
    table = next(iter(find_tables(sheet, INDEX)), None)
    assert table is None or "received" not in table.columns or table.match.repeated


def test_two_tables_on_a_sheet_are_both_found():
    second = [["Đơn vị", "Đã giải quyết", "Tiếp nhận", ""], ["", "Tổng số", "Trực tuyến", "Tổng số"]]
    rows = [*map(list, HEADINGS), list(DATA), ["", "", "", ""], *second, ["Sở Y tế", 2.0, 3.0, 5.0]]
    first, other = find_tables(Sheet("A", rows), INDEX)
    assert (first.end_row, other.heading_row) == (4, 4)
    assert other.columns == {"area_name": 0, "resolved": 1, "online": 2, "received": 3}


def test_a_repeated_heading_is_no_second_table():
    rows = [*map(list, HEADINGS), list(DATA), *map(list, HEADINGS), list(DATA)]
    assert len(find_tables(Sheet("A", rows), INDEX)) == 1


def test_the_proposed_entry_is_yaml_with_the_closest_field():
    heading = Heading(3, 2, ("Tiếp nhận", "Tổng số hồ sơ"), ("tiếp nhận", "tổng số hồ sơ"))
    assert INDEX.closest(heading, {"received", "online"}) == "received"
    assert map_entry(heading, "received") == 'header_map: {"Tiếp nhận > Tổng số hồ sơ": received}'


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("Tổng cộng", True),
        ("TỔNG SỐ:", True),
        ("Cộng", True),
        ("Tổng", True),
        ("Toàn tỉnh", True),
        ("Cả nước", True),
        ("Tổng cộng (I+II)", True),
        ("Cộng mục I", True),
        ("Tổng công ty Điện lực", False),
        ("Tổng cục Thuế", False),
        ("Xã Cộng Hòa", False),
        ("Cộng Hòa", False),
        ("Toàn Thắng", False),
    ],
)
def test_totals_are_told_by_their_label(label, expected):
    assert labels.is_total(label) is expected


@pytest.mark.parametrize(
    ("number", "label", "has_figures", "expected"),
    [
        ("I", "Sở, ban, ngành", True, ("roman", "Sở, ban, ngành")),
        ("IV.", "Cấp xã", False, ("roman", "Cấp xã")),
        ("A", "Cấp tỉnh", False, ("letter", "Cấp tỉnh")),
        ("", "II. Cấp xã", False, ("roman", "Cấp xã")),
        ("II Cấp xã", "II Cấp xã", False, ("roman", "Cấp xã")),
        ("", "A Lưới", True, None),
        (1.0, "Sở Y tế", True, None),
        ("1", "I. Sở", True, None),
    ],
)
def test_sections_are_told_by_their_mark(number, label, has_figures, expected):
    mark = labels.section_mark(number, label, has_figures=has_figures)
    assert (mark and (mark.style, mark.words)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ghi chú: x",
        "Quảng Trị, ngày 05 tháng 11 năm 2025",
        "Quảng Trị, ngày … tháng … năm 2025",
        "NGƯỜI LẬP BIỂU",
        "KT. CHỦ TỊCH",
        "Nơi nhận:",
    ],
)
def test_the_end_of_a_table(text):
    assert labels.ends_table([text])


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("(3)", 3),
        ("3", 3),
        (3.0, 3),
        (-3.0, 3),
        ("(3)=(4)+(5)+(6)", 3),
        ("(11) = (12) + (13)", 11),
        ("3 = 7 + 11", 3),
        ("1.595", None),
        ("Sở Y tế", None),
        (2.5, None),
        (1595.0, None),
    ],
)
def test_column_numbers(cell, expected):
    assert column_number(cell) == expected


@pytest.mark.parametrize(
    ("cells", "is_below", "expected"),
    [
        (["(1)", "(2)", "(3)"], False, True),
        (["A", "B", 1.0, 2.0], True, True),
        ([1.0, 2.0, 3.0], True, True),
        ([1.0, 2.0, 3.0], False, False),
        ([1.0, 5.0, 3.0], True, False),
        ([1.0, "Sở Y tế", 3.0], True, False),
        (["", "", "(3)=(4)+(5)"], False, True),
        (["", "", ""], True, False),
    ],
)
def test_rows_of_column_numbers(cells, is_below, expected):
    assert is_number_row(cells, is_below_heading=is_below) is expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        (1.0, True),
        ("1.595", True),
        ("72,63%", True),
        ("hơn 8.130", True),
        ("7,5 triệu", True),
        ("21/84", True),
        ("Quảng Trị, ngày 05 tháng 11 năm 2025", False),
        ("Người lập biểu", False),
        (True, False),
        ("", False),
    ],
)
def test_what_looks_like_a_figure(cell, expected):
    assert looks_like_figure(cell) is expected


@pytest.mark.parametrize(
    ("line", "factor"),
    [
        ("Đơn vị tính: Số hồ sơ TTHC", 1),
        ("ĐVT: nghìn hồ sơ", 1000),
        ("(Đơn vị tính: 1.000 hồ sơ)", 1000),
        ("Đơn vị tính: triệu hồ sơ", 1_000_000),
        ("Đơn vị tính: hồ sơ, %", 1),
        ("Đơn vị tính: tá", None),
        ("Đơn vị tính: triệu đồng", None),
        ("Đơn vị tính: hồ sơ, nghìn hồ sơ", None),
    ],
)
def test_unit_lines(line, factor):
    unit = unit_line(texts("BÁO CÁO", line), ["hồ sơ", "%", "tổ"])
    assert unit is not None
    assert unit.factor == factor


@pytest.mark.parametrize("line", ["Đơn vị tính: …", "Đơn vị báo cáo: UBND tỉnh", "Đơn vị tính:"])
def test_no_unit_line(line):
    assert unit_line(texts(line), ["hồ sơ"]) is None


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("(Từ ngày 15/09/2025 đến ngày 14/10/2025)", 1),
        ("Tháng 10/2025", 1),
        ("Kỳ báo cáo: Quý III/2025", 1),
        ("THEO QUYẾT ĐỊNH SỐ 766/QĐ-TTG NGÀY 23/06/2022", 0),
        ("Thông tư số 01/2020/TT-VPCP", 0),
        ("Quảng Trị, ngày 05 tháng 11 năm 2025", 0),
        ("Quảng Trị, ngày … tháng … năm 2025", 0),
        ("(Thống kê hàng tháng, quý, 6 tháng, 9 tháng, năm, hàng năm)", 0),
    ],
)
def test_texts_that_name_a_period(line, count):
    assert len(list(period_texts(texts(line)))) == count


@pytest.mark.parametrize(
    ("sheet", "expected"),
    [
        (Sheet("A", [[""] * 6] * 9), "A!C2:F8"),
        (Sheet("", [[""] * 6] * 9), "line 2-8, column C-F"),
        (Sheet("", [[""] * 6] * 9, line_numbers=tuple(range(10, 19))), "line 11-17, column C-F"),
    ],
    ids=["sheet", "text", "text-with-long-lines"],
)
def test_ranges(sheet, expected):
    assert range_locator(sheet, [1, 7], [5, 2]) == expected


def test_expressions():
    assert parse_sum("(early + on_time)") == ("early", "on_time")
    assert str(parse_equation("a = b + c")) == "a = b + c"
    assert parse_ratio("a / (b + c)").denominator == ("b", "c")


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_sum, "a - b"),
        (parse_sum, ""),
        (parse_equation, "a"),
        (parse_equation, "a = b = c"),
        (parse_ratio, "a"),
    ],
)
def test_what_is_no_expression_says_so(parse, text):
    with pytest.raises(ValueError, match="is not a"):
        parse(text)

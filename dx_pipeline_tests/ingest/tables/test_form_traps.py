"""What people do to a form, one trap at a time: what still comes out, and what is said with which cell."""

from __future__ import annotations

import pytest

from dx_pipeline_tests.ingest.tables.sheets import (
    CIVIL,
    FIRST_ROW,
    FORM_BODY,
    FORM_HEADINGS,
    FORMULAS,
    LAND,
    LAND_COMMUNE,
    NUMBERS,
    SECTION_PROVINCE,
    TAIL,
    TOTAL,
    figures,
    form,
    read,
    said,
)

RECEIVED = "DOS_RECV_INCL_CARRIED_CNT"
SUBTOTAL = ("I", "Cấp tỉnh", 1100.0, 960.0, 80.0, 60.0, 980.0, 850.0, 125.0, 5.0, 120.0, 115.0, 5.0)


@pytest.fixture
def whole(catalogue):
    return figures(read(form(), "form_ii06a", catalogue))


def edited(row, column, value, body=FORM_BODY):
    cells = [list(item) for item in body]
    cells[row][column] = value
    return cells


@pytest.mark.parametrize(
    "body",
    [
        pytest.param((TOTAL, *FORM_BODY[:5], *TAIL), id="total-at-the-top"),
        pytest.param((TOTAL, *FORM_BODY), id="total-at-both-ends"),
        pytest.param(("", *FORM_BODY[1:5]), id="no-sections-no-total"),
        pytest.param((SUBTOTAL, *FORM_BODY[1:]), id="section-row-with-its-sum"),
        pytest.param((*FORM_BODY[:3], (), (), *FORM_BODY[3:]), id="blank-rows"),
        pytest.param(
            (*FORM_BODY[:3], *FORM_HEADINGS, NUMBERS, FORMULAS, *FORM_BODY[3:]), id="headings-on-page-2"
        ),
        pytest.param(
            (*FORM_BODY[:3], *FORM_HEADINGS, NUMBERS, *FORM_BODY[3:6], TOTAL), id="total-repeated-on-page-2"
        ),
        pytest.param(
            (*FORM_BODY[:3], ("Cộng", "", *SUBTOTAL[2:]), *FORM_BODY[3:]), id="section-total-below-its-rows"
        ),
        pytest.param(
            (*FORM_BODY[:3], ("Cộng trang 1", "", *SUBTOTAL[2:]), *FORM_BODY[3:]), id="total-of-a-page"
        ),
        pytest.param(
            (("I. Cấp tỉnh",), *FORM_BODY[1:3], ("II. Cấp xã",), *FORM_BODY[4:]), id="section-in-one-cell"
        ),
        pytest.param((("A", "Khối A"), *FORM_BODY), id="sections-in-sections"),
    ],
)
def test_what_is_no_figure_is_not_counted(catalogue, whole, body):
    result = read(form(body), "form_ii06a", catalogue)
    assert figures(result) == whole
    assert result.unread_cells == []


def test_parts_of_a_row_count_and_the_row_is_their_check(catalogue):
    whole_row = (*LAND[:2], *(2 * figure for figure in LAND[2:]))
    body = [SECTION_PROVINCE, whole_row, (1.1, "Đất ở", *LAND[2:]), (1.2, "Đất khác", *LAND[2:])]
    result = read(form(body), "form_ii06a", catalogue)
    assert figures(result)[RECEIVED] == 200
    assert result.unread_cells == []


@pytest.mark.parametrize(
    ("row", "column", "cell"),
    [
        pytest.param(5, 9, "Biểu 06a!J18", id="total"),
        pytest.param(0, 9, "Biểu 06a!J13", id="section"),
    ],
)
def test_a_total_off_its_rows_is_a_warning_with_both_figures(catalogue, whole, row, column, cell):
    body = edited(row, column, 7.0, (SUBTOTAL, *FORM_BODY[1:]))
    result = read(form(body), "form_ii06a", catalogue)
    assert figures(result) == whole
    assert said(result, "WARN") == [("total_matches_parts", cell)]
    warning = next(item for item in result.unread_cells if item.severity == "WARN")
    assert "7" in warning.message_vi
    assert ("6" if row else "5") in warning.message_vi
    assert said(result, "ERROR") == [("form_equation", f"Biểu 06a!G{FIRST_ROW + row + 1}")]


def test_totals_of_two_pages_that_differ_are_reported(catalogue, whole):
    other = [*TOTAL[:2], *(figure + 1 for figure in TOTAL[2:])]
    result = read(form((other, *FORM_BODY)), "form_ii06a", catalogue)
    assert figures(result) == whole
    assert ("total_matches_parts", "Biểu 06a!C13") in said(result, "WARN")


def test_a_row_that_breaks_an_equation_stops_the_sums_of_its_columns(catalogue, whole):
    result = read(form(edited(1, 6, 81.0)), "form_ii06a", catalogue)
    lost = set(whole) - set(figures(result))
    assert lost == {
        RECEIVED, "DOS_DONE_CNT", "DOS_DONE_ONTIME_CNT", "DOS_DONE_LATE_CNT", "DOS_PEND_CNT", "DOS_ONTIME_RATE",
    }  # fmt: skip
    message = next(cell for cell in result.unread_cells if cell.rule == "form_equation").message_vi
    assert "G14 «81»" in message
    assert "H14 «50» + I14 «25» + J14 «5» = 80" in message


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        pytest.param("không rõ", "readable_value", id="words"),
        pytest.param("", "readable_value", id="blank-among-figures"),
    ],
)
def test_a_part_that_is_no_figure_stops_its_sum_only(catalogue, whole, cell, rule):
    result = read(form(edited(1, 12, cell)), "form_ii06a", catalogue)
    assert set(whole) - set(figures(result)) == {"DOS_PEND_OVERDUE_CNT"}
    assert said(result) == [(rule, "Biểu 06a!M14")]
    assert "3" in result.unread_cells[0].message_vi


@pytest.mark.parametrize("cell", ["KPS", "Không phát sinh", "0"])
def test_nothing_arose_is_zero(catalogue, cell):
    result = read(form(edited(2, 9, cell)), "form_ii06a", catalogue)
    assert figures(result)["DOS_DONE_LATE_CNT"] == 6
    assert result.unread_cells == []


def test_a_row_without_figures_is_not_reporting(catalogue, whole):
    result = read(form((*FORM_BODY[:3], (3.0, "Xây dựng"), *FORM_BODY[3:])), "form_ii06a", catalogue)
    assert figures(result) == whole
    assert [(cell.severity, cell.locator) for cell in result.unread_cells] == [("WARN", "Biểu 06a!B16")]


@pytest.mark.parametrize(
    ("body", "cell"),
    [
        pytest.param((*FORM_BODY, (3.0, "Xây dựng", *LAND[2:])), "Biểu 06a!C23", id="below-the-signatures"),
        pytest.param(
            (*FORM_BODY[:3], ("", "", *LAND[2:]), *FORM_BODY[3:]), "Biểu 06a!C16", id="without-a-name"
        ),
        pytest.param(
            (*FORM_BODY[:2], ("", "Trong đó: cấp sổ", *LAND[2:]), *FORM_BODY[2:]),
            "Biểu 06a!C15",
            id="of-which",
        ),
        pytest.param(
            (*FORM_BODY[:2], ("", "- Cấp sổ lần đầu", *LAND[2:]), *FORM_BODY[2:]),
            "Biểu 06a!C15",
            id="an-item-below",
        ),
    ],
)
def test_figures_that_are_not_counted_are_reported(catalogue, body, cell):
    result = read(form(body), "form_ii06a", catalogue)
    assert ("readable_value", cell) in said(result, "ERROR")


@pytest.mark.parametrize("label", ["Trong đó: cấp sổ", ""])
def test_a_row_of_doubtful_meaning_stops_every_sum(catalogue, label):
    result = read(form((*FORM_BODY[:2], ("", label, *LAND[2:]), *FORM_BODY[2:])), "form_ii06a", catalogue)
    assert result.observations == []


def test_a_heading_that_is_not_known_is_shown_with_the_entry_to_add(catalogue):
    sheet = form()
    sheet.rows[9][3] = "Nộp trực tuyến"
    result = read(sheet, "form_ii06a", catalogue)
    assert "DOS_RECV_ONLINE_CNT" not in figures(result)
    assert figures(result)[RECEIVED] == 1110
    missing, unknown = result.unread_cells
    assert (missing.rule, missing.indicator_code) == ("known_indicator", "DOS_RECV_ONLINE_CNT")
    assert "missing: «Tiếp nhận > Trực tuyến»" in missing.message_en
    assert "unknown: «Tiếp nhận > Trong kỳ > Nộp trực tuyến» (Biểu 06a!D10)" in missing.message_en
    assert 'header_map: {"Tiếp nhận > Trong kỳ > Nộp trực tuyến": online}' in missing.message_en
    assert unknown.locator == "Biểu 06a!D14"
    assert "Biểu 06a!D14:D17" in unknown.message_vi


def test_the_entry_it_proposes_makes_the_heading_known(catalogue, whole):
    sheet = form()
    sheet.rows[9][3] = "Nộp trực tuyến"
    source = catalogue.sources["form_ii06a"].model_copy(
        update={"header_map": {"Tiếp nhận > Trong kỳ > Nộp trực tuyến": "online"}}
    )
    result = read(sheet, source, catalogue)
    assert figures(result) == whole
    assert result.unread_cells == []


@pytest.mark.parametrize(
    "heading",
    ["Quá hạn (1)", "Quá hạn*", "Quá\nhạn", "QUÁ HẠN", "Quá  hạn ", "Quá hạn¹"],
    ids=["footnote", "star", "line-break", "capitals", "spaces", "superscript"],
)
def test_marks_and_line_breaks_in_headings_do_not_matter(catalogue, whole, heading):
    sheet = form()
    sheet.rows[8][9] = heading
    result = read(sheet, "form_ii06a", catalogue)
    assert figures(result) == whole
    assert result.unread_cells == []


def widened(sheet, heading, cells, hidden=False):
    for row in sheet.rows:
        row.append("")
    sheet.rows[7][-1] = heading
    for row, cell in cells.items():
        sheet.rows[row][-1] = cell
    return type(sheet)(
        sheet.name,
        sheet.rows,
        sheet.merges,
        hidden_columns=frozenset({len(sheet.rows[0]) - 1} if hidden else ()),
    )


def test_an_unknown_column_is_a_problem_only_with_figures(catalogue, whole):
    without = read(widened(form(), "Ý kiến", {13: "tốt"}), "form_ii06a", catalogue)
    assert (figures(without), without.unread_cells) == (whole, [])
    with_figures = read(widened(form(), "Hồ sơ khác", {13: 1.0, 14: 2.0}), "form_ii06a", catalogue)
    assert figures(with_figures) == whole
    assert said(with_figures) == [("known_indicator", "Biểu 06a!N14")]
    assert "2 figures in Biểu 06a!N14:N15" in with_figures.unread_cells[0].message_en


def test_a_column_without_heading_is_reported_if_it_has_figures(catalogue, whole):
    result = read(widened(form(), "", {13: 1.0}), "form_ii06a", catalogue)
    assert figures(result) == whole
    assert "no heading" in result.unread_cells[0].message_en


def test_a_hidden_column_that_repeats_a_heading_is_reported_and_not_counted_twice(catalogue, whole):
    sheet = form()
    repeated = {row: sheet.rows[row][2] for row in range(13, 17)}
    for row in sheet.rows:
        row.append("")
    for row, cell in repeated.items():
        sheet.rows[row][13] = cell
    sheet.rows[7][13] = "Tiếp nhận"
    sheet.rows[8][13] = "Tổng số"
    hidden = type(sheet)(sheet.name, sheet.rows, sheet.merges, hidden_columns=frozenset({13}))
    same = read(hidden, "form_ii06a", catalogue)
    assert figures(same) == whole
    assert [(cell.severity, cell.locator) for cell in same.unread_cells] == [("WARN", "Biểu 06a!N9")]
    sheet.rows[13][13] = 99.0
    other = read(hidden, "form_ii06a", catalogue)
    assert RECEIVED not in figures(other)
    assert ("known_indicator", "Biểu 06a!N9") in said(other, "ERROR")


def test_hidden_columns_are_read(catalogue, whole):
    assert figures(read(form(hidden=frozenset({2, 3})), "form_ii06a", catalogue)) == whole


def test_column_numbers_that_contradict_the_headings_stop_their_figures(catalogue):
    sheet = form()
    sheet.rows[10][4], sheet.rows[10][5] = "(6)", "(5)"
    result = read(sheet, "form_ii06a", catalogue)
    assert {"DOS_RECV_DIRECT_POST_CNT", "DOS_CARRIED_OVER_CNT"}.isdisjoint(figures(result))
    assert figures(result)[RECEIVED] == 1110
    assert {("known_indicator", "Biểu 06a!E11"), ("known_indicator", "Biểu 06a!F11")} <= set(said(result))


@pytest.mark.parametrize(
    "numbers",
    [
        pytest.param([float(number) for number in range(1, 14)], id="bare"),
        pytest.param([-float(number) for number in range(1, 14)], id="typed-in-brackets"),
        pytest.param(["A", "B", *(f"({number})" for number in range(3, 14))], id="letters"),
        pytest.param(["" for _ in range(13)], id="none"),
    ],
)
def test_rows_of_column_numbers_are_no_figures(catalogue, whole, numbers):
    sheet = form()
    sheet.rows[10] = list(numbers)
    result = read(sheet, "form_ii06a", catalogue)
    assert figures(result) == whole
    assert result.unread_cells == []


def in_thousands():
    return [
        [cell / 1000 if isinstance(cell, float) and at > 1 else cell for at, cell in enumerate(row)]
        for row in FORM_BODY
    ]


def test_a_unit_line_in_thousands_multiplies(catalogue, whole):
    sheet = form(edited(2, 2, 1.0, in_thousands()))
    sheet.rows[6][10] = "Đơn vị tính: nghìn hồ sơ"
    assert figures(read(sheet, "form_ii06a", catalogue)) == pytest.approx(whole)


def test_a_unit_line_that_is_not_understood_refuses_the_table(catalogue):
    sheet = form()
    sheet.rows[6][10] = "Đơn vị tính: tá"
    result = read(sheet, "form_ii06a", catalogue)
    assert figures(result) == {}
    assert {cell.locator for cell in result.unread_cells} == {"Biểu 06a!K7"}
    assert all("tá" in cell.message_vi for cell in result.unread_cells)


def test_a_short_form_of_three_rows(catalogue):
    result = read(form((LAND, CIVIL, LAND_COMMUNE)), "form_ii06a", catalogue)
    assert figures(result)[RECEIVED] == 1110

"""Tables of offices: sections and their scopes, printed shares, communes among the rows."""

from __future__ import annotations

from datetime import date

import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import Hints
from dx_pipeline.ingest.period_text import filed
from dx_pipeline_tests.ingest.tables.sheets import PROGRESS_BODY, figures, office, progress, read, said

SOURCE = "one_stop_progress"


def edited(row, column, value):
    cells = [list(item) for item in PROGRESS_BODY]
    cells[row][column] = value
    return cells


def test_a_share_off_its_own_counts_is_a_warning_at_its_cell(catalogue):
    result = read(progress(edited(2, 6, 70.0)), SOURCE, catalogue)
    assert said(result, "WARN") == [("rate_matches_counts", "Sheet1!G9")]
    assert figures(result)["DOS_ONLINE_RATE"] == pytest.approx(100 * 260 / 375)


def test_a_share_within_rounding_is_not(catalogue):
    assert read(progress(edited(2, 6, 62.54)), SOURCE, catalogue).unread_cells == []


def test_the_share_of_a_total_is_checked_against_summed_counts(catalogue):
    result = read(progress(edited(0, 6, 68.0)), SOURCE, catalogue)
    assert ("total_matches_parts", "Sheet1!G7") in said(result, "WARN")


def test_an_empty_cell_of_the_software_is_zero(catalogue):
    body = edited(3, 5, "")
    body[0] = []
    result = read(progress(body), SOURCE, catalogue)
    assert figures(result)["DOS_RECV_POST_CNT"] == 20


def test_a_commune_level_row_of_no_commune_counts_in_the_sums_only(catalogue):
    result = read(progress(edited(5, 2, "Trung tâm phục vụ hành chính công")), SOURCE, catalogue)
    assert said(result) == [("known_area", "Sheet1!C12")]
    assert result.unread_cells[0].severity == "WARN"
    assert figures(result, "commune_level")["DOS_RECV_CNT"] == 130
    assert {item.area_code for item in result.all_observations() if item.area_level == "commune"} == {"19702"}


def test_a_section_with_figures_and_no_rows_is_a_row(catalogue):
    alone = ("II", "", "Văn phòng đăng ký đất đai", *office("", "", "", 10, 0, 0, 5, 5, 1, 1, 1)[3:])
    body = [*PROGRESS_BODY[1:4], alone, *PROGRESS_BODY[4:]]
    result = read(progress(body), SOURCE, catalogue)
    assert figures(result)["DOS_RECV_CNT"] == 385
    assert figures(result, "commune_level")["DOS_RECV_CNT"] == 130


def test_a_commune_called_like_a_section_is_a_row(catalogue):
    body = [("IV", "", "Cấp xã"), office(1.0, "H", "Xã A Dơi", 1, 1, 1, 1, 1, 1, 1, 1)]
    result = read(progress(body), SOURCE, catalogue)
    assert figures(result, "commune_level")["DOS_RECV_CNT"] == 3


def test_text_sections_without_marks_are_known_by_the_catalogue(catalogue):
    body = [*PROGRESS_BODY[1:4], ("", "", "UBND cấp xã"), *PROGRESS_BODY[5:7]]
    assert figures(read(progress(body), SOURCE, catalogue), "commune_level")["DOS_RECV_CNT"] == 130


def test_only_shares_and_no_counts_give_no_sum(catalogue):
    sheet = progress()
    for row in sheet.rows[6:]:
        for column in (3, 4, 5):
            row[column] = ""
    sheet.rows[5][3] = sheet.rows[5][4] = sheet.rows[5][5] = ""
    result = read(sheet, SOURCE, catalogue)
    assert "DOS_ONLINE_RATE" not in figures(result)
    stopped = {cell.indicator_code for cell in result.unread_cells if cell.rule == "known_indicator"}
    assert {"DOS_ONLINE_RATE", "DOS_RECV_CNT"} <= stopped


def test_the_same_office_in_other_columns_order(catalogue):
    sheet = progress()
    for row in sheet.rows:
        row.reverse()
    merges = tuple(((top, 17 - right), (bottom, 17 - left)) for (top, left), (bottom, right) in sheet.merges)
    for (top, left), (bottom, right) in merges:
        texts = [cell for row in sheet.rows[top : bottom + 1] for cell in row[left : right + 1] if cell]
        if top == 4 and left != right:
            for column in range(left, right + 1):
                sheet.rows[4][column] = ""
            sheet.rows[4][left] = texts[0]
    mirrored = type(sheet)(sheet.name, sheet.rows, merges)
    found = figures(read(mirrored, SOURCE, catalogue))
    assert found == figures(read(progress(), SOURCE, catalogue))


def test_a_section_s_words_may_stand_beside_the_name_s_column(catalogue):
    body = [("IV", "Cấp xã"), office(1.0, "H", "Xã Hải Lăng", 1, 1, 1, 1, 1, 1, 1, 1)]
    assert figures(read(progress(body), SOURCE, catalogue), "commune_level")["DOS_RECV_CNT"] == 3


def test_an_office_named_twice_in_its_section_stops_the_sums(catalogue):
    body = [*PROGRESS_BODY[1:7], PROGRESS_BODY[6]]
    result = read(progress(body), SOURCE, catalogue)
    assert figures(result) == {}
    assert ("unique_key", "Sheet1!C13") in said(result, "ERROR")
    assert "Sheet1!C12" in next(cell.message_vi for cell in result.unread_cells if cell.rule == "unique_key")


def test_an_office_may_stand_in_two_sections(catalogue):
    body = [*PROGRESS_BODY[1:4], ("II Văn phòng",), PROGRESS_BODY[2]]
    assert figures(read(progress(body), SOURCE, catalogue))["DOS_RECV_CNT"] == 160 + 85 + 160


def test_headings_that_say_enough_stand_under_any_group(catalogue):
    sheet = progress()
    sheet.rows[4][3], sheet.rows[4][9] = "Số HS nhận giải quyết trong kỳ", "Kết quả xử lý hồ sơ TTHC"
    result = read(sheet, SOURCE, catalogue)
    assert result.unread_cells == []
    assert figures(result)["DOS_RECV_CNT"] == 375


@pytest.mark.parametrize(
    "line",
    [
        "- Đơn vị báo cáo: Sở Nông nghiệp và Môi trường tỉnh Quảng Trị",
        "KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG",
        "TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG PHƯỜNG ĐÔNG HÀ",
    ],
)
def test_the_report_of_one_office_is_not_the_province_s(catalogue, line):
    sheet = progress()
    sheet.rows[3][0] = line
    with pytest.raises(UnreadableFileError, match="reports for one office") as refusal:
        read(sheet, SOURCE, catalogue)
    assert "Sheet1!A4" in refusal.value.message_vi


def test_counted_since_new_year_in_a_cell_of_its_own(catalogue):
    sheet = progress()
    sheet.rows[2][0], sheet.rows[2][6] = "Tháng 10 năm 2025", "(Lũy kế từ đầu năm)"
    periods = {item.accumulates_from for item in read(sheet, SOURCE, catalogue).all_observations()}
    assert periods == {date(2025, 1, 1)}


@pytest.mark.parametrize(
    ("period", "remark"),
    [("Lũy kế đến tháng 10/2025", ""), ("Tháng 10/2025", "(Luỹ kế)"), ("Tháng 10/2025 (cộng dồn)", "")],
)
def test_cumulative_since_nobody_knows_when_is_no_month(catalogue, period, remark):
    sheet = progress()
    sheet.rows[2][0], sheet.rows[2][6] = period, remark
    with pytest.raises(UnreadableFileError, match="not since when") as refusal:
        read(sheet, SOURCE, catalogue)
    assert "Sheet1!" in refusal.value.message_vi


def test_a_person_may_say_since_when(catalogue):
    sheet = progress()
    sheet.rows[2][0] = "Lũy kế đến tháng 10/2025"
    told = Hints(period=filed(date(2025, 7, 1), date(2025, 10, 31)), is_certain=True)
    periods = {
        item.accumulates_from for item in read(sheet, SOURCE, catalogue, hints=told).all_observations()
    }
    assert periods == {date(2025, 7, 1)}


def test_cumulative_within_days_that_are_written_is_those_days(catalogue):
    sheet = progress()
    sheet.rows[2][0] = "Lũy kế từ ngày 01/7/2025 đến ngày 31/10/2025"
    periods = {item.accumulates_from for item in read(sheet, SOURCE, catalogue).all_observations()}
    assert periods == {date(2025, 7, 1)}

import shutil
from datetime import date

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from dx_pipeline.catalogue.loading import CATALOGUE_ROOT, load_catalogue
from dx_pipeline.catalogue.validation import check_catalogue
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import NO_HINTS, Hints
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.readers import reader_of

OCTOBER = ReportedPeriod(
    period_start=date(2025, 10, 1), period_end=date(2025, 10, 31), as_of=date(2025, 10, 31)
)
SERVICES = "STT;Mã TTHC;Tên thủ tục hành chính;Mức độ;Tích hợp Cổng DVCQG"
TASKS = "STT;Nhiệm vụ;Thời hạn;Ngày hoàn thành;Trạng thái"
FRONT = "UBND TỈNH QUẢNG TRỊ;;;;\nDANH SÁCH;;;;\nTháng 10/2025;;;;\n"


@pytest.fixture
def read(tmp_path, catalogue):
    def reading(code, content, hints=NO_HINTS, catalogue=catalogue, file_name="danh_muc.csv"):
        path = tmp_path / "bytes"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        source = catalogue.sources[code]
        return reader_of(source).read(
            path, file_name=file_name, source=source, catalogue=catalogue, hints=hints
        )

    return reading


def values(result):
    return {item.indicator_code: item.value for item in result.observations}


def by_scope(result, code):
    return {item.scope: item.value for item in result.observations if item.indicator_code == code}


def by_area(result, code):
    return {item.area_code: item.value for item in result.observations if item.indicator_code == code}


def said(result):
    return [(cell.severity, cell.rule, cell.locator) for cell in result.unread_cells]


SERVICE_ROWS = """(1);(2);(3);(4);(5)
I;Lĩnh vực đất đai;;;
1;1.004194;Cấp giấy chứng nhận;Toàn trình;Có
2;1.004195;Đính chính giấy chứng nhận;Một phần;x

II;Lĩnh vực hộ tịch;;;
STT;Mã TTHC;Tên thủ tục hành chính;Mức độ;Tích hợp Cổng DVCQG
1;1.000001;Đăng ký khai sinh;toàn trình;
2;1.000002;Đăng ký khai tử;Cung cấp thông tin;Không
Tổng cộng: 4;;;;
Ghi chú: 1. Danh mục theo quyết định;;;;
;;;Quảng Trị, ngày 05 tháng 11 năm 2025;
;NGƯỜI LẬP BIỂU;;;CHỦ TỊCH
"""


def test_services_are_counted_by_level_and_integration(read):
    result = read("services_register", FRONT + SERVICES + "\n" + SERVICE_ROWS)
    assert values(result) == {"PROC_CNT": 4, "PS_FULL_CNT": 2, "PS_PART_CNT": 1, "PS_INTEG_CNT": 2}
    assert result.unread_cells == []
    first = result.observations[0]
    assert (first.area_code, first.area_level, first.scope) == ("44", "province", "all")
    assert (first.period_start, first.as_of) == (date(2025, 10, 1), date(2025, 10, 31))
    assert first.locator == "line 7-13, column A"
    assert first.method_version == "register-2025"
    assert (result.claim.area_code, result.claim.period_end) == ("44", date(2025, 10, 31))


def services(*rows):
    return FRONT + SERVICES + "\n" + "\n".join(rows) + "\n"


@pytest.mark.parametrize(
    ("second", "expected", "cells"),
    [
        pytest.param(
            "2;1.004194;Cấp giấy;Toàn trình;x",
            {"PROC_CNT": 1, "PS_FULL_CNT": 1, "PS_PART_CNT": 0, "PS_INTEG_CNT": 1},
            [("WARN", "unique_key", "line 6, column B")],
            id="the same service twice counts once",
        ),
        pytest.param(
            "2;1.004194;Cấp giấy;Một phần;x",
            {"PROC_CNT": 1, "PS_INTEG_CNT": 1},
            [("ERROR", "unique_key", "line 6, column B")],
            id="two levels of one service",
        ),
        pytest.param(
            "2;1.004194;Cấp lại giấy;Toàn trình;x",
            {"PS_PART_CNT": 0},
            [("ERROR", "unique_key", "line 6, column B")],
            id="two services under one code",
        ),
        pytest.param(
            "2;1.004195;Cấp lại giấy;Mức độ 4;x",
            {"PROC_CNT": 2, "PS_INTEG_CNT": 2},
            [("ERROR", "readable_value", "line 6, column D")],
            id="unknown level",
        ),
        pytest.param(
            "2;1.004195;Cấp lại giấy;;x",
            {"PROC_CNT": 2, "PS_INTEG_CNT": 2},
            [("ERROR", "value_present", "line 6, column D")],
            id="no level",
        ),
        pytest.param(
            "2;;Cấp lại giấy;Một phần;x",
            {},
            [("ERROR", "value_present", "line 6, column B")],
            id="no code",
        ),
        pytest.param(
            "Tổng cộng;;837;;",
            {"PROC_CNT": 1, "PS_FULL_CNT": 1, "PS_PART_CNT": 0, "PS_INTEG_CNT": 1},
            [("WARN", "total_matches_parts", "line 6, column A")],
            id="a total that differs",
        ),
        pytest.param(
            "Tổng số: 1 dịch vụ;;;;",
            {"PROC_CNT": 1, "PS_FULL_CNT": 1, "PS_PART_CNT": 0, "PS_INTEG_CNT": 1},
            [],
            id="a total that fits",
        ),
    ],
)
def test_a_second_row_of_the_services(read, second, expected, cells):
    result = read("services_register", services("1;1.004194;Cấp giấy;Toàn trình;x", second))
    assert values(result) == expected
    assert said(result) == cells


def test_a_repeated_code_names_both_rows(read):
    result = read("services_register", services("1;1.1;A;Toàn trình;x", "2;1.1;A;Một phần;x"))
    message = result.unread_cells[0].message_vi
    assert "dòng 5, cột B" in message
    assert "Dòng 6, cột B" in message


def test_an_unknown_word_shows_the_known_ones_and_proposes_an_entry(read):
    cell = read("services_register", services("1;1.1;A;Toàn trinh 1;x")).unread_cells[0]
    assert "«Một phần»" in cell.message_en
    assert 'values: {level: {"Toàn trinh 1": full}}' in cell.message_en
    assert "PS_FULL_CNT, PS_PART_CNT" in cell.message_vi


def test_levels_may_be_two_columns_of_crosses(read):
    table = "TT;Mã thủ tục;Tên DVC;Toàn trình;Một phần;Đã tích hợp\n1;1.1;A;x;;x\n2;1.2;B;;x;\n3;1.3;C;;;\n"
    result = read("services_register", FRONT + table)
    assert values(result) == {"PROC_CNT": 3, "PS_FULL_CNT": 1, "PS_PART_CNT": 1, "PS_INTEG_CNT": 1}


def test_a_service_marked_at_both_levels_has_two_readings(read):
    table = "TT;Mã thủ tục;Tên DVC;Toàn trình;Một phần;Đã tích hợp\n1;1.1;A;x;;x\n2;1.2;B;x;x;\n"
    result = read("services_register", FRONT + table)
    assert values(result) == {"PROC_CNT": 2, "PS_INTEG_CNT": 1}
    assert {cell.rule for cell in result.unread_cells} == {"readable_value"}
    assert "«Toàn trình», «Một phần»" in result.unread_cells[0].message_vi


def test_a_count_without_its_column_is_an_error_that_proposes_the_heading(read):
    table = "TT;Mã TTHC;Tên DVC;Mức độ;Đã tích hợp lên Cổng DVCQG\n1;1.1;A;Toàn trình;x\n"
    result = read("services_register", FRONT + table)
    assert set(values(result)) == {"PROC_CNT", "PS_FULL_CNT", "PS_PART_CNT"}
    assert ("ERROR", "known_indicator", "line 4, column A") in said(result)
    (cell,) = (cell for cell in result.unread_cells if cell.severity == "ERROR")
    assert cell.indicator_code == "PS_INTEG_CNT"
    assert 'header_map: {"Đã tích hợp lên Cổng DVCQG": integrated}' in cell.message_en


def test_an_unknown_column_is_shown_and_counts_go_on(read):
    table = "TT;Mã TTHC;Tên DVC;Mức độ;Tích hợp;Điện thoại\n1;1.1;A;Toàn trình;x;0233\n"
    result = read("services_register", FRONT + table)
    assert values(result)["PS_FULL_CNT"] == 1
    assert said(result) == [("WARN", "known_indicator", "line 4, column F")]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("Tháng 10/2025\n" + SERVICES + "\n1;1.1;A;Toàn trình;x\n", "province", id="no province"),
        pytest.param("UBND tỉnh Huế\n" + SERVICES + "\n1;1.1;A;Toàn trình;x\n", "period", id="no period"),
        pytest.param(FRONT + SERVICES + "\n", "no row", id="no rows"),
        pytest.param(FRONT + "STT;Tên DVC;Mức độ\n1;A;Toàn trình\n", "Mã TTHC", id="a required column"),
        pytest.param("a;b\n1;2\n", "no table of services_register", id="another table"),
        pytest.param(
            "UBND PHƯỜNG ĐÔNG HÀ\n" + services("1;1.1;A;Toàn trình;x"), "one commune", id="a commune's list"
        ),
    ],
)
def test_a_file_that_cannot_be_a_register_is_refused(read, text, message):
    with pytest.raises(UnreadableFileError, match=message):
        read("services_register", text)


def test_hints_fill_what_the_file_does_not_say(read):
    text = SERVICES + "\n1;1.1;A;Toàn trình;x\n"
    result = read("services_register", text, Hints(period=OCTOBER, area_code="46"))
    assert {(item.area_code, item.period_start) for item in result.observations} == {
        ("46", date(2025, 10, 1))
    }


@pytest.mark.parametrize(
    "hints",
    [
        pytest.param(Hints(area_code="46", is_certain=True), id="province"),
        pytest.param(
            Hints(
                period=ReportedPeriod(
                    period_start=date(2025, 9, 1), period_end=date(2025, 9, 30), as_of=date(2025, 9, 30)
                ),
                is_certain=True,
            ),
            id="period",
        ),
    ],
)
def test_what_a_person_said_and_the_file_denies_is_refused(read, hints):
    with pytest.raises(UnreadableFileError):
        read("services_register", services("1;1.1;A;Toàn trình;x"), hints)


@pytest.mark.parametrize(
    "line",
    [
        "(Tính đến ngày 26/10/2025)",
        "Số liệu tính đến 26/10/2025",
        "Tháng 10/2025 (tính đến ngày 26/10/2025)",
        "Thời điểm báo cáo: ngày 26 tháng 10 năm 2025",
    ],
)
def test_the_day_reached_is_the_as_of(read, line):
    text = f"UBND tỉnh Quảng Trị\n{line}\n{SERVICES}\n1;1.1;A;Toàn trình;x\n"
    result = read("services_register", text)
    assert {(item.period_start, item.as_of) for item in result.observations} == {
        (date(2025, 10, 1), date(2025, 10, 26))
    }


def workbook(path, rows, merges=(), title="Danh mục"):
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for block in merges:
        sheet.merge_cells(block)
    book.save(path)
    return path.read_bytes()


def test_a_workbook_with_merged_headings_and_sections_is_located_by_cells(read, tmp_path):
    rows = [
        ["UBND TỈNH QUẢNG TRỊ"],
        ["DANH MỤC DỊCH VỤ CÔNG TRỰC TUYẾN THÁNG 10/2025"],
        [],
        ["STT", "Mã TTHC", "Tên dịch vụ công", "Mức độ cung cấp", None, "Tích hợp"],
        [None, None, None, "Toàn trình", "Một phần", None],
        ["I. Lĩnh vực đất đai"],
        [1, "1.004194", "Cấp giấy", "x", None, True],
        [2, "1.004195", "Đính chính", None, "x", None],
        ["Tổng cộng", None, 2],
    ]
    merges = ["A1:F1", "A2:F2", "A4:A5", "B4:B5", "C4:C5", "D4:E4", "F4:F5", "A6:F6"]
    result = read("services_register", workbook(tmp_path / "a.xlsx", rows, merges), file_name="a.xlsx")
    assert values(result) == {"PROC_CNT": 2, "PS_FULL_CNT": 1, "PS_PART_CNT": 1, "PS_INTEG_CNT": 1}
    assert result.unread_cells == []
    assert {item.locator for item in result.observations} == {"Danh mục!A7:A8"}


def test_an_html_table_is_a_register_too(read):
    cells = "".join(f"<td>{cell}</td>" for cell in ("1", "1.1", "A", "Toàn trình", "x"))
    heading = "".join(f"<th>{cell}</th>" for cell in SERVICES.split(";"))
    table = f"<table><tr>{heading}</tr><tr>{cells}</tr></table>"
    page = f"<html><body><p>UBND tỉnh Quảng Trị</p><p>Tháng 10/2025</p>{table}</body></html>"
    result = read("services_register", page, Hints(period=OCTOBER, area_code="44"), file_name="a.xls")
    assert values(result) == {"PROC_CNT": 1, "PS_FULL_CNT": 1, "PS_PART_CNT": 0, "PS_INTEG_CNT": 1}


def tasks(*rows, title="NHIỆM VỤ CHÍNH PHỦ GIAO"):
    return f"UBND TỈNH QUẢNG TRỊ;;;;\n{title};;;;\nTháng 10/2025;;;;\n{TASKS}\n" + "\n".join(rows) + "\n"


TASK_ROWS = (
    "1;Nhiệm vụ a;31/12/2025;;Đang thực hiện",
    "2;Nhiệm vụ b;30/09/2025;;Chưa hoàn thành",
    "3;Nhiệm vụ c;30/09/2025;05/10/2025;",
    "4;Nhiệm vụ d;;;Hoàn thành đúng hạn",
    "5;Nhiệm vụ e;Quý IV/2025;;",
)


def test_tasks_are_done_in_progress_or_overdue_by_word_or_by_dates(read):
    result = read("task_register", tasks(*TASK_ROWS))
    assert values(result) == {
        "TASK_ASSIGNED_CNT": 5,
        "TASK_DONE_CNT": 2,
        "TASK_INPROG_CNT": 2,
        "TASK_OVERDUE_CNT": 1,
    }
    assert {item.scope for item in result.observations} == {"government_register"}
    assert result.unread_cells == []


def test_registers_in_one_table_are_counted_apart(read):
    rows = ("A;Nhiệm vụ Chính phủ giao;;;", *TASK_ROWS, "B;Kế hoạch của tỉnh;;;", "1;Nhiệm vụ f;;;Quá hạn")
    result = read("task_register", tasks(*rows, title="THEO DÕI NHIỆM VỤ"))
    assert by_scope(result, "TASK_ASSIGNED_CNT") == {"government_register": 5, "provincial_plan": 1}
    assert by_scope(result, "TASK_OVERDUE_CNT") == {"government_register": 1, "provincial_plan": 1}


def test_an_unknown_status_stops_the_counts_of_its_register_only(read):
    rows = ("A;Nhiệm vụ Chính phủ giao;;;", *TASK_ROWS, "B;Kế hoạch của tỉnh;;;", "1;Nhiệm vụ f;;;Đã xong")
    result = read("task_register", tasks(*rows, title="THEO DÕI NHIỆM VỤ"))
    assert by_scope(result, "TASK_ASSIGNED_CNT") == {"government_register": 5}
    assert said(result) == [("ERROR", "readable_value", "line 12, column E")]


def test_an_unknown_register_is_an_error_at_its_section_and_the_others_count(read):
    rows = ("A;Nhiệm vụ Chính phủ giao;;;", TASK_ROWS[0], "B;Nghị quyết của Tỉnh ủy;;;", *TASK_ROWS[:2])
    result = read("task_register", tasks(*rows, title="THEO DÕI NHIỆM VỤ"))
    assert by_scope(result, "TASK_ASSIGNED_CNT") == {"government_register": 1}
    assert said(result) == [("ERROR", "known_scope", "line 7, column A")]


def test_a_register_that_nobody_names_is_not_guessed(read):
    result = read("task_register", tasks(*TASK_ROWS, title="THEO DÕI NHIỆM VỤ"))
    assert by_scope(result, "TASK_ASSIGNED_CNT") == {"not_stated": 5}
    assert said(result) == [("WARN", "known_scope", "line 4, column A")]


def test_a_title_that_names_two_registers_is_refused_with_both(read):
    result = read(
        "task_register", tasks(TASK_ROWS[0], title="NHIỆM VỤ CHÍNH PHỦ GIAO VÀ KẾ HOẠCH CỦA TỈNH NĂM 2025")
    )
    assert result.observations == []
    assert "government_register, provincial_plan" in result.unread_cells[0].message_en


def test_a_register_may_be_a_column_and_colours_are_taken_as_reported(read):
    table = (
        "TT;Nội dung nhiệm vụ;Nguồn giao;Tiến độ;Màu\n1;A;Chính phủ;Hoàn thành;Xanh\n2;B;Chính phủ;Đang thực hiện;Đỏ\n"
        "3;C;Kế hoạch của UBND tỉnh;Quá hạn;Vàng\n"
    )
    result = read("task_register", FRONT + table)
    assert by_scope(result, "TASK_ASSIGNED_CNT") == {"government_register": 2, "provincial_plan": 1}
    assert by_scope(result, "TASK_RED_CNT") == {"government_register": 1, "provincial_plan": 0}
    assert by_scope(result, "TASK_YELLOW_CNT") == {"government_register": 0, "provincial_plan": 1}


def test_a_status_against_its_due_day_is_shown_and_counted_as_written(read):
    result = read("task_register", tasks("1;A;30/09/2025;;Đang thực hiện"))
    assert values(result)["TASK_INPROG_CNT"] == 1
    assert said(result) == [("WARN", "readable_value", "line 5, column E")]


def test_dates_do_not_stand_for_a_status_that_stands_in_an_unknown_column(read):
    table = "TT;Nhiệm vụ;Thời hạn;Kết quả\n1;A;30/9/2025;Hoàn thành\n"
    result = read("task_register", FRONT + table)
    assert result.observations == []
    assert ("ERROR", "known_indicator", "line 4, column A") in said(result)


def test_two_tables_of_one_sheet_have_titles_of_their_own(read):
    second = (
        "KẾ HOẠCH CỦA TỈNH;;;;\n(Kèm theo Quyết định);;;;\n" + TASKS + "\n1;B;;;Quá hạn\n2;C;;;Hoàn thành\n"
    )
    signed = "Người lập biểu;;;;Chủ tịch\n;;;;\n"
    result = read("task_register", tasks("1;A;;;Quá hạn") + signed + second)
    assert by_scope(result, "TASK_OVERDUE_CNT") == {"government_register": 1, "provincial_plan": 1}
    assert by_scope(result, "TASK_DONE_CNT") == {"government_register": 0, "provincial_plan": 1}


def test_a_row_below_the_end_of_the_table_is_shown_and_not_counted(read):
    rows = ("1;A;;;Quá hạn", "Ghi chú: hết", "2;B;30/9/2025;;Quá hạn", "1;xem phụ lục;;;")
    result = read("task_register", tasks(*rows))
    assert values(result)["TASK_ASSIGNED_CNT"] == 1
    assert said(result) == [("WARN", "readable_value", "line 7, column B")]


def test_a_list_without_row_numbers_has_sections_too(read):
    table = "Mã số;Tên DVC;Mức độ;Tích hợp\n1.1;A;Toàn trình;x\nLĩnh vực hộ tịch;;;\n1.2;B;Một phần;\n;;;\nCộng: 2\n"
    result = read("services_register", FRONT + table)
    assert values(result) == {"PROC_CNT": 2, "PS_FULL_CNT": 1, "PS_PART_CNT": 1, "PS_INTEG_CNT": 1}
    assert result.unread_cells == []


def test_a_total_at_the_top_is_compared_with_the_whole_table(read):
    result = read("services_register", services("Tổng cộng;;1;;", "1;1.1;A;Toàn trình;x"))
    assert result.unread_cells == []


def test_the_sheets_of_a_workbook_are_registers_of_their_own(read, tmp_path):
    book = Workbook()
    for number, name in enumerate(("Nhiệm vụ Chính phủ giao", "Kế hoạch của tỉnh")):
        sheet = book.active if number == 0 else book.create_sheet()
        sheet.title = name
        for row in (
            ["UBND TỈNH QUẢNG TRỊ"],
            ["Tháng 10/2025"],
            TASKS.split(";"),
            [1, "A", None, None, "Quá hạn"],
        ):
            sheet.append(row)
    book.save(tmp_path / "a.xlsx")
    result = read("task_register", (tmp_path / "a.xlsx").read_bytes(), file_name="a.xlsx")
    assert by_scope(result, "TASK_OVERDUE_CNT") == {"government_register": 1, "provincial_plan": 1}
    assert {item.locator for item in result.observations} == {
        "Nhiệm vụ Chính phủ giao!A4",
        "Kế hoạch của tỉnh!A4",
    }


STATUS_WORDS = ("Hoàn thành", "Hoàn thành quá hạn", "Đang thực hiện", "Quá hạn")


@given(statuses=st.lists(st.sampled_from(STATUS_WORDS), min_size=1, max_size=12))
def test_assigned_is_always_done_plus_in_progress_plus_overdue(read, statuses):
    rows = (f"{number};Nhiệm vụ {number};;;{word}" for number, word in enumerate(statuses, start=1))
    found = values(read("task_register", tasks(*rows)))
    parts = found["TASK_DONE_CNT"] + found["TASK_INPROG_CNT"] + found["TASK_OVERDUE_CNT"]
    assert found["TASK_ASSIGNED_CNT"] == parts == len(statuses)


def test_platforms_are_the_nations(read):
    text = (
        "BỘ KHOA HỌC VÀ CÔNG NGHỆ;;\nDanh mục nền tảng số quốc gia (tính đến 30/9/2025);;\n"
        "STT;Tên nền tảng;Kế hoạch triển khai\n1;A;x\n2;B;\n3;C;Đã công bố\nCộng: 3 nền tảng;;\n"
    )
    result = read("platform_register", text)
    assert values(result) == {"PLATFORM_LISTED_CNT": 3, "PLATFORM_PLAN_CNT": 2}
    assert {(item.area_code, item.area_level) for item in result.observations} == {("VN", "national")}
    assert result.unread_cells == []


INITIATIVES = "STT;Mã sáng kiến;Địa phương;Trạng thái\n"


def initiatives(*rows, front="DANH SÁCH SÁNG KIẾN, tính đến ngày 31/10/2025;;;\n"):
    return front + INITIATIVES + "\n".join(rows) + "\n"


def test_initiatives_are_counted_for_the_province_of_each_row(read):
    result = read(
        "initiative_portal",
        initiatives(
            "1;SK1;Tỉnh Quảng Trị;Được chấp nhận",
            "2;SK2;UBND thành phố Huế;Đang xem xét",
            "3;SK3;Quảng Trị;Không được chấp nhận",
            "4;SK4;Huế;Bản nháp",
            "5;SK5;Bộ Tài chính;Đã gửi",
        ),
    )
    assert by_area(result, "INIT_SUBMITTED_CNT") == {"44": 2, "46": 1}
    assert by_area(result, "INIT_ACCEPTED_CNT") == {"44": 1, "46": 0}
    assert said(result) == [("WARN", "known_area", "line 7, column C")]
    assert result.claim.area_code is None


@pytest.mark.parametrize(
    ("name", "left"),
    [
        pytest.param("Quảng Tri", {"01"}, id="wrong accent"),
        pytest.param("Quảng Bình", {"01"}, id="merged into the other"),
        pytest.param("Sao Hỏa", {"01", "44"}, id="nothing alike"),
        pytest.param("99", set(), id="a code of nobody"),
    ],
)
def test_a_row_of_an_unknown_province_stops_the_counts_it_may_belong_to(read, name, left):
    rows = ("1;SK1;Quảng Trị;Đã gửi", "2;SK2;Hà Nội;Đã gửi", f"3;SK3;{name};Đã gửi")
    result = read("initiative_portal", initiatives(*rows))
    assert set(by_area(result, "INIT_SUBMITTED_CNT")) == left
    assert said(result) == [("ERROR", "known_area", "line 5, column C")]


def test_the_files_province_is_that_of_rows_that_name_only_an_office(read):
    front = "UBND TỈNH QUẢNG TRỊ;;;\nDANH SÁCH SÁNG KIẾN tháng 10/2025;;;\n"
    rows = ("1;SK1;Sở Y tế;Đã gửi", "2;SK2;;Đã gửi", "3;SK3;Huế;Đã gửi")
    result = read("initiative_portal", initiatives(*rows[:2], front=front))
    assert by_area(result, "INIT_SUBMITTED_CNT") == {"44": 2}
    contradicting = read("initiative_portal", initiatives(*rows, front=front))
    assert contradicting.observations == []
    assert said(contradicting) == [("ERROR", "known_area", "line 6, column C")]


def test_a_folder_says_nothing_where_rows_name_their_province(read):
    result = read("initiative_portal", initiatives("1;SK1;Huế;Đã gửi"), Hints(area_code="44"))
    assert by_area(result, "INIT_SUBMITTED_CNT") == {"46": 1}


def test_sample_registers_are_labelled(read):
    text = "DỮ LIỆU MẪU\n" + services("1;1.1;A;Toàn trình;x")
    result = read("services_register", text)
    assert result.claim.is_sample
    assert all(item.is_sample for item in result.observations)


@pytest.fixture
def catalogue_copy(tmp_path):
    root = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schema"))
    return root


def test_a_register_of_known_shape_needs_yaml_only(read, catalogue_copy):
    theme = catalogue_copy / "indicators" / "community_teams.yaml"
    theme.write_text(
        theme.read_text(encoding="utf-8").replace("sources: [", "sources: [team_register, ", 1),
        encoding="utf-8",
    )
    with (catalogue_copy / "methods.yaml").open("a", encoding="utf-8") as methods:
        methods.write(
            "\n- {version: register-test, family: in_force, name_vi: Sổ, name_en: List, is_definition_known: true, "
            "source: x}\n"
        )
    (catalogue_copy / "sources" / "team_register.yaml").write_text(
        yaml.safe_dump(
            {
                "code": "team_register",
                "name_vi": "Danh sách tổ công nghệ số cộng đồng",
                "name_en": "List of community digital-technology teams",
                "publisher": "Ủy ban nhân dân cấp tỉnh",
                "cadence": "irregular",
                "period_basis": "calendar",
                "shape": "register",
                "reader": "register",
                "formats": ["csv"],
                "landing": "team_register/**/*",
                "method_version": "register-test",
                "expects_provinces": False,
                "register_table": {
                    "columns": {
                        "name": {"headings": ["Tên tổ"]},
                        "state": {"headings": ["Hoạt động"]},
                    },
                    "key": ["name"],
                    "values": {"state": {"Có": "yes", "Không": "no"}},
                    "counts": {"CDT_TEAM_CNT": {"state": ["yes"]}},
                },
            },
            allow_unicode=True,
        ),
        encoding="utf-8",
    )
    assert check_catalogue(catalogue_copy) == []
    text = FRONT + "Tên tổ;Hoạt động\nTổ 1;Có\nTổ 2;Không\nTổ 3;Có\n"
    result = read("team_register", text, catalogue=load_catalogue(catalogue_copy))
    assert values(result) == {"CDT_TEAM_CNT": 2}


CELLS = st.text(st.characters(blacklist_characters='"\r\n;', blacklist_categories=["Cs", "Cc"]), max_size=12)


@given(table=st.lists(st.lists(CELLS, min_size=5, max_size=5), max_size=6))
def test_no_rows_make_the_reader_crash(read, table):
    text = tasks(*(";".join(row) for row in table))
    try:
        result = read("task_register", text)
    except UnreadableFileError:
        return
    assert result.observations or result.unread_cells

from datetime import date

import pytest
from openpyxl import Workbook

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.observation import NO_HINTS, Hints
from dx_pipeline.ingest.period_text import ReportedPeriod
from dx_pipeline.ingest.readers import reader_of
from dx_pipeline.periods import month_end

HEADER = (
    "thang,ma_tinh,ten_tinh,so_chung_thu_da_cap,so_nguoi_truong_thanh_co_chu_ky_so,dan_so_truong_thanh,"
    "tinh_trang_so_lieu\n"
)


@pytest.fixture
def read(tmp_path, catalogue):
    def reading(text, encoding="utf-8"):
        path = tmp_path / "44.csv"
        path.write_bytes(text.encode(encoding))
        source = catalogue.sources["signature_registry"]
        return reader_of(source).read(path, file_name="44.csv", source=source, catalogue=catalogue)

    return reading


def test_counts_and_a_rate_from_its_own_counts(read):
    result = read(HEADER + "2025-10,44,Quảng Trị,1000,250,1000,\n")
    assert [(item.indicator_code, item.value, item.locator) for item in result.observations] == [
        ("DSIG_CERT_CNT", 1000.0, "line 2:so_chung_thu_da_cap"),
        ("DSIG_ADULT_RATE", 25.0, "line 2:so_nguoi_truong_thanh_co_chu_ky_so"),
    ]
    assert (result.observations[1].numerator, result.observations[1].denominator) == (250.0, 1000.0)
    assert result.claim.area_code == "44"
    assert result.claim.period_start == date(2025, 10, 1)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        pytest.param(HEADER + "2025-10,44,Quảng Trị,1000,250,1000,\n", "utf-8-sig", id="byte order mark"),
        pytest.param(
            (HEADER + "2025-10,44,Quảng Trị,1000,250,1000,\n").replace(",", ";"), "utf-8", id="semicolon"
        ),
        pytest.param(HEADER + "2025-10,44,Quảng Trị,1000,250,1000,\n", "utf-16", id="UTF-16"),
        pytest.param(
            (HEADER + "2025-10,44,Quảng Trị,1000,250,1000,\n").replace(",", "\t"),
            "utf-16-le",
            id="tab, no mark",
        ),
        pytest.param(
            "sep=|\n" + (HEADER + "2025-10,44,Quảng Trị,1000,250,1000,\n").replace(",", "|"),
            "utf-8",
            id="sep=",
        ),
        pytest.param(
            HEADER.replace(",ten_tinh", "") + "2025-10,44,1000,250,1000,\n", "utf-8", id="code only"
        ),
        pytest.param(
            HEADER.replace(",ma_tinh", "") + "2025-10,Quang Tri,1000,250,1000,\n", "utf-8", id="name only"
        ),
        pytest.param(
            "Tháng;Mã tỉnh;Tên tỉnh (1);Số chứng thư đã cấp;Số người trưởng thành có chữ ký số:;DÂN SỐ TRƯỞNG "
            "THÀNH*\n10/2025;44;Quảng Trị;1000;250;1000\n",
            "utf-8",
            id="headings of the header map",
        ),
        pytest.param(
            HEADER + "2025-10,44,Quảng Trị,1000,250,1000,\n" + HEADER, "utf-8", id="header repeated below"
        ),
        pytest.param(
            HEADER + "10/2025,44,tỉnh Quảng Trị,1.000,250,1 000,\r\n", "utf-8", id="Vietnamese spelling"
        ),
    ],
)
def test_other_spellings_of_the_same_line(read, text, encoding):
    values = {item.indicator_code: item.value for item in read(text, encoding).observations}
    assert values == {"DSIG_CERT_CNT": 1000.0, "DSIG_ADULT_RATE": 25.0}


def test_several_provinces_in_one_file_claim_no_province(read):
    result = read(HEADER + "2025-10,44,Quảng Trị,1,1,2,\n2025-10,01,Hà Nội,1,1,2,\n")
    assert result.claim.area_code is None
    assert {item.area_code for item in result.observations} == {"44", "01"}


def test_the_sample_label_reaches_every_figure(read):
    result = read(HEADER + "2025-10,44,Quảng Trị,1,1,2,DỮ LIỆU MẪU\n")
    assert result.claim.is_sample
    assert all(item.is_sample for item in result.observations)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        pytest.param("2025-10,44,Quảng Bình,1,1,2,", "Quảng Trị", id="merged-away name"),
        pytest.param("2025-10,45,Quảng Trị,1,1,2,", "do not belong together", id="old code"),
        pytest.param("2025-10,44,Atlantis,1,1,2,", "Atlantis", id="unknown"),
    ],
)
def test_a_code_and_a_name_that_do_not_belong_together_reject_each_figure(read, line, message):
    result = read(HEADER + "2025-10,01,Hà Nội,1,1,2,\n" + line + "\n")
    assert {(cell.rule, cell.indicator_code) for cell in result.unread_cells} == {
        ("known_area", "DSIG_CERT_CNT"),
        ("known_area", "DSIG_ADULT_RATE"),
    }
    assert all(message in cell.message_en for cell in result.unread_cells)
    assert all(cell.locator.startswith("line 3:") for cell in result.unread_cells)
    assert {item.area_code for item in result.observations} == {"01"}


def test_an_unreadable_number_rejects_its_figure_only(read):
    result = read(HEADER + "2025-10,44,Quảng Trị,nhiều,250,1000,\n")
    assert [(cell.rule, cell.locator) for cell in result.unread_cells] == [
        ("readable_value", "line 2:so_chung_thu_da_cap")
    ]
    assert [item.indicator_code for item in result.observations] == ["DSIG_ADULT_RATE"]


def test_an_unknown_column_is_reported_with_its_cell(read):
    result = read(HEADER.strip() + ",ghi_them\n2025-10,44,Quảng Trị,1,1,2,,5\n")
    assert [(cell.rule, cell.locator, cell.raw_text) for cell in result.unread_cells] == [
        ("known_indicator", "line 2:ghi_them", "5")
    ]


def test_blank_cells_are_no_figures(read):
    assert [item.indicator_code for item in read(HEADER + "2025-10,44,Quảng Trị,5,,,\n").observations] == [
        "DSIG_CERT_CNT"
    ]


@pytest.mark.parametrize(
    ("text", "encoding", "message"),
    [
        pytest.param(
            "thang,ma_tinh\n2025-10,44\n", "utf-8", "dan_so_truong_thanh, .* is missing", id="missing column"
        ),
        pytest.param(
            HEADER.replace("ma_tinh", "a").replace("ten_tinh", "b") + "2025-10,44,Quảng Trị,1,1,2,\n",
            "utf-8",
            "column ma_tinh / ten_tinh is missing",
            id="neither code nor name",
        ),
        pytest.param(
            HEADER + "tháng mười,44,Quảng Trị,1,1,2,\n", "utf-8", "no line has a month", id="no month"
        ),
    ],
)
def test_a_file_without_the_columns_is_refused(read, text, encoding, message):
    with pytest.raises(UnreadableFileError, match=message):
        read(text, encoding)


@pytest.mark.parametrize("column", ["so_chung_thu_da_cap", "dan_so_truong_thanh"])
def test_a_renamed_column_refuses_the_file_and_names_what_is_missing(read, column):
    with pytest.raises(UnreadableFileError, match=f"column {column} is missing"):
        read(HEADER.replace(column, "cot_moi") + "2025-10,44,Quảng Trị,1,1,2,\n")


@pytest.mark.parametrize("month", ["2025-13", "9999-12", "0001-01", "1999-12"])
def test_a_month_that_cannot_be_is_no_month(read, month):
    with pytest.raises(UnreadableFileError, match="no line has a month"):
        read(HEADER + f"{month},44,Quảng Trị,1,1,2,\n")


SHEET_HEADER = HEADER.strip().split(",")


@pytest.fixture
def read_sheet(tmp_path, catalogue):
    def reading(*rows, hints=NO_HINTS, extra_sheet=None):
        workbook = Workbook()
        workbook.active.title = "Số liệu"
        for row in rows:
            workbook.active.append(row)
        if extra_sheet:
            workbook.create_sheet("Ghi chú").append(extra_sheet)
        path = tmp_path / "so_dang_ky.xlsx"
        workbook.save(path)
        source = catalogue.sources["signature_registry"]
        return reader_of(source).read(
            path, file_name=path.name, source=source, catalogue=catalogue, hints=hints
        )

    return reading


@pytest.mark.parametrize(
    ("code", "name", "area"),
    [(1, "Hà Nội", "01"), ("01", "", "01"), (None, "Hà Nội", "01"), (44.0, "Quảng Trị", "44")],
    ids=["Excel's 1 for 01", "code only", "name only", "number"],
)
def test_the_registry_saved_as_a_workbook(read_sheet, code, name, area):
    result = read_sheet(SHEET_HEADER, [date(2025, 10, 1), code, name, 1000, 250, 1000])
    assert result.unread_cells == []
    assert [
        (item.area_code, item.indicator_code, item.value, item.locator) for item in result.observations
    ] == [
        (area, "DSIG_CERT_CNT", 1000.0, "Số liệu!D2"),
        (area, "DSIG_ADULT_RATE", 25.0, "Số liệu!E2"),
    ]


def test_a_workbooks_unreadable_cell_is_named_by_its_place(read_sheet):
    result = read_sheet(SHEET_HEADER, ["10/2025", 44, "Quảng Trị", "nhiều", 250, 1000])
    (cell,) = result.unread_cells
    assert cell.locator == "Số liệu!D2"
    assert cell.message_vi.startswith("Ô Số liệu!D2: «nhiều»")
    assert cell.message_en.startswith("Số liệu!D2: ")


def test_rows_above_the_header_and_other_sheets_are_not_lost(read_sheet):
    result = read_sheet(
        ["SỔ ĐĂNG KÝ"],
        ["Tổng", 5],
        SHEET_HEADER,
        ["10/2025", 44, "Quảng Trị", 1, 1, 2],
        extra_sheet=["Lưu ý", 7],
    )
    assert {(cell.severity, cell.locator) for cell in result.unread_cells} == {
        ("WARN", "Số liệu!2"),
        ("WARN", "Ghi chú!1"),
    }
    assert len(result.observations) == 2


def test_what_is_known_of_the_file_fills_what_it_does_not_say(read_sheet):
    month = ReportedPeriod(
        period_start=date(2025, 10, 1), period_end=date(2025, 10, 31), as_of=date(2025, 10, 31)
    )
    result = read_sheet(SHEET_HEADER[3:], [1000, 250, 1000], hints=Hints(period=month, area_code="44"))
    assert {(item.area_code, item.period_start) for item in result.observations} == {
        ("44", date(2025, 10, 1))
    }


@pytest.mark.parametrize(
    ("month", "area", "message"),
    [(9, None, "was given as 2025-09"), (10, "01", "province 01, but its lines speak of 44")],
    ids=["another month", "another province"],
)
def test_a_file_that_says_otherwise_than_a_person_did_is_refused(read_sheet, month, area, message):
    day = date(2025, month, 1)
    told = Hints(
        period=ReportedPeriod(period_start=day, period_end=month_end(day), as_of=month_end(day)),
        area_code=area,
        is_certain=True,
    )
    with pytest.raises(UnreadableFileError, match=message):
        read_sheet(SHEET_HEADER, ["10/2025", 44, "Quảng Trị", 1, 1, 2], hints=told)


def test_a_qualifier_and_counts_in_a_cell_are_kept(read):
    (first, *_) = read(HEADER + "2025-10,44,Quảng Trị,hơn 1.000,250,1000,\n").observations
    assert (first.value, first.qualifier) == (1000.0, "more_than")


def test_a_missing_column_proposes_the_map_entry(read):
    header = HEADER.replace("dan_so_truong_thanh", "Dân số tr.thành")
    with pytest.raises(UnreadableFileError) as caught:
        read(header + "2025-10,44,Quảng Trị,1,1,2,\n")
    assert 'header_map: {"Dân số tr.thành": dan_so_truong_thanh}' in caught.value.message
    assert 'header_map: {"Dân số tr.thành": dan_so_truong_thanh}' in caught.value.message_vi


def test_a_ragged_line_is_rejected_alone_whatever_its_last_cell_says(read):
    result = read(HEADER + "2025-10,44,Quảng Trị,1,000,250,1000,\n2025-10,33,Hưng Yên,1000,250,1000,\n")
    assert {item.area_code for item in result.observations} == {"33"}
    assert [item.locator for item in result.unread_cells] == ["line 2"]


def test_a_sheet_of_notes_beside_the_table_is_reported_not_read(tmp_path, catalogue):
    path = tmp_path / "44.xlsx"
    book = Workbook()
    book.active.append(HEADER.strip().split(","))
    book.active.append(["2025-10", "44", "Quảng Trị", 1000, 250, 1000, ""])
    book.create_sheet("Ghi chú").append(["Ghi chú"])
    book.save(path)
    source = catalogue.sources["signature_registry"]
    result = reader_of(source).read(path, file_name="44.xlsx", source=source, catalogue=catalogue)
    assert len(result.observations) == 2
    assert [(item.locator, item.severity) for item in result.unread_cells] == [("Ghi chú!1", "WARN")]


TOTALLED = (
    "stt,thang,ten_tinh,so_chung_thu_da_cap,so_nguoi_truong_thanh_co_chu_ky_so,dan_so_truong_thanh,ghi_chu\n"
)


@pytest.mark.parametrize(
    ("total", "cells"),
    [
        pytest.param(",Tổng cộng,,3000,500,2000,", [], id="right, in the month's column"),
        pytest.param("Tổng số,2025-10,,3000,500,2000,", [], id="right, in the number's column"),
        pytest.param(",2025-10,Cả nước,3001,500,2000,", ["line 4:so_chung_thu_da_cap"], id="wrong"),
    ],
)
def test_a_total_line_is_compared_and_never_counted(read, total, cells):
    lines = "1,2025-10,Huế,1000,250,1000,đã rà soát\n2,2025-10,Quảng Trị,2000,250,1000,\n"
    result = read(TOTALLED + lines + total + "\n")
    assert sorted(item.area_code for item in result.observations) == ["44", "44", "46", "46"]
    assert {item.note for item in result.observations if item.area_code == "46"} == {"đã rà soát"}
    assert {item.note for item in result.observations if item.area_code == "44"} == {None}
    assert [(cell.rule, cell.locator) for cell in result.unread_cells] == [
        ("total_matches_parts", cell) for cell in cells
    ]

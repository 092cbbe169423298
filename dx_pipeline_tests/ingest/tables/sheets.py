"""Sheets as the forms and the one-stop software make them, built cell by cell so that a test can break one."""

from __future__ import annotations

from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.readers.report_table import read_from_sheets

FORM = "Biểu 06a"
HEADING_ROW = 7
FORM_WIDTH = 13

SECTION_PROVINCE = ("I", "TTHC thuộc phạm vi giải quyết của cấp tỉnh")
LAND = (1.0, "Đất đai", 100.0, 60.0, 30.0, 10.0, 80.0, 50.0, 25.0, 5.0, 20.0, 15.0, 5.0)
CIVIL = (2.0, "Hộ tịch", "1.000", 900.0, 50.0, 50.0, 900.0, 800.0, 100.0, 0.0, 100.0, 100.0, 0.0)
SECTION_COMMUNE = ("II", "TTHC thuộc phạm vi giải quyết của cấp xã")
LAND_COMMUNE = (1.0, "Đất đai", 10.0, 6.0, 3.0, 1.0, 8.0, 5.0, 2.0, 1.0, 2.0, 1.0, 1.0)
TOTAL = ("Tổng cộng", "", 1110.0, 966.0, 83.0, 61.0, 988.0, 855.0, 127.0, 6.0, 122.0, 116.0, 6.0)
TAIL = (
    (),
    ("Ghi chú: số liệu chưa gồm ngành dọc",),
    ("", "", "", "", "", "", "", "", "Quảng Trị, ngày 16 tháng 9 năm 2025"),
    ("", "Người lập biểu", "", "", "", "", "", "", "CHÁNH VĂN PHÒNG"),
)
FORM_BODY = (SECTION_PROVINCE, LAND, CIVIL, SECTION_COMMUNE, LAND_COMMUNE, TOTAL, *TAIL)
FIRST_ROW = HEADING_ROW + 5  # below three rows of headings, the numbers and the formulas

FORM_HEADINGS = (
    (
        "TT",
        "Lĩnh vực, công việc giải quyết theo cấp",
        "Tiếp nhận",
        "",
        "",
        "",
        "Đã giải quyết",
        "",
        "",
        "",
        "Đang giải quyết",
    ),
    (
        "",
        "",
        "Tổng số",
        "Trong kỳ",
        "",
        "Từ kỳ trước",
        "Tổng số",
        "Trước hạn",
        "Đúng hạn",
        "Quá hạn",
        "Tổng số",
        "Trong hạn",
        "Quá hạn",
    ),
    ("", "", "", "Trực tuyến", "Trực tiếp, dịch vụ bưu chính"),
)
NUMBERS = tuple(f"({number})" for number in range(1, 14))
FORMULAS = ("", "", "(3)=(4)+(5)+(6)", "", "", "", "(7)=(8)+(9)+(10)", "", "", "", "(11)=(12)+(13)")


def padded(rows, width):
    return [[*row, *[""] * (width - len(row))] for row in rows]


def form(body=FORM_BODY, *, has_merges=True, name=FORM, hidden=frozenset()):
    """Form II.06a of Quảng Trị for the third quarter of 2025; the figures are made up."""
    above = (
        ("UBND TỈNH QUẢNG TRỊ", "", "", "", "", "", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
        ("", "", "", "", "", "", "Độc lập - Tự do - Hạnh phúc"),
        (),
        ("Biểu số II.06a/VPCP/KSTT",),
        ("TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH TẠI TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG",),
        ("Kỳ báo cáo: Quý III/2025 (Từ ngày 15/6/2025 đến ngày 14/9/2025)",),
        ("", "", "", "", "", "", "", "", "", "", "Đơn vị tính: Số hồ sơ TTHC"),
    )
    top = HEADING_ROW
    merges = [
        ((top, 0), (top + 2, 0)),
        ((top, 1), (top + 2, 1)),
        ((top, 2), (top, 5)),
        ((top, 6), (top, 9)),
        ((top, 10), (top, 12)),
        ((top + 1, 2), (top + 2, 2)),
        ((top + 1, 3), (top + 1, 4)),
        ((top + 1, 5), (top + 2, 5)),
        *(((top + 1, column), (top + 2, column)) for column in range(6, 13)),
    ]
    rows = padded([*above, *FORM_HEADINGS, NUMBERS, FORMULAS, *body], FORM_WIDTH)
    return Sheet(name, rows, tuple(merges) if has_merges else (), hidden_columns=hidden)


PROGRESS_HEADINGS = (
    (
        "STT", "Mã định danh", "Tên đơn vị", "Số hồ sơ nhận giải quyết", "", "", "Tỷ lệ nộp hồ sơ trực tuyến", "", "",
        "Kết quả xử lý, giải quyết hồ sơ", "", "", "", "Số lượng hồ sơ\nĐã đồng bộ về cổng DVC QG",
        "Tổng HS có nghĩa vụ tài chính", "Thanh toán trực tuyến hồ sơ",
    ),
    (
        "", "", "", "Số mới tiếp nhận trực tuyến", "Số mới tiếp nhận trực tiếp", "Số mới tiếp nhận qua BCCI",
        "Trực tuyến (%)", "Trực tiếp (%)", "BCCI (%)", "HS xử lý đúng hạn", "HS xử lý quá hạn", "Tỷ lệ đúng hạn (%)",
        "Tỷ lệ quá hạn (%)", "", "", "Số HS đã TTTT cổng DVC QG", "Tỷ lệ TTTT (%)", "Tỷ lệ TT trực tiếp (%)",
    ),
)  # fmt: skip


def office(number, code, name, online, direct, post, on_time, late, synchronised, obligation, paid):  # noqa: PLR0917
    """A row of the progress sheet, its shares computed from its counts."""
    received = online + direct + post

    def share(part, whole):
        return round(100 * part / whole, 2) if whole else 0.0

    counts = [float(count) for count in (online, direct, post)]
    return (
        number, code, name, *counts, *(share(count, received) for count in counts),
        float(on_time), float(late), share(on_time, on_time + late), share(late, on_time + late),
        float(synchronised), float(obligation), float(paid), share(paid, obligation),
        share(obligation - paid, obligation),
    )  # fmt: skip


PROGRESS_BODY = (
    ("Tổng cộng", *office("", "", "", 260, 90, 25, 340, 20, 300, 100, 75)[1:]),
    ("I Sở, ban, ngành",),
    office(1.0, "H50.1", "Sở Xây dựng", 100, 50, 10, 150, 5, 120, 40, 30),
    office(2.0, "H50.2", "Sở Tư pháp", 60, 20, 5, 80, 5, 70, 20, 15),
    ("IV Cấp xã",),
    office(1.0, "H50.21", "UBND phường Đông Hà", 70, 10, 5, 80, 5, 80, 30, 20),
    office(2.0, "H50.22", "Xã Hải Lăng", 30, 10, 5, 30, 5, 30, 10, 10),
    (),
    ("Ghi chú:",),
    ("", "", "", "", "", "", "", "", "", "", "Quảng Trị, ngày 05 tháng 11 năm 2025"),
    ("", "", "Người làm báo cáo"),
)


def progress(body=PROGRESS_BODY):
    """The one-stop software's sheet on online services, October 2025; the figures are made up."""
    above = (
        ("UBND TỈNH QUẢNG TRỊ",),
        ("THEO DÕI CHỈ TIÊU DVC TRỰC TUYẾN - THEO QUYẾT ĐỊNH SỐ 766/QĐ-TTG NGÀY 23/06/2022",),
        ("(Từ ngày 15/09/2025 đến ngày 14/10/2025)",),
        ("Đơn vị tính: Số hồ sơ TTHC",),
    )
    merges = [
        *(((4, column), (5, column)) for column in (0, 1, 2, 13, 14)),
        ((4, 3), (4, 5)),
        ((4, 6), (4, 8)),
        ((4, 9), (4, 12)),
        ((4, 15), (4, 17)),
    ]
    return Sheet("Sheet1", padded([*above, *PROGRESS_HEADINGS, *body], 18), tuple(merges))


COMMUNE_HEADINGS = (
    "STT", "Mã xã", "Xã, phường, đặc khu", "Số hồ sơ tiếp nhận", "Số hồ sơ tiếp nhận trực tuyến",
    "Số hồ sơ tiếp nhận trực tiếp", "Số hồ sơ tiếp nhận qua bưu chính công ích", "Số hồ sơ đã giải quyết",
    "Số hồ sơ giải quyết trước hạn, đúng hạn", "Số hồ sơ giải quyết quá hạn", "Số hồ sơ đang giải quyết",
    "Số tổ công nghệ số cộng đồng", "Số thành viên tổ công nghệ số cộng đồng",
)  # fmt: skip
COMMUNE_ROW = (100.0, 60.0, 30.0, 10.0, 90.0, 80.0, 10.0, 5.0, 7.0, 40.0)


def communes(rows, *, headings=COMMUNE_HEADINGS, above=("BÁO CÁO", "Tháng 10/2025", "DỮ LIỆU MẪU")):
    """The report by commune; ``rows`` are whole rows."""
    width = len(headings)
    return Sheet("Xã", padded([*((text,) for text in above), (), headings, *rows], width))


def read(sheets, source, catalogue, **more):
    """Reads sheets as a source's file."""
    found = sheets if isinstance(sheets, list) else [sheets]
    entry = source if not isinstance(source, str) else catalogue.sources[source]
    return read_from_sheets(found, file_name="bao-cao.xlsx", source=entry, catalogue=catalogue, **more)


def figures(result, scope="all", level="province"):
    """Indicator -> value of one scope and level."""
    return {
        item.indicator_code: item.value
        for item in result.all_observations()
        if item.scope == scope and item.area_level == level
    }


def said(result, severity=None):
    """Rule and cell of each finding."""
    return [(cell.rule, cell.locator) for cell in result.unread_cells if severity in (None, cell.severity)]

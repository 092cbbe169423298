import json
import shutil
import subprocess
import zipfile
from pathlib import Path

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from dx_pipeline.quality.feedback import sender_file
from dx_pipeline.quality.feedback.content import Counts
from dx_pipeline.quality.feedback.files import files_of, safe_stem, write_feedback
from dx_pipeline.quality.feedback.styles import RED, YELLOW
from dx_pipeline_tests.quality.feedback.samples import (
    RECEIVED_AT,
    SHA,
    feedback,
    figure,
    finding,
    sender_workbook,
)


@pytest.fixture
def written(tmp_path):
    """Writes a feedback and gives its workbook, read again, and its twin."""

    def of(content, sender=None):
        files = write_feedback(content, sender, tmp_path / "feedback")
        return openpyxl.load_workbook(files.workbook), json.loads(files.twin.read_text("utf-8"))

    return of


@pytest.fixture
def sender(tmp_path):
    return sender_workbook(tmp_path / SHA)  # without a suffix, as in the archive


def texts(sheet):
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def links(sheet):
    return {
        cell.value: cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink
    }


def test_the_senders_own_file_follows_the_summary(written, sender):
    book, twin = written(feedback(finding()), sender)
    assert book.sheetnames == ["Phản hồi", "Dịch vụ", "Ghi chú"]
    assert book.active.title == "Phản hồi"
    assert [sheet.sheet_view.tabSelected for sheet in book] == [True, False, False]
    assert twin["workbook"]["shows"] == "own"
    sheet = book["Dịch vụ"]
    assert (sheet["A1"].font.name, sheet["A1"].font.size) == ("Arial", 20)
    assert [str(block) for block in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet.column_dimensions["C"].width == 33


def test_a_rejected_cell_is_red_and_told_in_a_comment(written, sender):
    book, _ = written(feedback(finding()), sender)
    cell = book["Dịch vụ"]["C3"]
    assert cell.value == 120
    assert cell.fill.fgColor.rgb == RED
    assert cell.comment.author == "dx_pipeline"
    for words in (
        "KHÔNG NHẬN",
        "Tỷ lệ nằm trong khoảng 0-100 %",
        "«120»",
        "Tỷ lệ phải nằm trong khoảng 0–100 %.",
    ):
        assert words in cell.comment.text
    assert book["Dịch vụ"]["C2"].comment is None
    assert book["Dịch vụ"]["C2"].fill.fill_type is None


def test_a_doubtful_cell_is_yellow_and_red_wins(written, sender):
    doubt = finding("Dịch vụ!C2", "WARN", rule_vi="Đáng ngờ")
    both = finding("Dịch vụ!C3", "WARN", rule_vi="Đáng ngờ")
    sheet = written(feedback(finding(), both, doubt), sender)[0]["Dịch vụ"]
    assert sheet["C2"].fill.fgColor.rgb == YELLOW
    assert sheet["C3"].fill.fgColor.rgb == RED
    assert sheet["C3"].comment.text.index("KHÔNG NHẬN") < sheet["C3"].comment.text.index("NGHI VẤN")


@pytest.mark.parametrize(
    ("locator", "red", "commented"),
    [
        ("Dịch vụ!C2:C4", {"C2", "C3", "C4"}, "C2"),
        ("Dịch vụ!B1", {"A1"}, "A1"),
        ("Dịch vụ!3", {"B3", "C3"}, "A3"),
        ("Dịch vụ!F99", {"F99"}, "F99"),
    ],
    ids=["range", "merged", "row", "beyond"],
)
def test_ranges_rows_and_merged_cells(written, sender, locator, red, commented):
    sheet = written(feedback(finding(locator)), sender)[0]["Dịch vụ"]
    coloured = {c.coordinate for row in sheet.iter_rows() for c in row if c.fill.fgColor.rgb == RED}
    assert coloured - {commented} == red - {commented}
    assert sheet[commented].comment


def test_the_cell_that_an_explanation_blames_is_marked_too(written, sender):
    blamed = "Ô Dịch vụ!B2: «99» không phải mã tỉnh (tệp cũ.xlsx, ô Dịch vụ!B3)."
    sheet = written(feedback(*(finding(f"Dịch vụ!C{row}", explanation_vi=blamed) for row in (2, 3))), sender)[
        0
    ]["Dịch vụ"]
    assert "nguyên nhân của 2 mục (số 1, 2" in sheet["B2"].comment.text
    assert sheet["B3"].comment is None


def test_what_cannot_be_found_stays_on_the_summary(written, sender):
    book, twin = written(feedback(finding("data.evaluation[3].totalScore"), finding("Trang lạ!C3")), sender)
    assert "data.evaluation[3].totalScore" in texts(book["Phản hồi"])
    assert [item["locator"] for item in twin["findings"]] == ["data.evaluation[3].totalScore", "Trang lạ!C3"]
    assert set(links(book["Phản hồi"]).values()) <= {"'Dịch vụ'!C2"}


def test_links_lead_to_the_cells(written, sender):
    book, _ = written(feedback(finding()), sender)
    assert links(book["Phản hồi"]) == {"C3": "'Dịch vụ'!C3", "C2": "'Dịch vụ'!C2"}


@pytest.mark.parametrize("name", ["Kỳ! 10", "Của 'tôi'", "Phản hồi"])
def test_odd_sheet_names(written, tmp_path, name):
    sender = sender_workbook(tmp_path / SHA, sheet=name)
    book, _ = written(feedback(finding(f"{name}!C3"), figures=()), sender)
    quoted = name.replace("'", "''")
    assert book.sheetnames[1:] == [name, "Ghi chú"]
    assert len({title.casefold() for title in book.sheetnames}) == 3
    assert book[name]["C3"].fill.fgColor.rgb == RED
    assert list(links(book.worksheets[0]).values()) == [f"'{quoted}'!C3"]


def test_the_summary_and_the_twin_tell_the_same(written, sender):
    content = feedback(finding(), finding("Dịch vụ!C2", "WARN", rule_vi="Đáng ngờ"))
    book, twin = written(content, sender)
    summary = texts(book["Phản hồi"])
    for words in (
        content.verdict_vi,
        "44_quảng trị.xlsx",
        "Tỉnh Quảng Trị",
        "tháng 10/2025",
        "15:02 ngày 17/11/2025 (giờ Việt Nam)",
        "Được nhận: 1 · Không nhận: 1 · Nghi vấn: 1",
        "DỮ LIỆU MẪU – KHÔNG PHẢI SỐ LIỆU CHÍNH THỨC",
    ):
        assert words in summary
    assert twin["verdict"] == {"code": "partly_rejected", "text_vi": content.verdict_vi}
    assert twin["file"]["received_at_vietnam"] == "2025-11-17T15:02:03+07:00"
    assert (twin["is_sample"], twin["label_vi"]) == (True, "DỮ LIỆU MẪU")
    assert twin["counts"] == {"accepted": 1, "rejected": 1, "doubtful": 1, "pending": 0}
    for item in twin["findings"]:
        assert {item["rule_vi"], item["explanation_vi"], item["raw_text"]} <= set(summary)
    assert [item["value_vi"] for item in twin["figures"]] == ["1.595"]
    assert "1.595" in summary


def test_nothing_wrong_gives_a_receipt(written, sender):
    book, twin = written(feedback(is_sample=False), sender)
    assert book.sheetnames == ["Phản hồi"]
    assert not any("DỮ LIỆU MẪU" in text for text in texts(book["Phản hồi"]))
    assert {"SỐ LIỆU ĐÃ ĐỌC (1)", "1.595", "hồ sơ", "Được nhận"} <= set(texts(book["Phản hồi"]))
    assert (twin["findings"], twin["label_vi"], twin["workbook"]["shows"]) == ([], None, "none")


def test_a_file_refused_as_a_whole_is_not_opened(written, tmp_path):
    bomb = tmp_path / SHA
    bomb.mkdir()  # opening it would fail
    content = feedback(
        verdict="refused", refusal_vi="Tệp hỏng.", refusal_en="damaged", figures=(), counts=Counts()
    )
    book, twin = written(content, bomb)
    assert book.sheetnames == ["Phản hồi"]
    assert "Tệp hỏng." in texts(book["Phản hồi"])
    assert twin["refusal"] == {"message_vi": "Tệp hỏng.", "message_en": "damaged"}


@pytest.mark.parametrize(
    "text", ["=1+1", "+84 24", "-", "@SUM(A1)", '=HYPERLINK("http://x")', "#N/A", "a\x00b"]
)
def test_what_was_read_is_never_a_formula(written, sender, text):
    book, twin = written(feedback(finding(raw_text=text, explanation_vi=text, locator=text)), sender)
    cells = [cell for row in book["Phản hồi"].iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert twin["findings"][0]["raw_text"] == text


def test_the_senders_formulas_links_names_and_rules_are_gone(tmp_path):
    path = sender_workbook(tmp_path / "sender.xlsx")
    book = openpyxl.load_workbook(path)
    sheet = book["Dịch vụ"]
    sheet["B2"].hyperlink = "http://example.test/x"
    sheet.conditional_formatting.add("A1:C9", openpyxl.formatting.rule.CellIsRule("equal", ["1"]))
    validation = openpyxl.worksheet.datavalidation.DataValidation("list", formula1='"a,b"')
    sheet.add_data_validation(validation)
    validation.add("C2")
    book.defined_names["evil"] = openpyxl.workbook.defined_name.DefinedName("evil", attr_text="[1]S!A1")
    book["Ghi chú"].sheet_state = "hidden"
    book.save(path)
    files = write_feedback(feedback(finding()), path, tmp_path / "feedback")
    with zipfile.ZipFile(files.workbook) as archive:
        xml = b"".join(
            archive.read(name)
            for name in archive.namelist()
            if name.startswith("xl/") and name.endswith(".xml")
        )
        names = archive.namelist()
    for mark in (b"<f>", b"example.test", b"evil", b"conditionalFormatting>", b"dataValidation "):
        assert mark not in xml
    assert not any("externalLink" in name for name in names)
    sheet = openpyxl.load_workbook(files.workbook)["Dịch vụ"]
    assert sheet["D2"].data_type == "s"
    assert openpyxl.load_workbook(files.workbook)["Ghi chú"].sheet_state == "hidden"


def test_what_is_marked_is_not_hidden(written, tmp_path):
    path = sender_workbook(tmp_path / "open.xlsx")
    book = openpyxl.load_workbook(path)
    book["Ghi chú"].sheet_state = "hidden"
    book["Ghi chú"].column_dimensions["A"].hidden = True
    book["Ghi chú"].row_dimensions[1].hidden = True
    book.save(path)
    sheet = written(feedback(finding("Ghi chú!A1")), path)[0]["Ghi chú"]
    assert sheet.sheet_state == "visible"
    assert not sheet.column_dimensions["A"].hidden
    assert not sheet.row_dimensions[1].hidden


def test_a_text_file_is_copied_line_for_line(written, tmp_path):
    path = tmp_path / SHA
    path.write_text('ma;ten;so_nguoi\n01;"Hà\nNội";=5\n44;Quảng Trị;nhiều\n', encoding="utf-8")
    content = feedback(finding("line 4:so_nguoi"), finding("line 2, column B"), file_name="a.csv", figures=())
    book, twin = written(content, path)
    sheet = book["Dữ liệu"]
    assert twin["workbook"]["shows"] == "copy"
    assert any("bản sao" in text for text in texts(book["Phản hồi"]))
    assert (sheet["C4"].value, sheet["C4"].fill.fgColor.rgb) == ("nhiều", RED)
    assert (sheet["B2"].value, sheet["B2"].fill.fgColor.rgb) == ("Hà\nNội", RED)
    assert (sheet["C2"].value, sheet["C2"].data_type) == ("=5", "s")
    assert links(book["Phản hồi"]) == {
        "line 4:so_nguoi": "'Dữ liệu'!C4",
        "line 2, column B": "'Dữ liệu'!B2",
    }


def test_what_openpyxl_cannot_load_is_copied(written, sender, monkeypatch):
    def fail(*_args, **_more):
        raise KeyError("xl/what.xml")

    monkeypatch.setattr(sender_file, "load_workbook", fail)
    book, twin = written(feedback(finding()), sender)
    assert twin["workbook"]["shows"] == "copy"
    assert (book["Dịch vụ"]["C3"].value, book["Dịch vụ"]["C3"].fill.fgColor.rgb) == (120, RED)


def test_of_a_large_file_the_lines_with_findings_are_kept_in_place(written, tmp_path, monkeypatch):
    monkeypatch.setattr(sender_file, "MAX_CELLS", 100)
    path = tmp_path / SHA
    path.write_text("a,b\n" + "".join(f"{n},{n}\n" for n in range(2, 200)), encoding="utf-8")
    content = feedback(finding("line 150:b"), file_name="a.csv", figures=())
    book, twin = written(content, path)
    assert twin["workbook"]["shows"] == "excerpt"
    sheet = book["Dữ liệu"]
    assert (sheet["A150"].value, sheet["B150"].fill.fgColor.rgb) == ("150", RED)
    assert sheet["A149"].value is None
    assert sheet["A2"].value == "2"


def test_a_huge_merged_block_is_not_laid_out(written, sender, monkeypatch):
    monkeypatch.setattr(sender_file, "MAX_CELLS", 2)
    assert written(feedback(finding()), sender)[1]["workbook"]["shows"] == "excerpt"


def test_the_same_content_gives_the_same_bytes(tmp_path, sender):
    content = feedback(finding())
    one, two = (write_feedback(content, sender, tmp_path / name) for name in ("one", "two"))
    assert one.workbook.read_bytes() == two.workbook.read_bytes()
    assert one.twin.read_bytes() == two.twin.read_bytes()
    assert openpyxl.load_workbook(one.workbook).properties.created == RECEIVED_AT
    assert sorted(path.name for path in one.workbook.parent.iterdir()) == [one.twin.name, one.workbook.name]


def test_other_programs_read_it(tmp_path, sender):
    path = write_feedback(feedback(finding()), sender, tmp_path / "feedback").workbook
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["Phản hồi", "Dịch vụ", "Ghi chú"]
    assert book.get_sheet_by_name("Dịch vụ").to_python()[2][2] == 120


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not on this machine")
def test_libreoffice_opens_it(tmp_path, sender):
    path = write_feedback(feedback(finding()), sender, tmp_path / "feedback").workbook
    command = [
        "soffice",
        f"-env:UserInstallation=file://{tmp_path}/profile",
        "--headless",
        "--convert-to",
        "ods",
    ]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(path)], check=True, timeout=120, capture_output=True
    )
    [converted] = tmp_path.glob("*.ods")
    book = CalamineWorkbook.from_path(str(converted))
    assert book.sheet_names == ["Phản hồi", "Dịch vụ", "Ghi chú"]


def test_the_summary_prints_on_a4(written):
    sheet = written(feedback())[0]["Phản hồi"]
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (9, "landscape")
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows


def test_many_findings_are_listed_up_to_a_limit_and_all_in_the_twin(written):
    many = [finding(f"Dịch vụ!C{row}") for row in range(1, 2_011)]
    book, twin = written(feedback(*many))
    assert len(twin["findings"]) == 2_010
    assert any(text.startswith("Còn 10 dòng không liệt kê") for text in texts(book["Phản hồi"]))


def test_files_lie_by_source_and_month(tmp_path):
    files = files_of(feedback(), tmp_path)
    place = tmp_path / "provincial_submission" / "2025-10"
    assert files.workbook == place / "44_quảng trị.ab12cd34.phan-hoi.xlsx"
    assert files.twin == place / "44_quảng trị.ab12cd34.phan-hoi.json"
    unknown = files_of(feedback(source_code=None, period_start=None), tmp_path)
    assert unknown.workbook.parent == tmp_path / "khong-ro-nguon" / "khong-ro-ky"


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("Báo cáo.xlsx", "Báo cáo"),
        ("../../etc/passwd.csv", "passwd"),
        ("..\\..\\x.csv", "x"),
        ('a:b*?"<>|.xlsx', "a_b______"),
        (".xlsx", "xlsx"),
        ("...", "tep"),
        ("ô" * 300 + ".xlsx", "ô" * 60),
        ("a\x00b\n.xlsx", "a_b_"),
    ],
)
def test_a_name_from_outside_makes_no_path(name, stem):
    assert safe_stem(name) == stem
    assert Path(safe_stem(name)).name == safe_stem(name)


def test_the_hash_changes_with_the_content_only():
    assert feedback().content_sha256 == feedback().content_sha256
    assert feedback().content_sha256 != feedback(figures=(figure(value_vi="1.596"),)).content_sha256

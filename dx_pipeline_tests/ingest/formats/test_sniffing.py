import codecs
import gzip

import pytest

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats import Format, sniff
from dx_pipeline_tests.ingest.formats.conftest import FILES

TABLE = "<table><tr><td>Hà Nội</td></tr></table>"


def ole2(*streams):
    entries = b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in streams)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entries


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
def test_workbooks_are_told_by_content_whatever_their_name(extension):
    assert sniff(FILES / f"report.{extension}", "a.csv") is Format(extension)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        pytest.param(f"<html><body>{TABLE}", Format.HTML, id="html"),
        pytest.param(TABLE, Format.HTML, id="table only"),
        pytest.param(
            codecs.BOM_UTF8 + f"\r\n <META charset=utf-8>{TABLE}".encode(), Format.HTML, id="BOM, meta"
        ),
        pytest.param(codecs.BOM_UTF16_LE + TABLE.encode("utf-16-le"), Format.HTML, id="UTF-16 with BOM"),
        pytest.param(TABLE.encode("utf-16-be"), Format.HTML, id="UTF-16 without BOM"),
        pytest.param(f'<?xml version="1.0"?><!DOCTYPE html><html>{TABLE}</html>', Format.HTML, id="XHTML"),
        pytest.param(f"Notice: undefined<br />{TABLE}", Format.HTML, id="words before the table"),
        pytest.param(
            f'<html xmlns:x="urn:schemas-microsoft-com:office:excel">{TABLE}',
            Format.HTML,
            id="Excel's own html",
        ),
        pytest.param('{"code": "OK", "data": {}}', Format.JSON, id="json object"),
        pytest.param(b"\xef\xbb\xbf [ {} ]", Format.JSON, id="json list with BOM"),
        pytest.param("[1, 2]", Format.JSON, id="json numbers"),
        pytest.param("[Biểu 1];2\n", Format.CSV, id="a bracket is no json"),
        pytest.param("Đơn vị;Số\nHà Nội;1\n", Format.CSV, id="csv"),
        pytest.param("a\tb\n".encode("utf-16"), Format.CSV, id="csv in UTF-16"),
        pytest.param("Qu¶ng TrÞ;1\n".encode("cp1252"), Format.CSV, id="csv in a legacy encoding"),
        pytest.param(gzip.compress(b"a;b"), Format.GZIP, id="gzip"),
        pytest.param(b"\x09\x08\x10\x00\x00\x06\x05\x00" + b"\0" * 100, Format.XLS, id="bare BIFF"),
        pytest.param(ole2("Root Entry", "Workbook"), Format.XLS, id="xls by its stream"),
        pytest.param(ole2("Root Entry", "Book"), Format.XLS, id="Excel 95"),
    ],
)
def test_text_and_archives_are_told_by_content(written, content, expected):
    assert sniff(written(content), "a.pdf") is expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        pytest.param({"a.csv": "1"}, Format.ZIP, id="plain zip"),
        pytest.param({"[Content_Types].xml": "", "xl/workbook.xml": ""}, Format.XLSX, id="xlsx"),
        pytest.param(
            {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""},
            Format.ODS,
            id="ods",
        ),
    ],
)
def test_archives_are_told_by_their_members(zipped, members, expected):
    assert sniff(zipped(members), "a.doc") is expected


@pytest.mark.parametrize(
    ("content", "en", "vi"),
    [
        pytest.param(b"%PDF-1.7\n", "it is a PDF file; send the table as .xlsx", "tệp là PDF", id="pdf"),
        pytest.param(b"{\\rtf1 ", "rich text", "văn bản RTF", id="rtf"),
        pytest.param(b"Rar!\x1a\x07\x00", "RAR archive; pack it as .zip", "nén lại dạng .zip", id="rar"),
        pytest.param(b"7z\xbc\xaf\x27\x1c..", "7z archive", "dạng 7z", id="7z"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "an image", "tệp là ảnh", id="png"),
        pytest.param(b"\xff\xd8\xff\xe0", "an image", "tệp là ảnh", id="jpeg"),
        pytest.param(b"MZ\x90\x00\x03\x00\x00\x00", "a program", "chương trình", id="program"),
        pytest.param(b"SQLite format 3\x00", "a database", "cơ sở dữ liệu", id="sqlite"),
        pytest.param(b"  \r\n", "it is empty", "tệp rỗng", id="only blanks"),
        pytest.param(b"", "it is empty", "tệp rỗng", id="empty"),
        pytest.param(bytes(range(256)) * 4, "binary bytes", "nhị phân", id="junk"),
        pytest.param(ole2("WordDocument"), "Word document", "văn bản Word", id="doc"),
        pytest.param(ole2("EncryptedPackage"), "protected by a password", "có mật khẩu", id="encrypted xlsx"),
        pytest.param(ole2("Contents"), "without a workbook", "không có bảng tính", id="other OLE2"),
        pytest.param(
            "MIME-Version: 1.0\nContent-Type: multipart/related\n\n", "web page archive", ".mht", id="mht"
        ),
        pytest.param(
            '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
            '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>',
            "save it as .xlsx",
            "lưu dạng .xlsx",
            id="Excel 2003 XML",
        ),
        pytest.param('<?xml version="1.0"?><error>1</error>', "XML data", "dữ liệu XML", id="xml"),
        pytest.param(
            "<html><head><title>Đăng nhập</title></head><body>?</body></html>",
            "«Đăng nhập», such as a portal shows for log-in",
            "tiêu đề «Đăng nhập»",
            id="page without a table",
        ),
        pytest.param(
            f"<title>A &amp; B</title>{TABLE}<input type='password'>",
            "«A & B»",
            "«A & B»",
            id="log-in in a table",
        ),
    ],
)
def test_what_holds_no_table_is_refused_with_what_it_is(written, content, en, vi):
    with pytest.raises(UnreadableFileError) as caught:
        sniff(written(content), "báo cáo.xls")
    assert en in caught.value.message
    assert vi in caught.value.message_vi
    assert caught.value.message_vi.startswith("Không đọc được tệp báo cáo.xls")


@pytest.mark.parametrize(
    ("content", "expected", "en", "vi"),
    [
        pytest.param(
            b"\x28\xb5\x2f\xfd\x00",
            Format.ZSTD,
            "(.zst), which only a register",
            "(.zst), chỉ nhận",
            id="zstd",
        ),
        pytest.param(
            b"PAR1\x15", Format.PARQUET, "a Parquet file, which only", "Parquet, chỉ nhận", id="parquet"
        ),
    ],
)
def test_forms_of_a_register_are_read_where_registers_lie_and_refused_elsewhere(
    written, content, expected, en, vi
):
    path = written(content)
    assert sniff(path, "a.csv", is_register=True) is expected
    with pytest.raises(UnreadableFileError) as caught:
        sniff(path, "a.csv")
    assert en in caught.value.message
    assert vi in caught.value.message_vi


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"", bytes(range(256)) * 4], ids=["pdf", "empty", "junk"])
def test_what_is_no_register_is_refused_where_registers_lie(written, content):
    with pytest.raises(UnreadableFileError):
        sniff(written(content), "a.csv", is_register=True)


def test_only_the_head_of_a_large_text_is_read(tmp_path):
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"a;b\n1;2\n" * 20_000)
        file.truncate(1 << 40)  # as long as no memory; the rest is nothing
    assert sniff(path, "a.csv") is Format.CSV


@pytest.mark.parametrize(
    ("members", "en"),
    [
        pytest.param({"[Content_Types].xml": "", "word/document.xml": ""}, "Word document", id="docx"),
        pytest.param({"[Content_Types].xml": "", "ppt/presentation.xml": ""}, "presentation", id="pptx"),
        pytest.param({"[Content_Types].xml": "", "xl/workbook.bin": ""}, "save it as .xlsx", id="xlsb"),
        pytest.param(
            {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": ""},
            "OpenDocument text",
            id="odt",
        ),
        pytest.param(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": "",
                "META-INF/manifest.xml": "<manifest:encryption-data/>",
            },
            "password",
            id="encrypted ods",
        ),
    ],
)
def test_archives_of_other_programs_are_refused(zipped, members, en):
    with pytest.raises(UnreadableFileError, match=en):
        sniff(zipped(members), "a.xlsx")

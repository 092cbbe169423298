"""What the bytes of a file are. The file's name is only for the message: people rename files.

Text is told apart here (HTML, XML, JSON, lines); files that hold no table are named in ``foreign``.
"""

from __future__ import annotations

import codecs
import html
import mmap
import re
import zipfile
from pathlib import Path

from dx_pipeline.ingest.formats import foreign
from dx_pipeline.ingest.formats.refusals import has_password, reading, refused
from dx_pipeline.ingest.formats.sheet import Format

_HEAD_BYTES = 64 * 1024
_MARKUP_BYTES = 64 * 1024 * 1024
_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OF_REGISTERS = {foreign.ZSTD: Format.ZSTD, foreign.PARQUET: Format.PARQUET}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08PK")
# A worksheet of Excel 2 to 5 starts with a BOF record: type 0x0009 to 0x0809, length 4, 6, 8 or 16.
_RAW_BIFF = re.compile(rb"\x09[\x00\x02\x04\x08][\x04\x06\x08\x10]\x00")
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\x0b\x0c\x1a\x1b"))
_MARKUP = re.compile(r"\s*<(?:[!?a-z])", re.IGNORECASE)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|meta|title|div|style|script|center|form|p|h[1-6]|br)\b",
    re.IGNORECASE,
)
_TABLE = re.compile(r"<table\b", re.IGNORECASE)
_ROW_END = re.compile(r"</(?:td|tr|table)\s*>", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_LOGIN = re.compile(r"<input\b[^>]*\btype\s*=\s*[\"']?password", re.IGNORECASE)
_JSON = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*(?:[\[{\"\]]|-?\d|true\b|false\b|null\b))")
_MHT = re.compile(r"\s*MIME-Version:|.{0,2000}?^Content-Type:\s*multipart/related", re.I | re.S | re.M)
_MAIL = re.compile(r"(?:[A-Z][A-Za-z-]+: [^\n]*\n(?:[ \t][^\n]*\n)*){3}")


def sniff(path: Path, file_name: str, *, is_register: bool = False) -> Format:
    """What the bytes of the file are. Only its head is read, and the list of what is in it where it has one.

    Args:
        path: The file.
        file_name: For the message.
        is_register: Whether it lies where a large register does: only there Zstandard and Parquet are read.

    Raises:
        UnreadableFileError: It holds no table we read; the message says what it is and what to send instead.
    """
    with reading(file_name, "file of a known format", "tệp có định dạng đã biết"), path.open("rb") as file:
        head = file.read(_HEAD_BYTES)
    if not head.strip(b"\x00 \t\r\n") and path.stat().st_size <= _HEAD_BYTES:
        raise refused(file_name, "it is empty; send it again", "tệp rỗng. Đề nghị gửi lại.")
    if is_register and head[:4] in _OF_REGISTERS:
        return _OF_REGISTERS[head[:4]]
    foreign.refuse_foreign(head, file_name)
    if head.startswith(_ZIP):
        return _zip_format(path, file_name)
    if head.startswith(b"\x1f\x8b"):
        return Format.GZIP
    if head.startswith(_OLE2):
        return _ole_format(path, file_name)
    if _RAW_BIFF.match(head):
        return Format.XLS
    return _text_format(path, head, file_name)


def _zip_format(path: Path, file_name: str) -> Format:
    with reading(file_name, "readable archive", "tệp nén đọc được"), zipfile.ZipFile(path) as archive:
        names = {name.replace("\\", "/").lower() for name in archive.namelist()}
        kind = ""
        if "mimetype" in names and "content.xml" in names:
            with archive.open("mimetype") as stream:
                kind = stream.read(200).decode("ascii", "replace")
        is_encrypted = "meta-inf/manifest.xml" in names and _is_encrypted_package(archive)
    if kind.startswith("application/vnd.oasis.opendocument.") or "content.xml" in names:
        if kind and not kind.startswith("application/vnd.oasis.opendocument.spreadsheet"):
            raise foreign.not_a_table(file_name, foreign.SLIDES if "presentation" in kind else foreign.ODT)
        if is_encrypted:
            raise has_password(file_name)
        return Format.ODS
    if "[content_types].xml" not in names:
        return Format.ZIP
    return _office_format(names, file_name)


def _office_format(names: set[str], file_name: str) -> Format:
    if "xl/workbook.bin" in names:
        raise foreign.save_as_xlsx(
            file_name, ("a binary workbook (.xlsb)", "tệp là bảng tính nhị phân (.xlsb)")
        )
    if "xl/workbook.xml" in names or any(name.startswith("xl/") for name in names):
        return Format.XLSX
    raise foreign.not_a_table(
        file_name, foreign.SLIDES if any(name.startswith("ppt/") for name in names) else foreign.DOCX
    )


def _is_encrypted_package(archive: zipfile.ZipFile) -> bool:
    for name in archive.namelist():
        if name.lower() == "meta-inf/manifest.xml":
            with archive.open(name) as stream:
                return b"encryption-data" in stream.read(1 << 20)
    return False


def _ole_format(path: Path, file_name: str) -> Format:
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return _workbook_of_ole(content, file_name)


def _workbook_of_ole(content: mmap.mmap, file_name: str) -> Format:
    if _has_stream(content, "EncryptedPackage"):
        raise has_password(file_name)
    if _has_stream(content, "Workbook") or _has_stream(content, "Book"):
        return Format.XLS
    for stream, kind in (
        ("WordDocument", foreign.DOC),
        ("PowerPoint Document", foreign.SLIDES),
        ("__properties_version1.0", foreign.MAIL),
    ):
        if _has_stream(content, stream):
            raise foreign.not_a_table(file_name, kind)
    raise foreign.not_a_table(file_name, foreign.OLE)


def _has_stream(content: mmap.mmap, name: str) -> bool:
    """Whether a directory entry of the OLE2 file has this name: 64 bytes, padded, on a multiple of 128."""
    entry = name.encode("utf-16-le").ljust(64, b"\0")
    position = content.find(entry)
    while position >= 0:
        if position % 128 == 0:
            return True
        position = content.find(entry, position + 1)
    return False


def _text_format(path: Path, head: bytes, file_name: str) -> Format:
    text = _rough_text(head, file_name)
    if _MARKUP.match(text) or (_TABLE.search(text) and _ROW_END.search(text)):
        with path.open("rb") as file:
            return _markup_format(_rough_text(file.read(_MARKUP_BYTES), file_name), file_name)
    if _JSON.match(text):
        return Format.JSON
    if _MHT.match(text[:4000]) and "ontent-" in text[:4000]:
        raise foreign.save_as_xlsx(
            file_name, ("a web page archive (.mht)", "tệp là trang web lưu trữ (.mht)")
        )
    if _MAIL.match(text) and re.search(r"^(?:From|Received|Subject):", text[:4000], re.MULTILINE):
        raise foreign.not_a_table(file_name, foreign.MAIL)
    return Format.CSV


def _rough_text(content: bytes, file_name: str) -> str:
    """The text as far as ASCII goes: enough to tell markup, JSON and lines apart."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return content.decode("utf-16", "replace")
    if content.startswith(codecs.BOM_UTF8):
        content = content[3:]
    if content[1::2].count(0) > len(content) // 4:
        return content.decode("utf-16-le", "replace")
    if content[::2].count(0) > len(content) // 4:
        return content.decode("utf-16-be", "replace")
    if len(content) - len(content.translate(None, _CONTROLS)) > len(content) // 500:
        raise foreign.not_a_table(file_name, foreign.BINARY)
    return content.decode("latin-1")


def _markup_format(text: str, file_name: str) -> Format:
    head = text[:_HEAD_BYTES]
    if "urn:schemas-microsoft-com:office:spreadsheet" in head and not re.search(r"<html\b", head, re.I):
        raise foreign.save_as_xlsx(
            file_name, ("a workbook saved as XML (Excel 2003)", "tệp là bảng tính lưu dạng XML (Excel 2003)")
        )
    if "urn:oasis:names:tc:opendocument" in head:
        raise foreign.save_as_xlsx(
            file_name, ("a flat OpenDocument file", "tệp là OpenDocument dạng XML (.fods)")
        )
    has_table = _TABLE.search(text) is not None
    if not has_table and not _HTML.search(head):
        raise foreign.not_a_table(file_name, ("XML data, not a table", "tệp là dữ liệu XML, không phải bảng"))
    if has_table and not _LOGIN.search(text):
        return Format.HTML
    raise _page_without_table(text, file_name)


def _page_without_table(text: str, file_name: str) -> Exception:
    found = _TITLE.search(text)
    title = " ".join(html.unescape(_as_utf8(found[1])).split())[:120] if found else ""
    return refused(
        file_name,
        f"it is a web page without a table of figures, titled «{title}», such as a portal shows for log-in or "
        "maintenance; export the table again",
        f"tệp là trang web không có bảng số liệu (tiêu đề «{title}»), như trang đăng nhập hoặc bảo trì. "
        "Đề nghị xuất lại bảng số liệu.",
    )


def _as_utf8(text: str) -> str:
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text

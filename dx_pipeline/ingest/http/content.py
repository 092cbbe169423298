"""Whether a downloaded file is what the catalogue expects and goes to its end.

A login page with status 200 is not an export, and an answer without a length may have been cut without a sign:
what the content itself can tell is asked here. Whether its figures make sense is the readers' business.
"""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
import zipfile
import zlib
from pathlib import Path

from dx_pipeline.failures import DxError
from dx_pipeline.ingest.formats.sheet import Format

_HEAD = 65536
_TAIL = 4096
_CHUNK = 1 << 20
_TITLE = re.compile(rb"<title[^>]*>(.*?)</title", re.IGNORECASE | re.DOTALL)
_PAGE = re.compile(
    rb"\s*(?:(?:<!--.*?--|<\?xml.*?\?)>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
_PASSWORD = re.compile(rb"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_LONGEST_TITLE = 120


class WrongContentError(Exception):
    """The file is something else than expected; says what in English and Vietnamese."""

    def __init__(self, message: str, message_vi: str, *, is_page: bool = False) -> None:
        super().__init__(message)
        self.message_vi = message_vi
        self.is_page = is_page


class CutShortError(WrongContentError):
    """The file ends before its end."""


def check_content(path: Path, file_name: str, expects: str, *, limit: int, is_end_sure: bool) -> None:
    """Passes a file that is what it should be and is whole, as far as its content can tell.

    Args:
        path: The downloaded file.
        file_name: What it will be called.
        expects: The format the catalogue expects.
        limit: Bytes that a gzip may expand to.
        is_end_sure: The transfer proved that all of it came; rows are counted only where it did not.

    Raises:
        CutShortError: It breaks off.
        WrongContentError: It is something else, for example an HTML page.
    """
    if path.stat().st_size == 0:
        raise CutShortError("the answer is empty", "nội dung trả về rỗng")
    _refuse_page(path, expects)
    if expects == "json":  # says where it breaks off, which telling the format could not
        _check_json(path)
        return
    if expects in ("zip", "xlsx"):
        _check_zip(path)
    elif expects == "gzip":
        _check_gzip(path, limit)
    elif expects == "csv" and not is_end_sure:
        _check_rows(path)
    elif expects == "html" and not is_end_sure:
        _check_markup(path)
    _check_format(path, file_name, expects)


def page_title(head: bytes) -> str | None:
    """The title of an HTML page, or "" where it has none; None if it is no page."""
    if not _PAGE.match(head.removeprefix(b"\xef\xbb\xbf")):
        return None
    match = _TITLE.search(head)
    text = html.unescape(match[1].decode("utf-8", "replace")) if match else ""
    return " ".join(text.split())[:_LONGEST_TITLE]


def _refuse_page(path: Path, expects: str) -> None:
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    title = page_title(head)
    is_export = expects == "html" and b"<table" in path.read_bytes().lower() and not _PASSWORD.search(head)
    if title is not None and not is_export:
        called = f" titled «{title}»" if title else ""
        called_vi = f" có tiêu đề «{title}»" if title else ""
        raise WrongContentError(
            f"a web page{called} came instead of {expects}",
            f"nhận được một trang web{called_vi} thay vì tệp {expects}",
            is_page=True,
        )


def _check_format(path: Path, file_name: str, expects: str) -> None:
    from dx_pipeline.ingest.formats import sniff

    try:
        found = sniff(path, file_name)
    except DxError as error:
        raise WrongContentError(
            f"expected {expects}: {error.message}", f"cần tệp {expects}: {error.message_vi}"
        ) from error
    if found != Format(expects):
        raise WrongContentError(
            f"{found.value} came instead of {expects}", f"nhận được tệp {found.value} thay vì {expects}"
        )


def _check_json(path: Path) -> None:
    try:
        answer = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise CutShortError(
            f"the JSON does not parse to its end: {error}", f"JSON bị ngắt hoặc sai cú pháp: {error}"
        ) from error
    if not isinstance(answer, dict | list):
        raise WrongContentError(
            "the JSON is a single value, not an object or a list", "JSON chỉ có một giá trị"
        )


def _check_zip(path: Path) -> None:
    try:
        with zipfile.ZipFile(path):  # its directory is at the end
            return
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise CutShortError(f"the zip is damaged or cut: {error}", f"tệp nén bị hỏng: {error}") from error


def _check_gzip(path: Path, limit: int) -> None:
    size = 0
    try:
        with gzip.open(path) as stream:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                if size > limit:
                    raise WrongContentError(
                        f"it expands to more than {limit} bytes", f"giải nén vượt quá {limit} byte"
                    )
    except (EOFError, OSError, zlib.error) as error:
        raise CutShortError(f"the gzip is damaged or cut: {error}", f"tệp nén bị hỏng: {error}") from error


def _check_rows(path: Path) -> None:
    """A CSV whose last line is not ended, or has fewer cells than its header, may have been cut."""
    content = path.read_bytes()
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    # Only separators and quotes matter here, and they are the same byte in every 8-bit encoding.
    text = content.decode("utf-16" if is_wide else "latin-1", "replace")
    header = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(";,\t", key=header.count)
    try:
        rows = [row for row in csv.reader(text.splitlines(True), delimiter=separator, strict=True) if row]
    except csv.Error as error:
        raise CutShortError(f"the CSV breaks off: {error}", f"tệp CSV bị ngắt: {error}") from error
    if not text.endswith(("\n", "\r")) or not rows or len(rows[-1]) < len(rows[0]):
        raise CutShortError(
            "the last line of the CSV is not whole, and the server did not say how long the file is",
            "dòng cuối của tệp CSV không đầy đủ, và máy chủ không cho biết độ dài tệp",
        )


def _check_markup(path: Path) -> None:
    tail = path.read_bytes()[-_TAIL:].lower()
    if b"</html" not in tail and b"</table" not in tail:
        raise CutShortError("the HTML is not closed at its end", "tệp HTML không có phần kết thúc")

"""Files that hold no table we read: what they are, told by their first bytes, and what to send instead.

The texts are for the sender of the file. Formats that are read are told in ``sniffing``.
"""

from __future__ import annotations

import re

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.refusals import refused

Kind = tuple[str, str]

_TABLE = (
    "send the table as .xlsx, .xls, .ods or .csv",
    "Đề nghị gửi bảng số liệu dạng .xlsx, .xls, .ods hoặc .csv.",
)
_ZIP = ("pack it as .zip", "Đề nghị nén lại dạng .zip.")
_SAVE = (
    "open it in Excel or LibreOffice and save it as .xlsx",
    "Đề nghị mở bằng Excel hoặc LibreOffice, lưu dạng .xlsx rồi gửi lại.",
)

DOCX: Kind = ("a Word document (.docx)", "tệp là văn bản Word (.docx)")
DOC: Kind = ("a Word document (.doc)", "tệp là văn bản Word (.doc)")
SLIDES: Kind = ("a presentation", "tệp là bản trình chiếu")
ODT: Kind = ("an OpenDocument text", "tệp là văn bản OpenDocument (.odt)")
MAIL: Kind = ("an e-mail message", "tệp là thư điện tử")
OLE: Kind = (
    "an older office document without a workbook",
    "tệp là tài liệu văn phòng cũ, không có bảng tính",
)
BINARY: Kind = ("no text and no known format (binary bytes)", "tệp nhị phân, không rõ định dạng")
_COMPRESSED: Kind = ("compressed in another way than gzip or zip", "tệp nén không phải gzip hoặc zip")
_IMAGE: Kind = ("an image", "tệp là ảnh")
_MEDIA: Kind = ("a sound or video file", "tệp là âm thanh hoặc video")
_PROGRAM: Kind = ("a program", "tệp là chương trình")
_DATABASE: Kind = ("a database file", "tệp là cơ sở dữ liệu")

# Forms of a large register: told apart in sniffing where such a register lies, and refused anywhere else.
ZSTD = b"\x28\xb5\x2f\xfd"
PARQUET = b"PAR1"
_ZSTD_KIND: Kind = (
    "compressed with Zstandard (.zst), which only a register in its source's own folder may be",
    "tệp nén dạng Zstandard (.zst), chỉ nhận trong thư mục của nguồn gửi danh sách lớn",
)
_PARQUET_KIND: Kind = (
    "a Parquet file, which only a register in its source's own folder may be",
    "tệp dạng Parquet, chỉ nhận trong thư mục của nguồn gửi danh sách lớn",
)

_SIGNATURES: tuple[tuple[re.Pattern[bytes], Kind, Kind], ...] = tuple(
    (re.compile(pattern, re.DOTALL), kind, advice)
    for pattern, kind, advice in (
        (rb"(?:\xef\xbb\xbf)?\s{0,64}%PDF-", ("a PDF file", "tệp là PDF"), _TABLE),
        (rb"\{\\rtf", ("a rich text document (.rtf)", "tệp là văn bản RTF"), _TABLE),
        (rb"Rar!\x1a\x07", ("a RAR archive", "tệp nén dạng RAR"), _ZIP),
        (rb"7z\xbc\xaf\x27\x1c", ("a 7z archive", "tệp nén dạng 7z"), _ZIP),
        (rb"BZh[1-9]1AY&SY|\xfd7zXZ\x00|\x1f\x9d|\x04\x22\x4d\x18", _COMPRESSED, _ZIP),
        (re.escape(ZSTD), _ZSTD_KIND, _ZIP),
        (re.escape(PARQUET), _PARQUET_KIND, _TABLE),
        (rb".{257}ustar", ("a tar archive", "tệp nén dạng tar"), _ZIP),
        (rb"MSCF\x00\x00\x00\x00", ("a cabinet archive", "tệp nén dạng cab"), _ZIP),
        (rb"\x89PNG\r\n|\xff\xd8\xff|GIF8[79]a|II\*\x00|MM\x00\*", _IMAGE, _TABLE),
        (rb"BM.{4}\x00\x00\x00\x00|RIFF.{4}WEBP|\x00\x00\x01\x00\x01\x00", _IMAGE, _TABLE),
        (rb".{4}ftyp(?:heic|heix|mif1|avif)", _IMAGE, _TABLE),
        (rb".{4}ftyp|RIFF.{4}(?:WAVE|AVI )|ID3[\x02-\x04]|OggS\x00|\x1aE\xdf\xa3", _MEDIA, _TABLE),
        (rb"MZ.{0,62}\x00|\x7fELF|\xca\xfe\xba\xbe", _PROGRAM, _TABLE),
        (rb"SQLite format 3\x00|.{8}DUCK|\x00\x01\x00\x00Standard (?:Jet|ACE) DB", _DATABASE, _TABLE),
        (
            rb"\x4c\x00\x00\x00\x01\x14\x02\x00",
            ("only a shortcut to a file", "tệp chỉ là lối tắt (shortcut)"),
            _TABLE,
        ),
    )
)


def refuse_foreign(head: bytes, file_name: str) -> None:
    """Refuses a file whose first bytes are those of a format that holds no table we read.

    Args:
        head: The first 300 bytes at least.
        file_name: For the message.

    Raises:
        UnreadableFileError: With what the file is and what to send instead.
    """
    for pattern, kind, advice in _SIGNATURES:
        if pattern.match(head):
            raise _error(file_name, kind, advice)


def not_a_table(file_name: str, kind: Kind) -> UnreadableFileError:
    """The error for a file of this kind: send the table in one of the formats that are read."""
    return _error(file_name, kind, _TABLE)


def save_as_xlsx(file_name: str, kind: Kind) -> UnreadableFileError:
    """The error for a table in a form that office programs open and we do not."""
    return _error(file_name, kind, _SAVE)


def _error(file_name: str, kind: Kind, advice: Kind) -> UnreadableFileError:
    return refused(file_name, f"it is {kind[0]}; {advice[0]}", f"{kind[1]}. {advice[1]}")

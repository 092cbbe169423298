"""Bytes of a text file to text in NFC, whatever encoding a Vietnamese office saved them in.

UTF-8 and UTF-16 tell themselves. Of the others the one is taken in which the accented words can be Vietnamese
(see ``legacy_fonts`` for the shares); where none or more than one is, the file is refused and both readings
are shown. What the text means is the readers' business.
"""

from __future__ import annotations

import codecs
import itertools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.legacy_fonts import is_clearly_vietnamese, repair
from dx_pipeline.ingest.formats.legacy_tables import UNDEFINED, read_tcvn3, read_viscii, read_vni
from dx_pipeline.ingest.formats.syllables import accented_words, judged, spelling

_SAMPLE_BYTES = 256 * 1024
_VIETNAMESE_ONLY = re.compile("[\u0102-\u01b0\u1ea0-\u1ef9]")
_SHORT = 4096
_ZERO_SHARE = 0.25  # digits, separators and line ends alone make more than this in UTF-16 tables
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x19\x1b-\x1f\x7f]")  # tab, line ends and the DOS end of file pass
# Qu?ng, tr??ng: programs put ? for letters that the encoding they save in does not have. No web addresses.
_LOST = re.compile(r"(?<![\w/=.?&-])[^\W\d_]+\?+[^\W\d_]+(?:\?+[^\W\d_]+)*\??(?![\w/=&])")
_LOST_WORDS = 3
_LEGACY: dict[str, Callable[[bytes], str]] = {
    "windows-1258": lambda content: unicodedata.normalize("NFC", content.decode("cp1258", "replace")),
    "tcvn3": lambda content: read_tcvn3(content.decode("cp1252", "replace")),
    "vni": lambda content: read_vni(content.decode("cp1252", "replace")),
    "viscii": lambda content: read_viscii(content.decode("latin-1")),
    "utf-8": lambda content: unicodedata.normalize("NFC", content.decode("utf-8", "replace")),
}


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text in NFC and the encoding it was in."""

    text: str
    encoding: str


def decode(content: bytes, file_name: str) -> str:
    """The text of a file, in NFC, without byte order mark. See ``decode_with_name``."""
    return decode_with_name(content, file_name).text


def decode_with_name(content: bytes, file_name: str) -> Decoded:
    """The text of a file and the name of its encoding.

    Args:
        content: The whole file.
        file_name: For messages.

    Returns:
        ``ascii``, ``utf-8``, ``utf-16-le``, ``utf-16-be``, ``windows-1258``, ``tcvn3``, ``vni``, ``viscii``, or
        ``utf-8 read as windows-1252`` (text that was broken before it was saved).

    Raises:
        UnreadableFileError: It is no text, or its encoding cannot be told for sure.
    """
    if content.isascii() and b"\x00" not in content:
        return _checked(content.decode("ascii"), "ascii", file_name)
    encoding, start = _told_by_itself(content)
    if encoding is None:
        return _decode_legacy(content, file_name)
    try:
        text = content[start:].decode(encoding)
    except UnicodeDecodeError as error:
        line = _line_of(content[start : start + error.start].decode(encoding, "replace"))
        raise _refused(
            file_name,
            f"line {line} is not valid {encoding.upper()}",
            f"dòng {line} không đúng bảng mã {encoding.upper()}",
        ) from error
    text = unicodedata.normalize("NFC", text.removeprefix("\ufeff"))
    _refuse_controls(text, file_name)
    _refuse_lost_letters(text, file_name)
    repaired = repair(text.split("\n"), file_name)
    return Decoded("\n".join(repaired.texts), repaired.encoding or encoding)


def _told_by_itself(content: bytes) -> tuple[str | None, int]:
    """The Unicode encoding of the bytes and where the text starts; None where it is none."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return encoding, len(mark)
    sample = content[:_SAMPLE_BYTES]
    if b"\x00" in sample:
        half = len(sample) / 2
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if odd > _ZERO_SHARE * half and even < odd / 10:
            return "utf-16-le", 0
        if even > _ZERO_SHARE * half and odd < even / 10:
            return "utf-16-be", 0
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None, 0
    return (None if _is_utf8_by_chance(content, text) else "utf-8"), 0


def _is_utf8_by_chance(content: bytes, text: str) -> bool:
    """A few words in another encoding can be valid UTF-8: Phường in VISCII."""
    if len(text) > _SHORT or spelling([text]).possible:
        return False
    return _clear_encoding(_accented_lines(content)) not in (None, "utf-8")


def _decode_legacy(content: bytes, file_name: str) -> Decoded:
    """The text in the one legacy encoding that makes it Vietnamese."""
    if (zero := content.find(0)) >= 0:
        _refuse_controls(content[: zero + 1].decode("latin-1"), file_name)
    lines = _accented_lines(content)
    name = _clear_encoding(lines)
    if name is None:
        raise _undecided(lines, file_name)
    text = _LEGACY[name](content)
    if UNDEFINED in text:
        line = _line_of(text[: text.index(UNDEFINED)])
        raise _refused(
            file_name,
            f"line {line} holds a byte that {name.upper()}, the encoding of the rest, does not have",
            f"dòng {line} có ký tự không thuộc bảng mã {name.upper()} của phần còn lại",
        )
    return _checked(text, name, file_name)


def _words_by_encoding(lines: list[bytes]) -> dict[str, frozenset[str]]:
    sample = b"\n".join(lines)
    return {name: accented_words(read(sample)) for name, read in _LEGACY.items()}


def _clear_encoding(lines: list[bytes]) -> str | None:
    words = _words_by_encoding(lines)
    for name, found in words.items():
        if is_clearly_vietnamese(found, [other for key, other in words.items() if key != name]):
            return name
    return None


def _accented_lines(content: bytes) -> list[bytes]:
    """The first lines that are not plain ASCII, up to the size of the sample."""
    lines, size = [], 0
    for match in re.finditer(rb"[^\r\n]+", content):
        if not match[0].isascii():
            lines.append(match[0][:_SAMPLE_BYTES])
            size += len(lines[-1])
            if size >= _SAMPLE_BYTES:
                break
    return lines


def _undecided(lines: list[bytes], file_name: str) -> UnreadableFileError:
    """The refusal, with the first line on which the two best readings differ."""
    words = _words_by_encoding(lines)
    first, *others = sorted(words, key=lambda name: -judged(words[name]).quality)
    sample = lines[:1000]
    shown = [f"{first.upper()} «{_LEGACY[first](sample[0]).strip()[:80]}»"]
    for name in others:
        line = next((line for line in sample if _LEGACY[name](line) != _LEGACY[first](line)), None)
        if line is not None:
            shown = [f"{key.upper()} «{_LEGACY[key](line).strip()[:80]}»" for key in (first, name)]
            break
    return _refused(
        file_name,
        f"its encoding cannot be told: {' or '.join(shown)}",
        f"không xác định được bảng mã: {' hoặc '.join(shown)}",
    )


def _checked(text: str, encoding: str, file_name: str) -> Decoded:
    _refuse_controls(text, file_name)
    _refuse_lost_letters(text, file_name)
    return Decoded(text, encoding)


def _refuse_controls(text: str, file_name: str) -> None:
    if match := _CONTROLS.search(text):
        line = _line_of(text[: match.start()])
        raise _refused(
            file_name,
            f"line {line} holds the control character U+{ord(match[0]):04X}, which no text file has",
            f"dòng {line} có ký tự điều khiển U+{ord(match[0]):04X}, không phải tệp văn bản",
        )


def _refuse_lost_letters(text: str, file_name: str) -> None:
    """Refuses text of which letters were lost when it was saved: no encoding brings them back."""
    if _VIETNAMESE_ONLY.search(text):
        return
    lost = sorted(set(itertools.islice((match[0] for match in _LOST.finditer(text)), 1000)))
    if len(lost) >= _LOST_WORDS:
        shown = ", ".join(lost[:3])
        raise _refused(
            file_name,
            f"Vietnamese letters were lost when it was saved, ? stands in their place ({shown})",
            f"chữ tiếng Việt đã mất khi lưu, thay bằng dấu ? ({shown})",
        )


def _line_of(before: str) -> int:
    return before.count("\n") + 1


def _refused(file_name: str, reason_en: str, reason_vi: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file_name} cannot be read as text: {reason_en}; save it as CSV UTF-8 and send it again",
        f"Không đọc được văn bản trong tệp {file_name}: {reason_vi}. Đề nghị lưu lại dạng CSV UTF-8 và gửi lại.",
    )

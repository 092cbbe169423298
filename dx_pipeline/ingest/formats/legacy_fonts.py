"""Cells typed in legacy Vietnamese fonts, found and converted: ``Qu¶ng TrÞ``, ``Quaûng Trò``, ``Quáº£ng Trá»‹``.

Such cells hold the codes of the font's signs as if they were Western letters. One cell says little, so the
cells of a file are judged together: which of them cannot be Vietnamese as they stand, and which one encoding
makes them Vietnamese. Bytes are ``decoding``'s business, the tables are those of ``legacy_tables``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.legacy_tables import FONTS, MOJIBAKE, UNDEFINED
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.formats.syllables import accented_words, is_common, is_syllable, judged, spelling

# Shares of the distinct accented words that can be Vietnamese syllables: right readings of the communes' names
# have 0.94 and more in every province; wrong readings reach 0.7 (VISCII shares letters with Windows-1258), but
# hardly ever in the words in which two readings differ.
MIN_SHARE = 0.75
MIN_LEAD = 0.4
MIN_WORDS = 4  # fewer only where every one is a common word
DECOY_WORDS = 4

# Signs that Vietnamese in Unicode has no use for, and that every legacy text of some length has.
_SUSPECT = re.compile("[\u0080-\u009f\u00a1-\u00bfÄ-ÇËÎ-ÑÖ-ØÛÜÞßä-çëî-ñö-øûüþÿŒœŠšŽžŸƒˆ˜†‡‰‹›€™Ă]")
# Vietnamese letters that no legacy font stores; Ă may be the first half of a broken ã.
_UNICODE_ONLY = re.compile("[ăĐđĨĩŨũƠơƯư\u1ea0-\u1ef9\u0300-\u036f]|Ă(?![\u0080-\u00bf])")

# Names whose legacy codes are words as well: VNI writes Hồ Chí Minh as Hoà Chí Minh.
_SURE_NAMES = ("hồ chí minh",)

Read = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Repair:
    """The texts as read, in the order given, and the encoding that some of them were in."""

    texts: list[str]
    encoding: str | None = None


def is_clearly_vietnamese(words: frozenset[str], others: Iterable[frozenset[str]]) -> bool:
    """Whether one reading of a text is right beyond doubt.

    Args:
        words: The accented words of that reading.
        others: Those of every other reading; where they differ, this one must be better by ``MIN_LEAD``.
    """
    own = judged(words)
    if own.share < MIN_SHARE or not own.possible or (own.words < MIN_WORDS and own.common < own.words):
        return False
    return all(
        other == words or judged(words - other).quality - judged(other - words).quality >= MIN_LEAD
        for other in others
    )


def repair(texts: Sequence[str], file_name: str = "") -> Repair:
    """Converts what was typed in legacy fonts or decoded wrongly; correct Vietnamese stays.

    Args:
        texts: Cells or lines of one file, in NFC.
        file_name: For messages.

    Returns:
        As many texts as were given.

    Raises:
        UnreadableFileError: Texts are in no known encoding, or a text has two readings and nothing decides.
    """
    if not _SUSPECT.search("\n".join(texts)):
        _refuse_decoy(texts, file_name)
        return Repair(list(texts))
    work = _Work({text: text for text in texts if not text.isascii()}, file_name)
    work.convert()
    return Repair([work.readings.get(text, text) for text in texts], work.encoding)


def repair_sheets(sheets: list[Sheet], file_name: str) -> list[Sheet]:
    """The sheets with their text cells and names converted; the same sheets where nothing is to do.

    Raises:
        UnreadableFileError: As ``repair``.
    """
    texts = {sheet.name for sheet in sheets}
    for sheet in sheets:
        for row in sheet.rows:
            texts.update(cell for cell in row if type(cell) is str)
    found = sorted(text for text in texts if not text.isascii())
    repaired = repair(found, file_name)
    changed = {before: after for before, after in zip(found, repaired.texts, strict=True) if before != after}
    return [_converted(sheet, changed) for sheet in sheets] if changed else sheets


def _converted(sheet: Sheet, changed: dict[str, str]) -> Sheet:
    rows = [[changed.get(cell, cell) if type(cell) is str else cell for cell in row] for row in sheet.rows]
    return replace(sheet, name=changed.get(sheet.name, sheet.name), rows=rows)


@dataclass(slots=True)
class _Work:
    """The distinct accented texts of one file, as given and as read so far."""

    readings: dict[str, str]
    file_name: str
    encoding: str | None = None
    _has_unicode: bool = field(init=False, default=False)

    def convert(self) -> None:
        self._has_unicode = any(_UNICODE_ONLY.search(text) for text in self.readings)
        candidates = [text for text in self.readings if not _UNICODE_ONLY.search(text)]
        broken = [text for text in candidates if spelling([text]).impossible]
        tried = dict(FONTS)
        while broken and (name := self._encoding_of(broken, tried)):
            read = tried.pop(name)
            self.encoding = self.encoding or name
            broken = self._read_broken(broken, read)
            self._read_others([text for text in candidates if self.readings[text] == text], broken, read)
        _refuse_decoy(self.readings.values(), self.file_name, broken, "; ".join(_other_readings(broken)))

    def _encoding_of(self, broken: list[str], tried: dict[str, Read]) -> str | None:
        """The encoding in which the broken texts are Vietnamese, if there is exactly one."""
        readable = {name: [text for text in broken if _improves(text, read)] for name, read in tried.items()}
        if readable.get(MOJIBAKE):
            return MOJIBAKE  # hardly anything else is a valid run of UTF-8
        words = {name: accented_words("\n".join(map(read, broken))) for name, read in tried.items()}
        for name, found in words.items():
            if is_clearly_vietnamese(found, [other for key, other in words.items() if key != name]):
                return name
        best = max(readable, key=lambda name: len(readable[name]), default=None)
        if best is None or len(readable[best]) == len(broken):
            return None
        # two encodings in one file, or some cells in another language: the larger part decides first
        return self._encoding_of(readable[best], tried) if readable[best] else None

    def _read_broken(self, broken: list[str], read: Read) -> list[str]:
        left = []
        for text in broken:
            if _improves(text, read):
                self.readings[text] = read(text)
            else:
                left.append(text)
        return left

    def _read_others(self, others: list[str], broken: list[str], read: Read) -> None:
        """Texts that can be Vietnamese as they stand: the file's encoding is tried on them as well."""
        for text in others:
            converted = read(text)
            if text in broken or converted == text or spelling([converted]).impossible:
                continue
            if read is not FONTS[MOJIBAKE] and not self._is_rather(text, converted):
                continue
            self.readings[text] = converted

    def _is_rather(self, text: str, converted: str) -> bool:
        """Whether the converted text is the right one of two that can both be Vietnamese.

        The one of common words is. Between equals the file decides, if all of it is in one encoding.

        Raises:
            UnreadableFileError: Both are common words, and the file has cells of both kinds.
        """
        if any(name in converted.lower() for name in _SURE_NAMES):
            return True
        is_plain = all(map(is_common, accented_words(text)))
        is_legacy = all(map(is_common, accented_words(converted)))
        if is_plain != is_legacy:
            return is_legacy
        if is_plain and self._has_unicode:
            raise UnreadableFileError(
                f"{self.file_name}: «{text[:60]}» can also be read as «{converted[:60]}», because some cells are in "
                f"Unicode and others in {self.encoding}; convert the whole file to Unicode and send it again",
                f"Tệp {self.file_name}: ô «{text[:60]}» cũng có thể đọc là «{converted[:60]}» vì tệp vừa có ô dùng "
                f"Unicode vừa có ô dùng bảng mã {self.encoding}. Đề nghị chuyển cả tệp sang Unicode rồi gửi lại.",
            )
        return not self._has_unicode


def _improves(text: str, read: Read) -> bool:
    """Whether a reading has fewer impossible words than the text as it stands."""
    converted = read(text)
    return UNDEFINED not in converted and spelling([converted]).impossible < spelling([text]).impossible


def _other_readings(broken: Sequence[str]) -> list[str]:
    text = next(iter(broken), "")
    return [
        f"{name} «{reading[:60]}»" for name, read in FONTS.items() if UNDEFINED not in (reading := read(text))
    ]


def _refuse_decoy(
    texts: Iterable[str], file_name: str, broken: Sequence[str] = (), readings: str = ""
) -> None:
    """Refuses text of which too much can be no Vietnamese.

    Raises:
        UnreadableFileError: With a word or a text that shows it.
    """
    words = accented_words("\n".join(texts))
    impossible = sorted(word for word in words if not is_syllable(word))
    if len(words) < DECOY_WORDS or len(impossible) <= (1 - MIN_SHARE) * len(words):
        return
    shown = broken[0][:60] if broken else ", ".join(impossible[:3])
    tried_en = f"; read as {readings}" if readings else ""
    tried_vi = f"; đọc thử: {readings}" if readings else ""
    raise UnreadableFileError(
        f"{file_name}: the text is no Vietnamese in any known encoding: «{shown}»{tried_en}; convert it to Unicode "
        "(font Times New Roman or Arial) and send it again",
        f"Tệp {file_name}: chữ không phải tiếng Việt ở bảng mã nào đã biết: «{shown}»{tried_vi}. Đề nghị chuyển sang "
        "Unicode (phông Times New Roman hoặc Arial) rồi gửi lại.",
    )

"""Vietnamese text made comparable: one spelling for what people write in many ways.

Used for names of areas and for headings. The results are keys to compare with, not text to show.
Numbers, dates and words with a meaning are the readers' business.
"""

from __future__ import annotations

import re
import unicodedata

_SAME_SIGN: dict[int, str | None] = {
    **dict.fromkeys(map(ord, "ÐƉ"), "Đ"),  # Eth and African D look like the Vietnamese letter
    **dict.fromkeys(map(ord, "ðɖ"), "đ"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−⁃﹘﹣"), "-"),
    **dict.fromkeys(map(ord, "’‘‚‛ʼ′`´"), "'"),
    **dict.fromkeys(map(ord, "“”„‟″"), '"'),
    **dict.fromkeys(map(ord, "\u2800\u3164"), " "),  # blanks that Unicode does not call spaces
    # invisible: zero width, soft hyphen, marks of writing direction, variation selectors
    **dict.fromkeys(map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\ufeff"), None),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2060, 0x2070), *range(0xFE00, 0xFE10)), None),
    # full-width forms, digits included; other compatibility forms stay: 1.595¹ is not 15951
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
}
_SAME_SIGN.update({0xFF0D: "-", 0xFF07: "'", 0xFF40: "'"})

# Letters of the Cyrillic keyboard that look like Latin ones; read as such beside Latin letters only.
_LOOK_ALIKES = str.maketrans("АВЕЅІЈКМНОРСТУХҺԚԜаеѕіјорсухһԁԛԝ", "ABESIJKMHOPCTYXHQWaesijopcyxhdqw")
_CYRILLIC = re.compile("[\u0400-\u052f\u1c80-\u1c8f]")
_WORD = re.compile(r"(?:[^\W\d_]|[\u0300-\u036f])+")
_LATIN = re.compile("[A-Za-zĐđ]")

# The tone of an open oa, oe, uy is written on either vowel: Hòa or Hoà, Ủy or Uỷ.
_FIRST_VOWEL = dict(zip("òóỏõọùúủũụ", "ooooouuuuu", strict=True))
_TONE_MARK = dict(zip("òóỏõọùúủũụ", "\u0300\u0301\u0309\u0303\u0323" * 2, strict=True))
_TONE_ON_FIRST = re.compile("([òóỏõọ])([ae])|([ùúủũụ])(y)")

_SPACES = re.compile(r"\s+")

# At the end of a heading: (1), [2], (*), ¹, *, and the formula of a form's columns, (3)=(4)+(5).
_FOOTNOTE = re.compile(
    r"\s*(?:\((?:\d{1,2}|\*+)\)|\[(?:\d{1,2}|\*+)\]|\*+|(?:(?<!m)[²³]|[¹⁰⁴-⁹])+|[†‡]"
    r"|\(?\(?\d{1,2}\)?\s?=[\s\d()+\-*/:x×%]+|\s?:)$"
)
_BRACKET = re.compile(r" ?([(\[]) ?")
_CLOSING = re.compile(r" ([)\],;:])")
_SLASH = re.compile(r" ?/ ?")
_I_FOR_Y = re.compile(r"\b(h|k|l|m|s|t|qu)([iìíỉĩị])\b")
_Y = dict(zip("iìíỉĩị", "yỳýỷỹỵ", strict=True))

# Abbreviations that mean one thing in every form; TT is none of them (toàn trình, trực tiếp, thứ tự).
_WRITTEN_OUT = {
    "hs": "hồ sơ",
    "tphs": "thành phần hồ sơ",
    "tthc": "thủ tục hành chính",
    "dvc": "dịch vụ công",
    "dvctt": "dịch vụ công trực tuyến",
    "dvcqg": "dịch vụ công quốc gia",
    "qg": "quốc gia",
    "bcci": "bưu chính công ích",
    "tttt": "thanh toán trực tuyến",
    "cnscđ": "công nghệ số cộng đồng",
}
_ABBREVIATION = re.compile(rf"\b(?:{'|'.join(_WRITTEN_OUT)})\b")


def fold(text: str) -> str:
    """The key of a text: equal for texts that differ only in how they were typed.

    Evens out Unicode form (NFC or NFD), case, placement of the tone (hoà, hòa), look-alikes of Đ, Cyrillic
    letters inside Latin words, full-width forms, dashes, quotation marks and apostrophes, invisible
    characters and runs of white space of any kind, line breaks included. Accents stay: ``Hà`` and ``Hạ``
    differ.

    Args:
        text: Any text.

    Returns:
        Lower-case text in NFC. Folding it again changes nothing.
    """
    if text.isascii():
        return _SPACES.sub(" ", text.replace("`", "'").lower()).strip()
    plain = _latin(unicodedata.normalize("NFD", text.translate(_SAME_SIGN)))
    composed = unicodedata.normalize("NFC", _latin(plain.casefold()))
    return _SPACES.sub(" ", _TONE_ON_FIRST.sub(_move_tone, composed)).strip()


def _latin(text: str) -> str:
    """Cyrillic look-alikes in words that have Latin letters as well, as the Latin letters."""
    return _WORD.sub(_latin_word, text) if _CYRILLIC.search(text) else text


def _latin_word(match: re.Match[str]) -> str:
    return match[0].translate(_LOOK_ALIKES) if _LATIN.search(match[0]) else match[0]


def _move_tone(match: re.Match[str]) -> str:
    first = match[0][0]
    return _FIRST_VOWEL[first] + unicodedata.normalize("NFC", match[0][1] + _TONE_MARK[first])


def heading_key(text: str) -> str:
    """The key of a heading: ``fold``, without what forms add to a heading and people type differently.

    Left out at the end, in any order and number: footnote marks (``(1)``, ``[1]``, ``(*)``, ``*``, ``¹``;
    ``²`` and ``³`` after an m are units), a column formula (``(3)=(4)+(5)``) and colons. Evened out: spaces
    around brackets, slashes, commas, i for y in open syllables (``Tỉ lệ``, ``Quí``, ``kì``), and the
    abbreviations that mean one thing only (``HS``, ``TTHC``, ``DVCQG``), which are written out. Units
    and other brackets stay: ``Tỷ lệ (%)`` and ``Tỷ lệ`` differ. What is nothing but a mark stays: ``(3)``.

    Args:
        text: A heading as it stands in the file.

    Returns:
        The key. The key of a key is the key itself.
    """
    key = _CLOSING.sub(r"\1", _BRACKET.sub(r" \1", fold(text))).strip()
    key = _SLASH.sub("/", key)
    while (shorter := _FOOTNOTE.sub("", key)) and shorter != key:
        key = shorter
    key = _ABBREVIATION.sub(lambda match: _WRITTEN_OUT[match[0]], key)
    return _I_FOR_Y.sub(lambda match: match[1] + _Y[match[2]], key)


def strip_accents(text: str) -> str:
    """The text without Vietnamese marks: ``Đắk Lắk`` becomes ``Dak Lak``. Case and spaces stay.

    Args:
        text: Any text, in any Unicode form.

    Returns:
        The text without combining marks; Đ, which Unicode does not decompose, becomes D.
    """
    marked = unicodedata.normalize("NFD", text.translate(_SAME_SIGN))
    bare = "".join(sign for sign in marked if unicodedata.category(sign) != "Mn")
    return unicodedata.normalize("NFC", bare).replace("Đ", "D").replace("đ", "d")

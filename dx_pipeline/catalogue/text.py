"""Vietnamese text made comparable: one spelling for what people write in many ways.

Used for names of areas and for headings. The results are keys to compare with, not text to show.
Numbers, dates and words with a meaning are the readers' business.
"""

from __future__ import annotations

import re
import unicodedata

_SAME_SIGN = {
    **dict.fromkeys(map(ord, "ÐƉ"), "Đ"),  # Eth and African D look like the Vietnamese letter
    **dict.fromkeys(map(ord, "ðɖ"), "đ"),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    **dict.fromkeys(map(ord, "’‘ʼ`´"), "'"),
    **dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad\u200e\u200f"), None),  # invisible
}

# The tone of an open oa, oe, uy is written on either vowel: Hòa or Hoà, Ủy or Uỷ.
_FIRST_VOWEL = dict(zip("òóỏõọùúủũụ", "ooooouuuuu", strict=True))
_TONE_MARK = dict(zip("òóỏõọùúủũụ", "\u0300\u0301\u0309\u0303\u0323" * 2, strict=True))
_TONE_ON_FIRST = re.compile("([òóỏõọ])([ae])|([ùúủũụ])(y)")

_SPACES = re.compile(r"\s+")


def fold(text: str) -> str:
    """The key of a text: equal for texts that differ only in how they were typed.

    Evens out Unicode form (NFC or NFD), case, placement of the tone (hoà, hòa), look-alikes of Đ, dashes
    and apostrophes, invisible characters and runs of white space, line breaks included. Accents stay:
    ``Hà`` and ``Hạ`` differ.

    Args:
        text: Any text.

    Returns:
        Lower-case text in NFC. Folding it again changes nothing.
    """
    plain = unicodedata.normalize("NFD", text.translate(_SAME_SIGN)).casefold()
    composed = unicodedata.normalize("NFC", plain)
    return _SPACES.sub(" ", _TONE_ON_FIRST.sub(_move_tone, composed)).strip()


def _move_tone(match: re.Match[str]) -> str:
    first = match[0][0]
    return _FIRST_VOWEL[first] + unicodedata.normalize("NFC", match[0][1] + _TONE_MARK[first])


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

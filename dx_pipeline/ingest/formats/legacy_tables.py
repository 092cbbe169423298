"""Reading text in the Vietnamese encodings from before Unicode, by the tables of ``legacy_tables.yaml``.

The text comes as characters of Windows-1252 (which is how workbooks and web pages hold it) or, for VISCII and
TCVN3 bytes, of Latin-1. What the encoding does not define becomes U+FFFD. Which encoding a text is in is
decided in ``legacy_fonts`` and ``decoding``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import yaml

UNDEFINED = "\ufffd"
MOJIBAKE = "utf-8 read as windows-1252"

# Word processors put these into legacy text, and every legacy font shows them.
_TYPOGRAPHIC = "‘’“”–—…•"
_TWO_CAPITALS = re.compile(r"[^\W\d_]+")
# Windows-1252 where it differs from Latin-1: sign -> byte
_CODES = {shown: code for code in range(0x80, 0xA0) if (shown := bytes([code]).decode("cp1252", "ignore"))}


@cache
def table(encoding: str) -> dict[str, str]:
    """Vietnamese letter -> its code in ``tcvn3``, ``viscii`` (one Latin-1 character) or ``vni`` (one or two)."""
    tables = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    pairs = {
        letter: code
        for letters, codes in tables[encoding].items()
        for letter, code in zip(letters.split(), codes.split(), strict=True)
    }
    return pairs if encoding == "vni" else {letter: chr(int(code, 16)) for letter, code in pairs.items()}


def read_tcvn3(text: str) -> str:
    """The text that a TCVN3 font shows. Of words in capitals the small accented letters become capitals."""
    return _TWO_CAPITALS.sub(_even_capitals, text.translate(_single_codes("tcvn3")))


def _even_capitals(match: re.Match[str]) -> str:
    """TỉNH -> TỈNH: toned capitals have no codes of their own."""
    word = match[0]
    plain = [sign for sign in word if sign.isascii()]
    return word.upper() if len(plain) > 1 and all(sign.isupper() for sign in plain) else word


def read_viscii(text: str) -> str:
    """The text of VISCII bytes, given as Latin-1 characters."""
    return text.translate(_single_codes("viscii"))


@cache
def _single_codes(encoding: str) -> dict[int, str]:
    letters = {code: letter for letter, code in table(encoding).items()}
    found = {code: letters.get(chr(code), UNDEFINED) for code in range(0x80, 0x100)}
    found.update({ord(code): letter for code, letter in letters.items()})
    if encoding == "tcvn3":
        found[0xA0] = " "
        found.update({ord(shown): UNDEFINED for shown in _CODES if shown not in _TYPOGRAPHIC})
    return found


def read_vni(text: str) -> str:
    """The text that a VNI-Windows font shows: a base letter and a mark are one Vietnamese letter."""
    codes, pattern = _vni_codes()
    return pattern.sub(lambda match: codes.get(match[0], UNDEFINED), text)


@cache
def _vni_codes() -> tuple[dict[str, str], re.Pattern[str]]:
    codes = {code: letter for letter, code in table("vni").items()}
    for code, letter in list(codes.items()):
        if len(code) == 2:  # a capital with the mark of a small letter, as in Aáp; a small one likewise
            codes[code[0] + code[1].swapcase()] = letter
    marks = "".join(sorted({code[1] for code in codes if len(code) == 2}))
    bases = "".join(sorted({code[0] for code in codes if len(code) == 2}))
    codes.update({sign: sign for sign in "\u00a0°±²³·×«»" + _TYPOGRAPHIC})
    return codes, re.compile(f"[{bases}][{marks}]|[\u0080-\u00ff{''.join(_CODES)}]")


def read_mojibake(text: str) -> str:
    """UTF-8 that was read as Windows-1252 (or 1258, or Latin-1) and saved again.

    Once or twice over; U+FFFD as a whole where the text is none.
    """
    once = _mojibake_once(text)
    twice = _mojibake_once(once)
    return once if twice in (UNDEFINED, once) else twice


def _mojibake_once(text: str) -> str:
    try:
        return text.translate(_mojibake_codes()).encode("latin-1").decode("utf-8")
    except (UnicodeEncodeError, UnicodeDecodeError):
        return UNDEFINED


@cache
def _mojibake_codes() -> dict[int, int]:
    # Windows-1258 differs from 1252 in the first bytes of ã, õ and the like: C3 is Ă there
    return {ord(shown): code for shown, code in _CODES.items()} | {ord("Ă"): 0xC3}


FONTS: dict[str, Callable[[str], str]] = {
    "tcvn3": read_tcvn3,
    "vni": read_vni,
    MOJIBAKE: read_mojibake,
}

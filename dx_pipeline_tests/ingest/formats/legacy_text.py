"""Names of places, and text in the encodings from before Unicode, written by the inverse of their tables."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Callable
from functools import cache
from pathlib import Path

import dx_pipeline.catalogue
from dx_pipeline.ingest.formats.legacy_tables import table

_GEOGRAPHY = Path(dx_pipeline.catalogue.__file__).parent / "geography"
_FILES = (
    ("communes.csv", "name_vi"),
    ("provinces.csv", "name_vi"),
    ("crosswalk_63_to_34.csv", "old_name_vi"),
)


@cache
def place_names() -> list[str]:
    """The 3,321 communes, 34 provinces and 63 old provinces."""
    names = []
    for file_name, column in _FILES:
        with (_GEOGRAPHY / file_name).open(encoding="utf-8", newline="") as file:
            names += [unicodedata.normalize("NFC", row[column]) for row in csv.DictReader(file)]
    return names


def in_tcvn3(text: str) -> str:
    """As a .VnTime font stores it; toned capitals have the codes of small letters."""
    codes = table("tcvn3")
    return "".join(codes.get(sign) or codes.get(sign.lower(), sign) for sign in text)


def in_vni(text: str) -> str:
    codes = table("vni")
    return "".join(codes.get(sign, sign) for sign in text)


def in_viscii(text: str) -> str:
    codes = table("viscii")
    return "".join(codes.get(sign, sign) for sign in text)


def in_windows_1258(text: str) -> bytes:
    """A base letter, and a combining tone where the code page has no letter with that tone."""
    return b"".join(map(_byte_pair_1258, text))


def _byte_pair_1258(sign: str) -> bytes:
    try:
        return sign.encode("cp1258")
    except UnicodeEncodeError:
        marks = unicodedata.normalize("NFD", sign)
        tone = next(mark for mark in marks if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", marks.replace(tone, ""))
        return (base + tone).encode("cp1258")


def broken_utf8(text: str) -> str:
    """UTF-8 read as Windows-1252, as Windows does it: undefined bytes stay control characters."""
    return "".join(bytes([code]).decode("cp1252", "ignore") or chr(code) for code in text.encode("utf-8"))


IN_FONTS: dict[str, Callable[[str], str]] = {
    "tcvn3": in_tcvn3,
    "vni": in_vni,
    "utf-8 read as windows-1252": broken_utf8,
}

ENCODERS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda text: text.encode("utf-8"),
    "utf-16-le": lambda text: text.encode("utf-16-le"),
    "utf-16-be": lambda text: text.encode("utf-16-be"),
    "windows-1258": in_windows_1258,
    "tcvn3": lambda text: in_tcvn3(text).encode("cp1252"),
    "vni": lambda text: in_vni(text).encode("cp1252"),
    "viscii": lambda text: in_viscii(text).encode("latin-1"),
    "utf-8 read as windows-1252": lambda text: broken_utf8(text).encode("utf-8"),
}

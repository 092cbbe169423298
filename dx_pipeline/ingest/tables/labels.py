"""What the words at the start of a row say: a total, a section, a part of the row above, the end of the table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dx_pipeline.catalogue.text import fold
from dx_pipeline.ingest.tables.headings import cell_text, key_of

_TOTAL = re.compile(
    r"(?:tổng cộng|tổng số)(?: .*|\W.*)?"
    r"|(?:tổng|cộng)(?: ?[:(.].*)?"
    r"|(?:tổng|cộng) (?:mục|phần|trang|nhóm|cấp|khối|toàn|chung|[ivx]+\b|[a-h]\b).*"
    r"|toàn (?:tỉnh|thành phố|quốc)(?:\W.*)?|(?:cả|toàn) nước(?:\W.*)?"
)
_PAGE_TOTAL = re.compile(r"\btrang\b|mang sang|chuyển sang")
_END = re.compile(
    r"(?:ghi chú|nơi nhận|người (?:lập|làm|tổng hợp|báo cáo|ký)|cán bộ (?:lập|tổng hợp)|thủ trưởng|lãnh đạo"
    r"|(?:phó )?chủ tịch|(?:phó )?giám đốc|(?:phó )?chánh văn phòng|xác nhận|ký(?: tên|,|$)|\(ký"
    r"|(?:kt|tm|tl|tuq)\. ?|\*|\(\*|nguồn ?:)"
)
_PLACE_AND_DATE = re.compile(r"ngày ?[\d.…_ ]*tháng ?[\d.…_ ]*năm")
_OF_WHICH = re.compile(r"[-+•]? ?trong đó\b")
_BULLET = re.compile(r"[-+•–] ?\S")

_ROMAN = re.compile(r"(?=[IVX])X{0,3}(?:IX|IV|V?I{0,3})")
_LETTER = re.compile(r"[A-ZĐ]")
_MARKED = re.compile(r"(?P<mark>[IVX]{1,5}|[A-ZĐ])(?P<sign> ?[.)/:-])? +(?P<rest>\S.*)")
_DOTTED = re.compile(r"\d+(?:\.\d+)+")


@dataclass(frozen=True, slots=True)
class SectionMark:
    """The mark of a section's row and the words behind it.

    ``style`` is ``roman``, ``letter`` or ``words``: sections of one style end each other.
    """

    style: str
    words: str


def is_total(label: str) -> bool:
    """Whether a row's first words make it a total of others."""
    return bool(_TOTAL.fullmatch(_plain(label)))


def is_page_total(label: str) -> bool:
    """Whether a total speaks of a printed page only."""
    return bool(_PAGE_TOTAL.search(_plain(label)))


def is_part_of_row_above(label: str) -> bool:
    """``Trong đó: …``: rows that say again what the row above has counted."""
    return bool(_OF_WHICH.match(_plain(label)))


def is_bullet(label: str) -> bool:
    """``- Cấp xã``: an item without a number of its own."""
    return bool(_BULLET.match(label))


def ends_table(texts: Sequence[str]) -> bool:
    """Whether a row without figures is the place and date, a note or a signature."""
    return any(_END.match(fold(text)) or _PLACE_AND_DATE.search(fold(text)) for text in texts)


def is_place_and_date(text: str) -> bool:
    """``Quảng Trị, ngày 05 tháng 11 năm 2025``, which may stand below a column of figures."""
    return bool(_PLACE_AND_DATE.search(fold(text)))


def section_mark(number: object, label: str, *, has_figures: bool) -> SectionMark | None:
    """The section that a row opens by a Roman numeral or a letter, before its words or in its number column.

    Words after a bare letter are a section only in a row without figures: ``A Lưới`` is a commune.
    """
    mark = cell_text(number).rstrip(" .)/:-")
    if style := _style(mark):
        return SectionMark(style, label)
    if mark and mark != label and not _MARKED.fullmatch(mark):
        return None
    match = _MARKED.fullmatch(label)
    if match is None or (has_figures and not match["sign"]):
        return None
    style = _style(match["mark"])
    return SectionMark(style, match["rest"]) if style else None


def is_bare_mark(text: str) -> bool:
    """``IV.`` or ``12``: a row's number, of a section or of its own, without words."""
    mark = cell_text(text).rstrip(" .)/:-")
    return bool(_style(mark)) or mark.replace(".", "").isdigit()


def _style(mark: str) -> str:
    if _ROMAN.fullmatch(mark):
        return "roman"
    return "letter" if _LETTER.fullmatch(mark) else ""


def dotted_number(number: object) -> str:
    """``1.2`` of a row that is a part of row ``1``; empty for plain numbers."""
    text = str(number) if isinstance(number, float) and not number.is_integer() else cell_text(number)
    bare = text.rstrip(" .)")
    return bare if _DOTTED.fullmatch(bare) else ""


def scope_of(words: str, sections: Mapping[str, str]) -> str | None:
    """The scope of a section by the catalogue's words for it, which begin the section's row."""
    key = _plain(words)
    for text, scope in sections.items():
        wanted = key_of(text)
        if key == wanted or (key.startswith(wanted) and not key[len(wanted)].isalnum()):
            return scope
    return None


def _plain(label: str) -> str:
    return fold(label).strip(" .:*")

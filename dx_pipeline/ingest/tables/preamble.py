"""What stands above a table: title, unit line, sample label, the report's period and who reports.

Only finds and cuts out the texts, each with its cell; periods and areas are understood elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from dx_pipeline.catalogue.text import fold
from dx_pipeline.ingest.formats.sheet import Sheet
from dx_pipeline.ingest.tables.headings import cell_text

# Texts are folded: «uỷ», «hoà» have one spelling only.
_DATE = r"(?:\d{1,2} ?[/.-] ?\d{1,2} ?[/.-] ?\d{4}|\d{1,2} tháng \d{1,2} năm \d{4})"
_DAY = rf"(?:{_DATE}|\d{{1,2}} ?[/.-] ?\d{{1,2}}|\d{{1,2}} tháng \d{{1,2}})"
_SPAN = re.compile(rf"(?:từ )?(?:ngày )?{_DAY} ?(?:đến|tới|-)(?: hết)?(?: ngày)? ?{_DATE}")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?: 00:00:00)?")  # a date cell as text
_REACHED = re.compile(rf"(?:luỹ kế|từ|tính đến|đến)(?: hết)?(?: ngày)? {_DATE}")
_LABELLED = re.compile(r"^(?:k[ỳì] báo cáo|k[ỳì] số liệu|k[ỳì]) ?:? ?(?P<rest>.*)$")
_NO_PERIOD = re.compile(  # the day of a decision, of a signature; «tháng … năm …» still to be filled in
    rf"(?:số \S+|,) ?ngày {_DATE}|^ngày {_DATE}$|ngày[\d.…_ ]*(?:tháng[.…_ ]+)?năm[.…_ ]*(?:\d{{4}})?"
    rf"|(?<!\d)(?<!\d )tháng[.…_ ]+năm[.…_ ]*(?:\d{{4}})?"  # «10 tháng năm 2025» is ten months
    rf"|số \d\S*/\S*"
)
_NAMED = re.compile(
    r"(?<!\w)(?:(?:tháng|th\.|t) ?\d{1,2} ?(?:/|năm|-|\.) ?\d{4}"
    r"|qu[ýí] ?(?:iv|i{1,3}|[1-4]) ?(?:/|năm|-|\.)? ?\d{4}"
    r"|(?:\d{1,2}|sáu|chín) tháng(?: đầu| cuối)?(?: của)? ?(?:/|năm)? ?\d{4})"
)
_UNIT = re.compile(r"(?:đơn vị tính|đv tính|đvt) ?:? ?(?P<rest>.*)")
_MULTIPLES = {
    "nghìn": 1_000,
    "ngàn": 1_000,
    "1.000": 1_000,
    "1000": 1_000,
    "triệu": 1_000_000,
    "tỷ": 1_000_000_000,
    "tỉ": 1_000_000_000,
}
_MORE_UNITS = ("hs", "tthc", "thủ tục hành chính", "hồ sơ thủ tục hành chính", "dvc", "phần trăm", "tỷ lệ %")
_SAMPLE = fold("DỮ LIỆU MẪU")


@dataclass(frozen=True, slots=True)
class Placed:
    """A text, or the part of it that matters, and the cell it stands in."""

    text: str
    row: int
    column: int
    locator: str
    whole: str = ""

    @property
    def shown(self) -> str:
        """The text as the sender wrote it."""
        return self.whole or self.text

    def part(self, text: str) -> Placed:
        """A part of the text, in the same place."""
        return Placed(text, self.row, self.column, self.locator, self.shown)


def placed_texts(sheet: Sheet, first: int, last: int) -> list[Placed]:
    """The texts of rows ``first`` to ``last`` (not included), in reading order."""
    return [
        Placed(cell_text(cell), row, column, sheet.locator(row, column))
        for row in range(first, last)
        for column, cell in enumerate(sheet.rows[row])
        if cell_text(cell)
    ]


def has_sample_label(texts: Iterable[Placed]) -> bool:
    """Whether sample data are labelled as such."""
    return any(_SAMPLE in fold(item.text) for item in texts)


def value_after(texts: list[Placed], position: int, rest: str) -> Placed | None:
    """What a label says: the rest of its own text, else the next text of its row."""
    label = texts[position]
    if rest.strip(" .…_"):
        return label.part(rest)
    following = texts[position + 1 : position + 2]
    return following[0] if following and following[0].row == label.row else None


def period_texts(texts: list[Placed]) -> Iterator[tuple[Placed, bool]]:
    """The texts that name the report's period; and whether they give it as days.

    Days of decisions and of signatures («ngày 23/06/2022») are no periods and are left out.
    """
    yield from ((span, True) for span in _spans_over_cells(texts))
    for position, item in enumerate(texts):
        text = " ".join(_NO_PERIOD.sub(" ", fold(item.text)).split())
        has_days = bool(_SPAN.search(text) or _REACHED.search(text))
        label = _LABELLED.match(text)
        if has_days or _NAMED.search(text):
            yield item.part(text), has_days
        elif label and (value := value_after(texts, position, label["rest"])):
            yield value, False


def _spans_over_cells(texts: list[Placed]) -> Iterator[Placed]:
    """«Từ ngày | 15/09/2025 | đến ngày | 14/10/2025»: rows whose cells only together give first and last day."""
    for _, row in groupby(texts, key=lambda item: item.row):
        cells = list(row)
        together = " ".join(_ISO_DAY.sub(r"\3/\2/\1", fold(item.text)) for item in cells)
        if len(cells) > 1 and (match := _SPAN.search(together)) and not any(map(_names_days, cells)):
            yield cells[0].part(match[0])


def _names_days(item: Placed) -> bool:
    return bool(_SPAN.search(fold(item.text)))


@dataclass(frozen=True, slots=True)
class UnitLine:
    """The unit that the table's counts are written in.

    ``factor`` is 1 for single dossiers, 1000 for thousands, and None where the unit is not understood.
    """

    place: Placed
    factor: int | None


def unit_line(texts: list[Placed], unit_names: Iterable[str]) -> UnitLine | None:
    """The line «Đơn vị tính: …» above a table, understood; None where there is none."""
    nouns = {fold(name) for name in (*unit_names, *_MORE_UNITS)}
    for position, item in enumerate(texts):
        match = _UNIT.search(fold(item.text))
        value = value_after(texts, position, match["rest"]) if match else None
        if value is not None:
            return UnitLine(value, _factor(fold(value.text).strip(" ().:"), nouns))
    return None


def _factor(text: str, nouns: set[str]) -> int | None:
    factors = {_factor_of_part(text, nouns)} if _factor_of_part(text, nouns) else set()
    if not factors:
        factors = {_factor_of_part(part, nouns) for part in re.split(r"[,;/]| và ", text) if part.strip()}
    factors.discard(0)  # a share has no multiple
    if None in factors or len(factors) > 1:
        return None
    return next(iter(factors), 1)


def _factor_of_part(part: str, nouns: set[str]) -> int | None:
    """The multiple before a known noun; 0 for per cent, None where the words are not known."""
    words = part.strip().removeprefix("số ").strip()
    multiple = next((name for name in _MULTIPLES if words.startswith(f"{name} ")), None)
    noun = words.removeprefix(multiple or "").strip().removeprefix("số ").strip()
    bare = noun.removesuffix(" tthc").strip()
    if noun in ("%", "phần trăm", "tỷ lệ %"):
        return 0 if multiple is None else None
    if noun not in nouns and bare not in nouns:
        return None
    return _MULTIPLES[multiple] if multiple else 1


def labelled(texts: list[Placed], labels: Mapping[str, str]) -> Iterator[tuple[str, Placed]]:
    """What the lines that start with one of ``labels`` (folded words -> name) say: name and value."""
    for position, item in enumerate(texts):
        text = fold(item.text).lstrip("-–+•* ")
        for words, name in labels.items():
            if text.startswith(words) and not text[len(words) :][:1].isalnum():
                value = value_after(texts, position, text[len(words) :].lstrip(" :"))
                if value is not None:
                    yield name, value
                break

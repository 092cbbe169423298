"""The catalogue's words for what a cell may say, and how far a task is by its dates.

Equal words differ in nothing but how they were typed. An unknown word is never taken for the nearest one.
"""

from __future__ import annotations

import difflib
import re
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.period_text import parse_day, parse_reported_period
from dx_pipeline.ingest.tables.headings import cell_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dx_pipeline.catalogue.source_models import Timeliness

_LEAST_SYLLABLES = (
    3  # of words that are looked for inside a longer text: «Chính phủ» stands in every letterhead
)
_MARKS = " .;:,*()"


def word_key(cell: object) -> str:
    """The key of what a cell says; empty for an empty cell."""
    return fold(cell_text(cell)).strip(_MARKS)


class Words:
    """What the words of one field mean.

    Args:
        words: Word -> code, as in the catalogue; the empty word is an empty cell.
    """

    def __init__(self, words: Mapping[str, str]) -> None:
        self.words = words
        self._codes = {word_key(word): code for word, code in words.items()}
        bare: dict[str, set[str]] = {}
        for key, code in self._codes.items():
            bare.setdefault(strip_accents(key), set()).add(code)
        self._bare = {key: codes.pop() for key, codes in bare.items() if len(codes) == 1}

    def code_of(self, cell: object) -> str | None:
        """The code of a cell; None where its word, or an empty cell, has no code.

        Words without any accent are read where they can only be one: ``Toan trinh``.
        """
        key = word_key(cell)
        if not key and isinstance(cell, str) and cell.strip():
            key = fold(cell)  # a mark alone is a word too: «-» is one, «.» is not
        found = self._codes.get(key)
        return found if found is not None or key != strip_accents(key) else self._bare.get(key)

    def codes_in(self, text: str) -> set[str]:
        """The codes of every word that stands in a longer text, and not inside a longer word of the list."""
        folded = f" {fold(text)} "
        spans: list[tuple[int, int, str]] = []
        for key, code in sorted(self._codes.items(), key=lambda item: -len(item[0])):
            if len(key.split()) < _LEAST_SYLLABLES:
                continue
            for match in re.finditer(rf"(?<!\w){re.escape(key)}(?!\w)", folded):
                if not any(start <= match.start() and match.end() <= end for start, end, _ in spans):
                    spans.append((match.start(), match.end(), code))
        return {code for _, _, code in spans}

    def closest(self, cell: object) -> str | None:
        """The word that is most like a cell's, for a proposal."""
        by_key = {word_key(word): word for word in self.words if word}
        near = difflib.get_close_matches(word_key(cell)[:60], by_key, n=1, cutoff=0.6)
        return by_key[near[0]] if near else None

    @property
    def shown(self) -> str:
        """The first words of every code, for a message."""
        first: dict[str, str] = {}
        for word, code in self.words.items():
            if word:
                first.setdefault(code, word)
        return ", ".join(f"«{word}»" for word in first.values())


class UndatedError(PermanentError):
    """A task whose dates do not say how far it is; ``field`` is the column that would."""

    def __init__(self, field: str, message: str, message_vi: str) -> None:
        super().__init__(message, message_vi)
        self.field = field


def code_by_dates(dates: Timeliness, due: object, completed: object, as_of: date) -> str:
    """How far a task is on ``as_of`` by its due day and the day it was done.

    Raises:
        UndatedError: A date is missing or cannot be read.
    """
    due_day = last_day_of(due)
    if cell_text(completed):
        done_on = parse_day(completed)
        if done_on is None:
            raise _undated(dates.completed or "", completed)
        if due_day is None and cell_text(due):
            raise _undated(dates.due, due)
        return dates.done if due_day is None or done_on <= due_day else dates.done_late
    if due_day is None:
        raise _undated(dates.due, due)
    return dates.in_progress if as_of <= due_day else dates.overdue


def last_day_of(cell: object) -> date | None:
    """The last day by which something is due: a day, or the end of a month or quarter."""
    if not cell_text(cell):
        return None
    if day := parse_day(cell):
        return day
    try:
        period = parse_reported_period(cell)
    except PermanentError:
        return None
    return period.period_end if period else None


def _undated(field: str, cell: object) -> UndatedError:
    written = cell_text(cell)
    if not written:
        return UndatedError(
            field,
            "neither a status nor a date says how far the task is; fill in the status or the due day",
            "không có trạng thái và không có thời hạn nên không biết tiến độ. Đề nghị ghi trạng thái hoặc thời hạn.",
        )
    return UndatedError(
        field,
        f"«{written}» is not a day; write the status in words, or a day such as 31/12/2025",
        f"«{written}» không phải là ngày. Đề nghị ghi trạng thái bằng chữ, hoặc ghi ngày, ví dụ 31/12/2025.",
    )

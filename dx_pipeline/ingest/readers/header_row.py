"""The one row of headings of a plain table, matched to the columns that a source names.

Nothing is guessed: a heading is a column's by its own name or by an alias of the catalogue. Where one is
missing, the refusal shows what was found and proposes the entry of ``header_map`` that may be it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from dx_pipeline.catalogue.text import heading_key, strip_accents
from dx_pipeline.failures import UnreadableFileError
from dx_pipeline.ingest.formats.sheet import Sheet, column_name
from dx_pipeline.ingest.readers.workbook_words import cell_text

_SEARCHED_ROWS = 30
_CLOSE_ENOUGH = 0.6


@dataclass(frozen=True, slots=True)
class Columns:
    """What a table must have.

    Attributes:
        required: Columns without which the file is refused.
        optional: Further known columns.
        any_of: Columns of which one at least must be there: a code or a name.
        aliases: Other headings, as ``heading_key`` gives them -> column.
    """

    required: frozenset[str]
    optional: frozenset[str] = frozenset()
    any_of: frozenset[str] = frozenset()
    aliases: Mapping[str, str] = field(default_factory=dict)

    @property
    def known(self) -> frozenset[str]:
        """Every column that means something."""
        return self.required | self.optional | self.any_of

    def named(self, heading: str) -> str | None:
        """The column that a heading is, None where it is none."""
        key = heading_key(heading)
        return _by_key(self.known).get(key) or self.aliases.get(key)

    def missing(self, present: set[str]) -> list[str]:
        """The columns that a table still needs."""
        lacking = sorted(self.required - present)
        if self.any_of and not self.any_of & present:
            lacking.append(" / ".join(sorted(self.any_of)))
        return lacking


@lru_cache(maxsize=64)
def _by_key(columns: frozenset[str]) -> dict[str, str]:
    return {heading_key(column): column for column in columns}


@dataclass(frozen=True, slots=True)
class HeaderRow:
    """A row of headings.

    Attributes:
        row: Its row, from 0.
        headings: The texts as written, by column from 0; empty where there is none.
        names: The column of each heading; where it is none, the heading itself, or ``column D``.
    """

    row: int
    headings: tuple[str, ...]
    names: tuple[str, ...]

    def is_repeated_by(self, cells: Sequence[object]) -> bool:
        """Whether a row says the same: the headings printed again on the next page."""
        return any(self.headings) and all(
            heading_key(cell_text(cell)) == heading_key(heading)
            for cell, heading in zip(cells, self.headings, strict=False)
        )


def best_header(sheet: Sheet, columns: Columns) -> tuple[HeaderRow, int] | None:
    """The row with the most known headings, and their number; None where no row has any."""
    best: tuple[HeaderRow, int] | None = None
    for row, cells in enumerate(sheet.rows[:_SEARCHED_ROWS]):
        headings = tuple(cell_text(cell) for cell in cells)
        matched = [columns.named(heading) if heading else None for heading in headings]
        count = sum(name is not None for name in matched)
        if count > (best[1] if best else 0):
            names = tuple(
                name or heading or f"column {column_name(column)}"
                for column, (name, heading) in enumerate(zip(matched, headings, strict=True))
            )
            best = (HeaderRow(row, headings, names), count)
    return best


def check_header(header: HeaderRow, columns: Columns, place: str, place_vi: str) -> None:
    """Refuses a header without a required column, or with one column twice.

    Args:
        header: The row of headings.
        columns: What must be there.
        place: File and line, for the message.
        place_vi: The same in Vietnamese.

    Raises:
        UnreadableFileError: Shows what was found and proposes the map entry.
    """
    missing = columns.missing(set(header.names))
    if missing:
        raise _missing(missing, header, columns, place, place_vi)
    twice = sorted({name for name in header.names if header.names.count(name) > 1})
    if twice:
        raise UnreadableFileError(
            f"{place}: column {', '.join(twice)} stands twice",
            f"{place_vi}: cột {', '.join(twice)} bị lặp.",
        )


def _missing(
    missing: list[str], header: HeaderRow, columns: Columns, place: str, place_vi: str
) -> UnreadableFileError:
    unknown = [heading for heading in header.headings if heading and columns.named(heading) is None]
    found = ", ".join(heading for heading in header.headings if heading) or "nothing"
    proposals = proposed_entries(unknown, missing, columns)
    entry = f"header_map: {{{', '.join(proposals)}}}" if proposals else ""
    hint_en = f"; if it is the same column, add to the source {entry}" if entry else ""
    hint_vi = f" Nếu cùng một cột, thêm vào nguồn: {entry}." if entry else ""
    unknown_en = f"; not known: {', '.join(unknown)}" if unknown else ""
    unknown_vi = f"; chưa biết cột {', '.join(unknown)}" if unknown else ""
    return UnreadableFileError(
        f"{place}: column {', '.join(missing)} is missing; found {found}{unknown_en}{hint_en}",
        f"{place_vi}: thiếu cột {', '.join(missing)}; chỉ có {found.replace('nothing', 'không có gì')}"
        f"{unknown_vi}.{hint_vi}",
    )


def proposed_entries(unknown: Sequence[str], wanted: Sequence[str], columns: Columns) -> list[str]:
    """Entries of ``header_map`` for unknown headings, as YAML: the wanted column each is most like."""
    spellings = {_plain(column): column for names in wanted for column in names.split(" / ")}
    spellings |= {_plain(key): column for key, column in columns.aliases.items() if column in wanted}
    entries = []
    for heading in unknown:
        near = difflib.get_close_matches(_plain(heading), spellings, n=1, cutoff=_CLOSE_ENOUGH)
        column = spellings[near[0]] if near else None
        if column is None and len(unknown) == len(wanted) == 1:
            column = next(iter(spellings.values()))
        if column:
            escaped = heading.replace("\\", "\\\\").replace('"', '\\"')
            entries.append(f'"{escaped}": {column}')
    return entries


def _plain(heading: str) -> str:
    return strip_accents(heading_key(heading)).replace("_", " ")

"""Whether a register's entry agrees with itself and with the rest of the catalogue.

Called by ``validation.py``; a finding names the place in the source's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.heading_checks import PlacedMessage, headings_twice

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.source_models import RegisterTable, Source, Timeliness


def register_faults(
    source: Source, indicators: Mapping[str, Indicator], scopes: set[str]
) -> Iterator[PlacedMessage]:
    """Every contradiction in the source's register.

    Args:
        source: Any source; one without a register is asked whether it should have one.
        indicators: The catalogue's indicators by code.
        scopes: The codes of the catalogue's scopes.

    Yields:
        The place in the source's file, and what is wrong.
    """
    register = source.register_table
    if (source.reader == "register") != (register is not None):
        yield ("reader",), "the reader 'register' and a register_table belong together"
    if register is None:
        return
    yield from headings_twice("register_table", register.columns, source)
    yield from _unknown_fields(register)
    yield from _unknown_codes(register, scopes)
    for code, indicator in ((code, indicators.get(code)) for code in register.counts):
        yield from _count_faults(source, register, code, indicator)


def _unknown_fields(register: RegisterTable) -> Iterator[PlacedMessage]:
    """Fields that are used but have no column. The scope needs none: the title may name it."""
    used: list[tuple[tuple[str, ...], str]] = [(("key",), field) for field in register.key if field != "area"]
    used += [(("values", field), field) for field in register.values]
    used += [(("exclusive",), field) for fields in register.exclusive for field in fields]
    for field, dates in register.timeliness.items():
        used += [(("timeliness", field), part) for part in (dates.due, dates.completed) if part]
    for place, field in used:
        if field not in register.columns and field != register.scope:
            yield ("register_table", *place), f"{field!r} is no column of the register"
    if register.scope and register.scope not in register.values:
        yield ("register_table", "scope"), f"{register.scope!r} has no values: words -> scope"


def _codes_of(register: RegisterTable, field: str) -> set[str]:
    codes = set(register.values.get(field, {}).values())
    if dates := register.timeliness.get(field):
        codes |= set(_dated_codes(dates))
        codes.discard(dates.open or "")
    return codes


def _dated_codes(dates: Timeliness) -> tuple[str, ...]:
    return dates.done, dates.done_late, dates.in_progress, dates.overdue


def _unknown_codes(register: RegisterTable, scopes: set[str]) -> Iterator[PlacedMessage]:
    for word, code in register.values.get(register.scope or "", {}).items():
        if code not in scopes:
            place = ("register_table", "values", register.scope or "", word)
            yield place, f"{code!r} is no code of the catalogue's scopes"
    for code in register.optional_counts:
        if code not in register.counts:
            yield ("register_table", "optional_counts"), f"{code!r} is not counted here"
    for code in register.counts:
        for conditions in register.alternatives(code):
            for field, wanted in conditions.items():
                for unknown in sorted(set(wanted) - _codes_of(register, field)):
                    yield (
                        ("register_table", "counts", code),
                        f"{unknown!r} is none of the codes of {field}; rows would never count",
                    )


def _count_faults(
    source: Source, register: RegisterTable, code: str, indicator: Indicator | None
) -> Iterator[PlacedMessage]:
    place = ("register_table", "counts", code)
    if indicator is None:
        yield place, f"{code!r} is no code of the catalogue's indicators"
        return
    if source.code not in indicator.sources:
        yield place, f"{code} does not list {source.code} among its sources"
    if not indicator.is_whole_number:
        yield place, f"{code} is a {indicator.kind.value}; rows make counts only"
    level = "national" if register.area == "nation" else "province"
    if level not in indicator.levels:
        yield place, f"{code} has no {level} figures"

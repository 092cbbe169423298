"""Whether the entry of a large register agrees with itself and with the rest of the catalogue.

Called by ``validation.py``; a finding names the place in the source's file. What rows are counted by is in
``record_count_checks``; small registers are checked in ``register_checks``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.heading_checks import PlacedMessage
from dx_pipeline.catalogue.record_count_checks import condition_faults, count_faults, rate_faults
from dx_pipeline.catalogue.record_models import NO, PRESENT, YES
from dx_pipeline.catalogue.text import fold, heading_key

if TYPE_CHECKING:
    from dx_pipeline.catalogue.models import Indicator
    from dx_pipeline.catalogue.record_models import RecordTable
    from dx_pipeline.catalogue.source_models import Source

_DIRECTIVE = re.compile(r"%(.?)")
_KNOWN_DIRECTIVES = "YmdHMSf"
_DATE_DIRECTIVES = "Ymd"
_A_MOMENT = datetime(2025, 3, 4, 5, 6, 7)  # noqa: DTZ001 - every part another number, to tell formats apart


def record_faults(
    source: Source, indicators: Mapping[str, Indicator], scopes: set[str]
) -> Iterator[PlacedMessage]:
    """Every contradiction in the source's register of records.

    Args:
        source: Any source; one without such a register is asked whether it should have one.
        indicators: The catalogue's indicators by code.
        scopes: The codes of the catalogue's scopes.

    Yields:
        The place in the source's file, and what is wrong.
    """
    table = source.records
    if (source.reader == "records") != (table is not None):
        yield ("reader",), "the reader 'records' and records belong together"
    if table is None:
        return
    yield from _source_faults(source)
    for faults in (
        _heading_faults(table),
        _role_faults(table, scopes),
        _bound_faults(table),
        _word_faults(table),
        _moment_faults(table),
        _rule_faults(table),
        count_faults(source, table, indicators),
        rate_faults(source, table, indicators),
    ):
        yield from ((("records", *place), message) for place, message in faults)


def _source_faults(source: Source) -> Iterator[PlacedMessage]:
    """What the entry around the register must say for its files to be taken up by month."""
    for key, wanted in {"shape": "register", "cadence": "monthly", "period_basis": "calendar"}.items():
        if getattr(source, key) != wanted:
            yield (key,), f"must be {wanted!r}: the rows of a register of records lie in a calendar month"
    for key in ("header_map", "fields"):
        if getattr(source, key):
            yield (key,), "is not looked at in a register of records; give the headings in records.columns"


def _heading_faults(table: RecordTable) -> Iterator[PlacedMessage]:
    """Headings that would name two columns; a column may also be headed by its field."""
    first = {heading_key(field): field for field in table.columns}
    for field, column in table.columns.items():
        for heading in column.headings:
            other = first.setdefault(heading_key(heading), field)
            if other != field:
                yield ("columns", field, "headings"), f"{heading!r} already names the column {other}"
    if named := first.get(heading_key(table.sample_heading)):
        yield ("sample_heading",), f"{table.sample_heading!r} already names the column {named}"


def _role_faults(table: RecordTable, scopes: set[str]) -> Iterator[PlacedMessage]:
    for role, kind in {"key": "text", "moment": "moment", "province": "code", "commune": "code"}.items():
        field = getattr(table, role)
        yield from _type_fault((role,), field, kind, table)
        column = table.columns.get(field)
        if column and role != "commune" and (column.may_be_empty or not column.is_required):
            yield (role,), f"{field} must be in every file and every row"
        if column and role == "commune" and not column.may_be_empty:
            yield (role,), f"{field} must be one that may_be_empty: a province's office is of no commune"
    if table.commune == table.province:
        yield ("commune",), "is also the province"
    if table.commune_scope not in scopes:
        yield ("commune_scope",), f"{table.commune_scope!r} is no code of the catalogue's scopes"
    elif table.commune_scope == "all":
        yield ("commune_scope",), "'all' is the scope of all rows, with a commune or without"


def _type_fault(
    place: tuple[str | int, ...], field: str, kind: str, table: RecordTable
) -> Iterator[PlacedMessage]:
    column = table.columns.get(field)
    if column is None:
        yield place, f"{field!r} is no column of the register"
    elif column.type != kind:
        yield place, f"{field} is a column of type {column.type}, not {kind}"


def _bound_faults(table: RecordTable) -> Iterator[PlacedMessage]:
    for field, column in table.columns.items():
        low, high = column.minimum, column.maximum
        if column.type != "whole" and (low is not None or high is not None):
            yield ("columns", field), f"only whole numbers have a minimum or maximum, this is a {column.type}"
        elif low is not None and high is not None and low > high:
            yield ("columns", field, "minimum"), "is above the maximum"
    if table.limits.max_rejected_share >= 1:
        yield ("limits", "max_rejected_share"), "no province's month is ever refused: no share is beyond 1"


def _word_faults(table: RecordTable) -> Iterator[PlacedMessage]:
    """Words that make no code, or two, and columns of codes without words."""
    areas = {table.province, table.commune}
    for field, words in table.values.items():
        yield from _type_fault(("values", field), field, "code", table)
        if field in areas:
            yield ("values", field), f"the codes of {field} are those of the geography"
        yield from ((("values", field, *place), message) for place, message in _twofold(words))
        if PRESENT in words.values():
            yield (
                ("values", field),
                f"{PRESENT!r} is the condition that a cell is filled, it cannot be a code",
            )
    for field, column in table.columns.items():
        if column.type == "code" and field not in areas and not table.values.get(field):
            yield ("columns", field), "is a column of codes without values: words -> code"
    yield from ((("flags", *place), message) for place, message in _twofold(table.flags))
    if any(column.type == "flag" for column in table.columns.values()):
        for code in (YES, NO):
            if code not in table.flags.values():
                yield ("flags",), f"no word means {code!r}"


def _twofold(words: Mapping[str, str]) -> Iterator[PlacedMessage]:
    """Words that read the same and mean different things, and words that are none."""
    first: dict[str, str] = {}
    for word, code in words.items():
        key = fold(word)
        if not key:
            yield (
                (word,),
                "an empty cell means no code; a column of which cells may be empty says may_be_empty",
            )
        elif first.setdefault(key, code) != code:
            yield (word,), f"{word!r} already means {first[key]}"


def _moment_faults(table: RecordTable) -> Iterator[PlacedMessage]:
    sound: list[str] = []
    for index, form in enumerate(table.moment_formats):
        place = ("moment_formats", index)
        directives = _DIRECTIVE.findall(form)
        unknown = sorted({f"%{found}" for found in directives if found not in _KNOWN_DIRECTIVES or not found})
        if unknown:
            yield place, f"{', '.join(unknown)}: known are {', '.join(f'%{it}' for it in _KNOWN_DIRECTIVES)}"
        elif len(set(directives)) < len(directives) or not set(_DATE_DIRECTIVES) <= set(directives):
            yield place, f"{form!r} must give year (%Y), month (%m) and day (%d), each part once"
        elif form in sound:
            yield place, f"{form!r} stands there twice"
        elif other := next((item for item in sound if _is_mistaken(form, item)), None):
            yield place, f"{form!r} and {other!r} read the same text as different moments"
        else:
            sound.append(form)


def _is_mistaken(form: str, other: str) -> bool:
    """Whether a moment written in one format reads as another moment in the other one."""
    try:
        read = datetime.strptime(_A_MOMENT.strftime(form), other)  # noqa: DTZ007 - nothing is kept of it
    except ValueError:
        return False
    return read.date() != _A_MOMENT.date()


def _rule_faults(table: RecordTable) -> Iterator[PlacedMessage]:
    """Faults of what each row must satisfy: moments in order, and cells that say the same."""
    for index, pair in enumerate(table.order):
        for field in pair:
            yield from _type_fault(("order", index), field, "moment", table)
        if pair[0] == pair[1]:
            yield ("order", index), f"{pair[0]} is compared with itself"
    for index, rule in enumerate(table.implications):
        for part in ("when", "then"):
            conditions = getattr(rule, part)
            if not conditions:
                yield ("implications", index, part), "is empty"
            yield from condition_faults(("implications", index, part), conditions, table)
    for field, progress in table.progress.items():
        if field in table.columns:
            yield (
                ("progress", field),
                f"{field!r} is a column of the register; give what is derived its own name",
            )
        for part in ("due", "finished"):
            yield from _type_fault(("progress", field, part), getattr(progress, part), "moment", table)
        codes = [progress.on_time, progress.late, progress.in_time, progress.overdue]
        if len(set(codes)) < len(codes):
            yield ("progress", field), "its four codes must differ"

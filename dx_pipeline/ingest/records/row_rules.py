"""The rules that each row of a register must keep by itself, as conditions that a broken row meets.

What they compare is the catalogue's; rows that stand twice are found in ``uniqueness.py``, cells of the wrong
type and unknown words while reading.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.record_models import NO, PRESENT, YES
from dx_pipeline.ingest.records.columns import UNREAD, listed, literal
from dx_pipeline.periods import add_months

if TYPE_CHECKING:
    from dx_pipeline.catalogue.record_models import Conditions, Progress, RecordTable
    from dx_pipeline.ingest.records.columns import RegisterColumns

TYPES, CODES, COMPLETE = "register_types", "register_codes", "register_complete"
DATES, AGREEMENT, UNIQUE = "register_dates", "register_agreement", "register_unique"
ROW_RULES = (TYPES, CODES, COMPLETE, DATES, AGREEMENT, UNIQUE)


@dataclass(frozen=True, slots=True)
class Test:
    """A condition that is true of a row that breaks ``rule`` with its cell in ``field``."""

    rule: str
    field: str
    condition: str

    def finding(self, heading: str) -> str:
        """SQL that gives ``rule:heading`` of a broken row and null of any other."""
        return f"CASE WHEN {self.condition} THEN {literal(f'{self.rule}:{heading}')} END"


def moment_end(field: str) -> str:
    """The last instant a moment may mean: a day written without a time lasts until midnight."""
    return (
        f"CASE WHEN {field} = date_trunc('day', {field}) THEN {field} + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND "
        f"ELSE {field} END"
    )


def end_of(month: date) -> str:
    """The first instant after the month."""
    return f"TIMESTAMP '{add_months(month, 1)} 00:00:00'"


def meets(conditions: Conditions, table: RecordTable) -> str:
    """SQL that is true of the rows that meet all conditions, false or null of the others.

    The row comes with the derived fields of ``derived``.
    """
    return " AND ".join(_meets(field, codes, table) for field, codes in conditions.items()) or "true"


def _meets(field: str, codes: Sequence[str], table: RecordTable) -> str:
    if field in table.progress:
        return f"{field} IN ({listed(codes)})"
    if PRESENT in codes:
        return f"{field} IS NOT NULL"
    if table.columns[field].type == "flag":
        parts = {YES: field, NO: f"NOT {field}"}
        return "(" + " OR ".join(parts[code] for code in codes) + ")"
    return f"{field} IN ({listed(codes)})"


def derived(table: RecordTable, month: date) -> str:
    """The fields that are told by others, as columns in SQL, each with a comma before it."""
    return "".join(f", {_progress(item, month)} AS {field}" for field, item in table.progress.items())


def _progress(progress: Progress, month: date) -> str:
    in_time = f"coalesce({progress.finished} <= {moment_end(progress.due)}, true)"
    not_due = f"coalesce({moment_end(progress.due)} >= {end_of(month)}, true)"
    return (
        f"CASE WHEN {progress.finished} < {end_of(month)} "
        f"THEN CASE WHEN {in_time} THEN {literal(progress.on_time)} ELSE {literal(progress.late)} END "
        f"WHEN {not_due} THEN {literal(progress.in_time)} ELSE {literal(progress.overdue)} END"
    )


def row_tests(columns: RegisterColumns, month: date, province: str | None) -> Iterator[Test]:
    """Every test of a row.

    Args:
        columns: The register's columns; the row comes with ``commune_province``, the province of its commune.
        month: The month of the file.
        province: The province whose rows the file holds; none where it holds the nation's.
    """
    table = columns.table
    yield from _type_tests(columns)
    for field, column in table.columns.items():
        if not column.may_be_empty and field in columns.layout.fields:
            blank = f"({field} < '!' AND trim({field}) = '')"  # what starts with a blank comes before '!'
            empty = f"{field} IS NULL AND NOT {_is_unread(field, columns)}"
            yield Test(COMPLETE, field, f"({empty} OR {blank})" if column.type == "text" else f"({empty})")
    yield Test(CODES, table.commune, f"commune_province <> {table.province}")
    if province:
        yield Test(CODES, table.province, f"{table.province} <> {literal(province)}")
    moment = table.moment
    yield Test(DATES, moment, f"({moment} < TIMESTAMP '{month} 00:00:00' OR {moment} >= {end_of(month)})")
    for first, second in table.order:
        # The plain comparison first: few rows are left for what allows for a day without a time.
        yield Test(DATES, second, f"{first} > {second} AND {first} > {moment_end(second)}")
    for rule in table.implications:
        when, then = meets(rule.when, table), meets(rule.then, table)
        said = " AND ".join(_is_said(field, columns) for field in rule.then)
        yield Test(AGREEMENT, next(iter(rule.then)), f"({when}) AND NOT coalesce({then}, false) AND {said}")


def _is_unread(field: str, columns: RegisterColumns) -> str:
    """True where the cell could not be typed; a cell that the reader of the file judged is not among the rows."""
    if columns.is_judged_by_reader:
        return "false"
    cell = literal(f"; {columns.layout.name_of(field)}=")
    return f"coalesce(contains('; ' || {UNREAD}, {cell}), false)"


def _is_said(field: str, columns: RegisterColumns) -> str:
    """False where another rule names the cell already, because it is empty or of another type."""
    may_be_empty = columns.table.columns[field].may_be_empty
    return f"NOT {_is_unread(field, columns)}" if may_be_empty else f"{field} IS NOT NULL"


def _type_tests(columns: RegisterColumns) -> Iterator[Test]:
    for field, column in columns.table.columns.items():
        if not columns.is_judged_by_reader:
            yield Test(CODES if column.type == "code" else TYPES, field, _is_unread(field, columns))
        if column.type == "moment":
            yield Test(TYPES, field, f"isinf({field})")  # DuckDB reads the word infinity as a moment
        limits = {"<": column.minimum, ">": column.maximum}
        for sign, limit in limits.items():
            if limit is not None:
                yield Test(TYPES, field, f"{field} {sign} {limit}")


def any_of(tests: Sequence[Test]) -> str:
    """SQL that is true of a row that breaks any of the tests."""
    return " OR ".join(f"({test.condition})" for test in tests)


def rule_of_cast(columns: RegisterColumns) -> Mapping[int, str]:
    """Number of a column, from 1, whose unknown words break another rule than that of types."""
    return {
        number: CODES
        for number, field in enumerate(columns.layout.fields, start=1)
        if field and columns.table.columns[field].type == "code"
    }

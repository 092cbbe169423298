"""What each row of a register says, in the catalogue's codes, and what is said of the rows that cannot be read.

A row of which something is not known puts only those counts in doubt that it would have changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.ingest.readers.workbook_words import place_vi
from dx_pipeline.ingest.registers.counting import CountedRow
from dx_pipeline.ingest.registers.places import AreaFinder, ScopeFinder, UnplacedError
from dx_pipeline.ingest.registers.words import UndatedError, Words, code_by_dates, last_day_of, word_key
from dx_pipeline.ingest.tables.headings import cell_text

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import Conditions, RegisterTable, Timeliness
    from dx_pipeline.ingest.registers.rows import Section, Thing
    from dx_pipeline.ingest.tables.reports import Report

VALUE_PRESENT = "value_present"
READABLE_VALUE = "readable_value"
KNOWN_AREA = "known_area"
KNOWN_SCOPE = "known_scope"
UNIQUE_KEY = "unique_key"
MARKED = "yes"


@dataclass(slots=True)
class Judged:
    """The rows of a file as they are counted.

    Attributes:
        rows: Rows whose province and register are known.
        things: Number of a row -> where it stands.
        doubtful: (province, scope or None for each of its scopes) whose counts are not made.
    """

    rows: list[CountedRow] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    doubtful: set[tuple[str, str | None]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Row:
    """A row whose province and register are known, and where to say what is wrong with it."""

    thing: Thing
    report: Report
    area: str
    scope: str

    def text(self, name: str) -> str:
        return cell_text(self.thing.cells.get(name, ""))

    def heading(self, name: str) -> str:
        return self.thing.table.match.columns[name].path

    def say(self, rule: str, name: str, message_en: str, message_vi: str, severity: str = "ERROR") -> None:
        """Says something of the row's cell of a field, or of its first cell."""
        columns = self.thing.table.columns
        self.report.add(
            rule,
            (self.thing.row, columns[name] if name in columns else min(columns.values())),
            message_en,
            message_vi,
            severity=severity,
            area_code=self.area,
            scope=self.scope,
        )


class RowJudge:
    """Judges the rows of one file, one after the other.

    Args:
        register: The catalogue's entry.
        conditions: Indicator -> what its rows must say, as this file's columns allow.
        areas: Whose row it is.
        scopes: In which register it stands.
        as_of: The day the file speaks of.
    """

    def __init__(
        self,
        register: RegisterTable,
        conditions: Mapping[str, Conditions],
        areas: AreaFinder,
        scopes: ScopeFinder,
        as_of: date,
    ) -> None:
        self.register = register
        self.conditions = conditions
        self.areas = areas
        self.scopes = scopes
        self.as_of = as_of
        self.judged = Judged()
        self.other_bodies: dict[str, list[Thing]] = {}
        self._words = {name: Words(words) for name, words in register.values.items()}
        self._fields = list(dict.fromkeys(name for fields in conditions.values() for name in fields))
        self._first: dict[str, tuple[Thing, CountedRow]] = {}
        self._told: set[tuple[int, Section]] = set()

    def judge(self, thing: Thing, report: Report) -> None:
        """Adds a row, and says in ``report`` what cannot be read of it."""
        self.judged.things.append(thing)
        try:
            area = self.areas.area_of(thing)
        except UnplacedError as error:
            self._say_unplaced(thing, error, KNOWN_AREA, report)
            self.judged.doubtful |= {(code, None) for code in error.doubtful}
            return
        if area is None:
            self.other_bodies.setdefault(cell_text(thing.cells["area_name"]), []).append(thing)
            return
        try:
            scope = self.scopes.scope_of(thing)
        except UnplacedError as error:
            self._say_unplaced(thing, error, KNOWN_SCOPE, report)
            if error.section is None:
                self.judged.doubtful.add((area, None))
            return
        self._judge(_Row(thing, report, area, scope))

    def _judge(self, row: _Row) -> None:
        codes = {name: self._code(name, row) for name in self._fields}
        self._refuse_contradictions(row, codes)
        counted = CountedRow(
            number=len(self.judged.things) - 1,
            area_code=row.area,
            scope=row.scope,
            key=self._key(row),
            name=word_key(row.thing.cells.get("name", "")) or None,
            codes=codes,
        )
        self.judged.rows.append(counted)
        if counted.key is not None:
            self._compare_with_first(row, counted, counted.key)

    def _refuse_contradictions(self, row: _Row, codes: dict[str, str | None]) -> None:
        """Marks in two columns of which one only can be true have two readings: neither is taken."""
        for names in self.register.exclusive:
            marked = [name for name in names if codes.get(name) == MARKED]
            for name in marked if len(marked) > 1 else ():
                codes[name] = None
                shown = ", ".join(f"«{row.heading(other)}»" for other in marked)
                row.say(
                    READABLE_VALUE,
                    name,
                    f"the row is marked in {shown}, of which one only can be true; not counted: {self._touched(name)}",
                    f"dòng được đánh dấu ở cả {shown}, trong khi chỉ một cột có thể đúng; đề nghị giữ một dấu. Chưa "
                    f"đếm: {self._touched(name)}.",
                )

    def _key(self, row: _Row) -> str | None:
        """What names the thing. A required part that is empty puts every count of its group in doubt."""
        parts = {"area": row.area, self.register.scope: row.scope}
        for name in self.register.key:
            if name in parts:
                continue
            text = word_key(row.thing.cells.get(name, ""))
            if not text:
                if name in row.thing.table.columns and self.register.columns[name].is_required:
                    self._say_keyless(row, name)
                return None
            parts[name] = text
        return "\x1f".join(parts[name] for name in self.register.key) or None

    def _say_keyless(self, row: _Row, name: str) -> None:
        self.judged.doubtful.add((row.area, row.scope))
        heading = row.heading(name)
        row.say(
            VALUE_PRESENT,
            name,
            f"the row has no «{heading}», so it may repeat another one; the counts of its list are not made",
            f"dòng thiếu «{heading}» nên không biết có trùng dòng khác hay không; chưa đếm danh sách này. Đề nghị bổ "
            "sung.",
        )

    def _code(self, name: str, row: _Row) -> str | None:
        """The code of a field, by its word or by the dates behind it; None where neither says it."""
        words, dates = self._words[name], self.register.timeliness.get(name)
        code = words.code_of(row.thing.cells.get(name, ""))
        if dates is None or (code is None and row.text(name)):
            if code is None:
                self._say_unknown(name, row, words)
            return code
        due, completed = row.thing.cells.get(dates.due, ""), row.thing.cells.get(dates.completed or "", "")
        if code not in (None, dates.open):
            self._compare_with_dates(name, row, dates, code)
            return code
        try:
            return code_by_dates(dates, due, completed, self.as_of)
        except UndatedError as error:
            places = (error.field, name) if cell_text(due) or cell_text(completed) else (name, error.field)
            row.say(
                READABLE_VALUE,
                next((place for place in places if place in row.thing.table.columns), ""),
                f"{error.message}; not counted: {self._touched(name)}",
                f"{error.message_vi} Chưa đếm: {self._touched(name)}.",
            )
            return None

    def _say_unknown(self, name: str, row: _Row, words: Words) -> None:
        text = row.text(name)
        near = words.closest(text) if text else None
        entry = f'values: {{{name}: {{"{text}": {words.words[near] if near else "…"}}}}}'
        row.say(
            READABLE_VALUE if text else VALUE_PRESENT,
            name,
            f"«{text}» is no known word for {row.heading(name)}; write one of {words.shown}, or add {entry} to the "
            f"source's register_table; not counted: {self._touched(name)}",
            f"«{text}» không có trong danh mục của cột «{row.heading(name)}»; đề nghị ghi một trong "
            f"{words.shown}{f' (gần nhất: «{near}»)' if near else ''}. Chưa đếm: {self._touched(name)}.",
        )

    def _compare_with_dates(self, name: str, row: _Row, dates: Timeliness, code: str | None) -> None:
        """The word decides; a due day that has passed on a task still in time is shown."""
        due = last_day_of(row.thing.cells.get(dates.due, ""))
        if code != dates.in_progress or due is None or due >= self.as_of or row.text(dates.completed or ""):
            return
        row.say(
            READABLE_VALUE,
            name,
            f"«{row.text(name)}», but it was due on {due}, before {self.as_of}; counted as it is written",
            f"ghi «{row.text(name)}» nhưng thời hạn {due:%d/%m/%Y} đã qua tại ngày {self.as_of:%d/%m/%Y}; vẫn đếm theo "
            "trạng thái đã ghi. Đề nghị kiểm tra.",
            "WARN",
        )

    def _compare_with_first(self, row: _Row, counted: CountedRow, key: str) -> None:
        """The same thing twice counts once; two readings of it stop the counts that would differ."""
        thing, known = self._first.setdefault(key, (row.thing, counted))
        if known is counted:
            return
        name = next((name for name in self.register.key if name in row.thing.table.columns), "")
        at = thing.table.sheet.locator(thing.row, thing.table.columns.get(name, 0))
        shown = row.text(name)
        if _content(known) == _content(counted):
            row.say(
                UNIQUE_KEY,
                name,
                f"{shown} already stands at {at} and says the same; it counts once",
                f"{shown} đã có ở {place_vi(at)} với cùng nội dung; chỉ đếm một lần.",
                "WARN",
            )
            return
        row.say(
            UNIQUE_KEY,
            name,
            f"{shown} already stands at {at} and says something else; keep the right row; counts that would differ are "
            "not made",
            f"{shown} đã có ở {place_vi(at)} nhưng nội dung khác nhau. Đề nghị giữ một dòng đúng; chưa đếm các "
            "chỉ tiêu bị ảnh hưởng.",
        )

    def _say_unplaced(self, thing: Thing, error: UnplacedError, rule: str, report: Report) -> None:
        columns = thing.table.columns
        place = (thing.row, columns.get(error.field, min(columns.values())))
        if error.section is not None:
            if (id(thing.table), error.section) in self._told:
                return
            self._told.add((id(thing.table), error.section))
            cells = thing.table.sheet.rows[error.section.row]
            place = (error.section.row, next(at for at, cell in enumerate(cells) if cell_text(cell)))
        report.add(rule, place, error.message, error.message_vi)

    def _touched(self, name: str) -> str:
        return ", ".join(code for code, fields in self.conditions.items() if name in fields)


def _content(row: CountedRow) -> tuple[object, ...]:
    return row.area_code, row.scope, row.name, dict(row.codes)

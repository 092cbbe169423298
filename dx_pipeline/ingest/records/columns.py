"""The register's columns as SQL: the types a file is read with, and the codes its words become.

A word is read as an ENUM of all words the catalogue knows, so that DuckDB itself rejects any other with its
line. Names in the SQL are the catalogue's fields and our own; texts become literals here and nowhere else.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.record_models import YES

if TYPE_CHECKING:
    from pathlib import Path

    from dx_pipeline.catalogue.geography import Geography
    from dx_pipeline.catalogue.record_models import RecordTable
    from dx_pipeline.ingest.records.layout import Layout

UNREAD = "unread"
"""The column of the typed rows that holds what could not become a moment or a code where DuckDB did not judge."""
_FEW_WORDS = 40
_WORDS = ("code", "flag")
_LONGEST_LINE = 1_000_000


def literal(text: object) -> str:
    """A text as SQL."""
    return "'" + str(text).replace("'", "''") + "'"


def listed(texts: Iterable[object]) -> str:
    """Texts as SQL, with commas between."""
    return ", ".join(map(literal, texts))


@dataclass(frozen=True)
class Vocabulary:
    """The words of every code column and what they mean on the day of the register.

    Attributes:
        words: Field -> word in the file -> code.
        provinces: Province -> the portal's code of it.
        communes: Commune -> its province.
    """

    words: Mapping[str, Mapping[str, str]]
    provinces: Mapping[str, str]
    communes: Mapping[str, str]

    @classmethod
    def of(cls, table: RecordTable, geography: Geography, day: date) -> Vocabulary:
        """The catalogue's words; provinces by their portal code, communes by their code, zeros lost or not."""
        provinces = {unit.portal_code: unit.code for unit in geography.provinces_on(day) if unit.portal_code}
        communes = {code: commune.province_code for code, commune in geography.communes.items()}
        stripped = {code.lstrip("0"): code for code in communes}
        words = {field: _in_any_case(known) for field, known in table.values.items()}
        words[table.province] = _in_any_case(provinces)
        words[table.commune] = {**stripped, **{code: code for code in communes}}
        flags = _in_any_case(table.flags)
        for field, column in table.columns.items():
            if column.type == "flag":
                words[field] = flags
        return cls(words, {code: word for word, code in provinces.items()}, communes)

    def codes(self, field: str) -> list[str]:
        """The codes of a column, in a fixed order."""
        return sorted(set(self.words[field].values()))


def _in_any_case(words: Mapping[str, str]) -> dict[str, str]:
    """The words as they may be typed: in small or capital letters, composed or in parts."""
    return {
        unicodedata.normalize(form, spelt): code
        for word, code in words.items()
        for spelt in (word.lower(), word.upper(), word.title(), word)
        for form in ("NFC", "NFD")
    }


@dataclass(frozen=True)
class RegisterColumns:
    """How one file's columns become typed ones.

    Attributes:
        table: The catalogue's columns.
        layout: The file's.
        vocabulary: The words of its codes.
    """

    table: RecordTable
    layout: Layout
    vocabulary: Vocabulary

    def type_statements(self) -> Iterator[str]:
        """The ENUM types, one of words and one of codes for each column of codes."""
        for field, column in self.table.columns.items():
            if column.type in _WORDS:
                known = [word for word in self.vocabulary.words[field] if word]
                yield f"CREATE TYPE {field}_word AS ENUM ({listed(known)})"
            if column.type == "code":
                yield f"CREATE TYPE {field}_code AS ENUM ({listed(self.vocabulary.codes(field))})"

    def source(self, path: Path, most_unread: int = 0) -> str:
        """The file as a table of raw columns ``c0``, ``c1`` and so on; at most so many faults are kept."""
        if self.layout.kind == "parquet":
            quoted = (name.replace('"', '""') for name in self.layout.names)
            columns = ", ".join(f'"{name}" AS c{number}' for number, name in enumerate(quoted))
            return f"(SELECT {columns} FROM read_parquet({literal(path)}))"
        quote = '"' if self.layout.is_quoted else ""
        types = ", ".join(
            f"'c{number}': '{self._raw_type(field)}'" for number, field in enumerate(self.layout.fields)
        )
        return (
            f"read_csv({literal(path)}, auto_detect = false, header = false, skip = {self.layout.header_line}, "
            f"columns = {{{types}}}, delim = {literal(self.layout.delimiter)}, quote = '{quote}', escape = '{quote}', "
            f"compression = '{self.layout.compression}', store_rejects = true, rejects_limit = {most_unread}, "
            f"max_line_size = {_LONGEST_LINE}, allow_quoted_nulls = true)"
        )

    def typed(self) -> str:
        """The typed columns, one for every field of the catalogue, and ``unread``."""
        return ", ".join(
            [*(f"{self._typed(field)} AS {field}" for field in self.table.columns), self._unread()]
        )

    def _number(self, field: str) -> int | None:
        return self.layout.fields.index(field) if field in self.layout.fields else None

    @property
    def is_judged_by_reader(self) -> bool:
        """Whether ``read_csv`` itself rejects what is not of a column's type: of one row all cells, or none.

        Where a quotation mark may not be closed it must not: DuckDB 1.5 then casts words to an ENUM that it has
        not read, and may crash.
        """
        return self.layout.kind == "csv" and not self.layout.is_quoted and not self.layout.moment_formats

    def _raw_type(self, field: str | None) -> str:
        if field is None or not self.is_judged_by_reader:
            return "VARCHAR"
        kind = self.table.columns[field].type
        return {
            "code": f"{field}_word",
            "flag": f"{field}_word",
            "moment": "TIMESTAMP",
            "whole": "BIGINT",
        }.get(kind, "VARCHAR")

    def _cast(self, field: str) -> str:
        """The raw cell as a word, moment, number or text; null where it is none."""
        number, kind = self._number(field), self.table.columns[field].type
        if number is None:
            plain = {"moment": "TIMESTAMP", "whole": "BIGINT", "text": "VARCHAR"}
            return f"CAST(NULL AS {plain.get(kind, field + '_word')})"
        raw = f"c{number}"
        if self.is_judged_by_reader:
            return raw
        if kind == "text":
            return f"nullif(CAST({raw} AS VARCHAR), '')"
        text = f"nullif(trim(CAST({raw} AS VARCHAR)), '')"
        if kind in _WORDS:
            return f"TRY_CAST({text} AS {field}_word)"
        if kind == "moment" and self.layout.moment_formats:
            return f"try_strptime({text}, [{listed(self.layout.moment_formats)}])"
        return f"TRY_CAST({text} AS {'TIMESTAMP' if kind == 'moment' else 'BIGINT'})"

    def _typed(self, field: str) -> str:
        kind, cell = self.table.columns[field].type, self._cast(field)
        if kind not in _WORDS:
            return cell
        words = self.vocabulary.words[field]
        code_type = "BOOLEAN" if kind == "flag" else f"{field}_code"
        codes = {word: str(code == YES) if kind == "flag" else code for word, code in words.items()}
        value = self._code(code_type, cell, codes)
        return f"coalesce({value}, {literal(codes[''])}::{code_type})" if "" in codes else value

    @staticmethod
    def _code(code_type: str, cell: str, codes: Mapping[str, str]) -> str:
        """What a word means. Never by a join (DuckDB makes one of a long IN): the rows would lose their order."""
        known = {word: code for word, code in codes.items() if word}
        if len(known) > _FEW_WORDS:
            return f"([{listed(known.values())}]::{code_type}[])[enum_code({cell}) + 1]"
        cases = " ".join(f"WHEN {literal(word)} THEN {literal(code)}" for word, code in known.items())
        return f"CAST(CASE {cell} {cases} END AS {code_type})"

    def _unread(self) -> str:
        """The cells that are of no type, as ``heading=text``, where the reader of the file did not judge them."""
        if self.is_judged_by_reader:
            return f"{self._nothing()} AS {UNREAD}"
        found = [
            f"CASE WHEN nullif(trim(CAST(c{number} AS VARCHAR)), '') IS NOT NULL AND {self._cast(field)} IS NULL "
            f"THEN {literal(self.layout.names[number] + '=')} || CAST(c{number} AS VARCHAR) END"
            for number, field in enumerate(self.layout.fields)
            if field and self.table.columns[field].type != "text"
        ]
        return f"nullif(concat_ws('; ', {', '.join(found)}), '') AS {UNREAD}"

    def _nothing(self) -> str:
        """A null that needs the columns nobody knows: where one is left out, DuckDB 1.5 blames the one before."""
        fields = self.layout.fields
        last = max(number for number, field in enumerate(fields) if field)
        others = ", ".join(f"c{number}" for number, field in enumerate(fields[:last]) if not field)
        return f"CASE WHEN concat({others}) IS NULL THEN '' END" if others else "CAST(NULL AS VARCHAR)"

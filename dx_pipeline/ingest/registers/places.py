"""Which province and which register each row belongs to, and whose counts a row that nobody can place puts in doubt."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.observation import NATION
from dx_pipeline.ingest.registers.words import Words
from dx_pipeline.ingest.tables.headings import cell_text

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Geography
    from dx_pipeline.catalogue.source_models import RegisterTable
    from dx_pipeline.ingest.registers.rows import Section, Thing

ALL = "all"
_ALIKE = 0.6
_TYPES = ("ubnd ", "uy ban nhan dan ", "tinh ", "thanh pho ", "tp. ", "tp ")


class UnplacedError(PermanentError):
    """A row whose province or register is not known.

    Args:
        field: The column that should say it.
        doubtful: The provinces whose counts it may belong to; empty for none of them.
        section: The section's row that is at fault, where it is no cell of the row itself.
    """

    def __init__(
        self,
        field: str,
        message: str,
        message_vi: str,
        doubtful: frozenset[str] = frozenset(),
        section: Section | None = None,
    ) -> None:
        super().__init__(message, message_vi)
        self.field = field
        self.doubtful = doubtful
        self.section = section


@dataclass(slots=True)
class AreaFinder:
    """The province of each row: its own columns, else the file's.

    Attributes:
        register: Says whose rows a file holds.
        geography: Names and codes.
        day: The day the file speaks of.
        file_area: The province that the file names above its table; its rows are that province's.
        hinted_area: The province of rows that name none, in a file that names none.
    """

    register: RegisterTable
    geography: Geography
    day: date
    file_area: str | None
    hinted_area: str | None = None

    def area_of(self, thing: Thing) -> str | None:
        """The area's code; None where the row is another body's.

        Raises:
            UnplacedError: Its words are no province of that day, contradict each other or the file.
        """
        if self.register.area == "nation":
            return NATION
        found: dict[str, str] = {}
        for name in ("area_code", "area_name"):
            text = cell_text(thing.cells.get(name))
            if not text:
                continue
            if name == "area_name" and not self.file_area and self._is_other_body(text):
                return None
            if code := self._resolve(name, text):
                found.setdefault(code, name)
        field = next(iter(found.values()), "area_name")
        if self.file_area:
            found.setdefault(self.file_area, field)
        codes = list(found) or ([self.hinted_area] if self.hinted_area else [])
        if len(codes) == 1:
            return codes[0]
        raise self._contradiction(field, codes) if codes else self._silence()

    def _resolve(self, field: str, text: str) -> str | None:
        """The province a cell names; None for an office of the file's own province."""
        try:
            return self.geography.resolve(text, self.day).code
        except AreaNotFoundError as error:
            heirs = self._successors(_bare(text))
            if field == "area_name" and self.file_area and heirs <= {self.file_area}:
                return None
            raise UnplacedError(field, error.message, f"{error.message_vi}.", self._could_be(text)) from error

    def _contradiction(self, field: str, codes: list[str]) -> UnplacedError:
        shown = ", ".join(sorted(codes))
        return UnplacedError(
            field,
            f"the row and the file name more than one province ({shown}); correct it",
            f"dòng này và tệp nêu nhiều tỉnh khác nhau (mã {shown}). Đề nghị sửa.",
            frozenset(codes),
        )

    def _silence(self) -> UnplacedError:
        return UnplacedError(
            "area_name",
            "neither the row nor the text above the table names the province; fill it in",
            "không ghi tỉnh, thành phố ở dòng này hoặc phía trên bảng. Đề nghị bổ sung.",
            self._all(),
        )

    def _is_other_body(self, text: str) -> bool:
        folded = fold(text)
        is_other = any(
            folded == fold(words) or folded.startswith(f"{fold(words)} ")
            for words in self.register.other_bodies
        )
        return is_other and not folded.startswith(fold("Ủy ban nhân dân"))

    def _could_be(self, text: str) -> frozenset[str]:
        """The provinces that a text that names none may have meant."""
        bare = _bare(text)
        if not any(sign.isalpha() for sign in bare):
            return self._all()  # a code that nobody has may be anybody's
        names = {
            strip_accents(fold(unit.name_vi)): unit.code for unit in self.geography.provinces_on(self.day)
        }
        if bare in names:
            return frozenset({names[bare]})
        near = difflib.get_close_matches(bare[:60], names, n=3, cutoff=_ALIKE)
        return frozenset(names[name] for name in near) | self._successors(bare)

    def _successors(self, bare: str) -> frozenset[str]:
        old = {strip_accents(fold(unit.name_vi)): unit.code for unit in self.geography.provinces}
        heir = self.geography.successor(old[bare]) if bare in old else None
        return frozenset({heir.code}) if heir else frozenset()

    def _all(self) -> frozenset[str]:
        return frozenset(unit.code for unit in self.geography.provinces_on(self.day))


def _bare(text: str) -> str:
    """A name without accents and without the words before it."""
    bare = strip_accents(fold(text))
    for prefix in _TYPES:
        bare = bare.removeprefix(prefix)
    return bare


class ScopeFinder:
    """The register of each row: its own column, a section above it, the title, or what silence means.

    Args:
        register: Names the scope's field and its words.
        titles: Table (by ``id``) -> the texts that may name its register, the nearest first; the first of them
            that names any decides.
    """

    def __init__(self, register: RegisterTable, titles: Mapping[int, Sequence[Sequence[str]]]) -> None:
        self.field = register.scope
        self.words = Words(register.values.get(register.scope or "", {}))
        self.titles = {table: self._named(levels) for table, levels in titles.items()}
        self.silent_rows = 0
        self._styles: set[tuple[int, str]] = set()

    def scope_of(self, thing: Thing) -> str:
        """The scope's code.

        Raises:
            UnplacedError: The words are not known, or say two things.
        """
        if self.field is None:
            return ALL
        if cell_text(cell := thing.cells.get(self.field)):
            return self._of_words(cell_text(cell))
        if (scope := self._of_sections(thing)) is not None:
            return scope
        title = self.titles.get(id(thing.table), set())
        if len(title) == 1:
            return next(iter(title))
        silence = self.words.words.get("")
        if title or silence is None:
            names = ", ".join(sorted(title))
            raise UnplacedError(
                self.field,
                f"the title names {'more than one register: ' + names if names else 'no register'}; name the register "
                f"in a column or above its rows: {self.words.shown}",
                f"tiêu đề {'nêu nhiều sổ nhiệm vụ' if names else 'không nêu sổ nhiệm vụ'}; đề nghị ghi rõ ở một cột "
                f"hoặc phía trên các dòng: {self.words.shown}.",
            )
        self.silent_rows += 1
        return silence

    def _named(self, levels: Sequence[Sequence[str]]) -> set[str]:
        named = (set().union(*map(self.words.codes_in, texts)) for texts in levels)
        return next(filter(None, named), set())

    def _of_words(self, text: str) -> str:
        code = self.words.code_of(text)
        found = {code} if code else self.words.codes_in(text)
        if len(found) == 1:
            return next(iter(found))
        problem = "names more than one register" if found else "names no register that is known"
        problem_vi = "nêu nhiều sổ nhiệm vụ" if found else "không phải tên sổ nhiệm vụ đã biết"
        raise UnplacedError(
            self.field or "",
            f"«{text}» {problem}; write one of {self.words.shown}, or add the words to values: {self.field}",
            f"«{text}» {problem_vi}; đề nghị ghi một trong các tên {self.words.shown}.",
        )

    def _of_sections(self, thing: Thing) -> str | None:
        """The innermost section that names a register.

        Where sections of one style name registers, one of that style that names none is an unknown register.
        """
        for section in reversed(thing.sections):
            code = self.words.code_of(section.words)
            found = {code} if code else self.words.codes_in(section.words)
            if len(found) == 1:
                self._styles.add((id(thing.table), section.style))
                return next(iter(found))
        for section in reversed(thing.sections):
            if (id(thing.table), section.style) in self._styles:
                raise self._unknown_section(section)
        return None

    def _unknown_section(self, section: Section) -> UnplacedError:
        return UnplacedError(
            self.field or "",
            f"«{section.words}» names no register that is known, so its rows are not counted; write one of "
            f"{self.words.shown}, or add the words to values: {self.field}",
            f"«{section.words}» không phải tên sổ nhiệm vụ đã biết nên không đếm các dòng bên dưới; đề nghị ghi một "
            f"trong các tên {self.words.shown}.",
            section=section,
        )

"""Which area each row of a table is: provinces and communes by code and name, a whole table at a time.

Code and name must belong together. Names themselves are understood by the catalogue.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.commune_names import CommuneNames
from dx_pipeline.catalogue.geography import AreaNotFoundError
from dx_pipeline.failures import PermanentError
from dx_pipeline.ingest.tables.headings import cell_text

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Geography

_CODE_LENGTH = {"province": 2, "commune": 5}

ProvinceOfRow = str | PermanentError | None  # its code, why its words name none, or nobody says
_Words = tuple[object, object, ProvinceOfRow]  # code, name, province
_names: dict[int, CommuneNames] = {}  # by the identity of the geography, which each of them keeps alive


def names_of(geography: Geography) -> CommuneNames:
    """The names of a geography's communes; the indexes are built once per process."""
    if id(geography) not in _names:
        _names[id(geography)] = CommuneNames(geography)
    return _names[id(geography)]


@dataclass(slots=True)
class Areas:
    """The areas of a table's rows.

    Attributes:
        codes: Per row the area's code; None where it is not known.
        problems: Position -> why it is not known.
    """

    codes: list[str | None] = field(default_factory=list)
    problems: dict[int, PermanentError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AreaReader:
    """Reads the areas of rows on one day.

    Attributes:
        geography: The catalogue's areas.
        level: ``province`` or ``commune``.
        day: The day the figures speak of.
    """

    geography: Geography
    level: str
    day: date

    def read(
        self, codes: Sequence[object], names: Sequence[object], provinces: Sequence[ProvinceOfRow]
    ) -> Areas:
        """The area of every row, from its code, its name and (for communes) its province's code."""
        communes = self.geography.communes if self.level == "commune" else {}
        known: dict[_Words, str | PermanentError] = {}
        found = Areas()
        for at, words in enumerate(zip(codes, names, provinces, strict=True)):
            code, name, province = words
            unit = communes.get(code) if isinstance(code, str) else None
            if unit is not None and unit.name_vi == name and province in (None, unit.province_code):
                found.codes.append(unit.code)
                continue
            result = known.get(words)
            if result is None:
                result = known[words] = self._area(code, name, province)
            found.codes.append(result if isinstance(result, str) else None)
            if not isinstance(result, str):
                found.problems[at] = result
        return found

    def _area(self, code: object, name: object, province: ProvinceOfRow) -> str | PermanentError:
        if isinstance(province, PermanentError):
            return province
        text = self._code(code)
        try:
            if self.level == "commune":
                return self._commune(text, cell_text(name), province)
            return self._province(text, cell_text(name))
        except PermanentError as error:
            return error

    def _code(self, cell: object) -> str:
        """A code as written; a spreadsheet's number gets its leading zeros back."""
        text = cell_text(cell)
        return text.zfill(_CODE_LENGTH[self.level]) if text.isdigit() else text

    def _province(self, code: str, name: str) -> str:
        if not code:
            return self.geography.resolve(name, self.day).code
        by_code = self.geography.province(code, self.day) or self.geography.by_portal_code(code, self.day)
        if not name:
            return by_code.code if by_code else self.geography.resolve(code, self.day).code
        named = self.geography.resolve(name, self.day)
        if by_code is None or by_code.code != named.code:
            raise _not_together(code, name, f"{named.code} {named.name_vi}")
        return named.code

    def _commune(self, code: str, name: str, province: str | None) -> str:
        names = names_of(self.geography)
        if not code:
            return names.resolve(name, province, self.day).code
        unit = names.resolve(code, province, self.day)
        try:
            is_together = not name or names.resolve(name, unit.province_code, self.day).code == unit.code
        except AreaNotFoundError:
            is_together = False
        if not is_together:
            raise _not_together(code, name, f"{unit.code} {unit.name_vi}")
        return unit.code


def _not_together(code: str, name: str, right: str) -> PermanentError:
    return PermanentError(
        f"code {code!r} and name {name!r} do not belong together; {right} do",
        f"mã «{code}» và tên «{name}» không khớp nhau; đúng là {right}",
    )

"""Where figures belong: provinces as of a day, their communes, and the many ways people write their names.

A code or a name means something only together with a day: seven codes changed owner on 2025-07-01.
The records come from ``areas.py``; what they must satisfy is checked in ``validation.py``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from dx_pipeline.catalogue.areas import (
    LAST_DAY_OF_63,
    TYPE_NAMES_VI,
    Commune,
    NameVariant,
    Province,
    ProvinceType,
    Successor,
    read_areas,
)
from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.failures import PermanentError
from dx_pipeline.periods import MERGER_DATE

__all__ = ["AreaNotFoundError", "Commune", "Geography", "Province", "load_geography"]

_CODE = re.compile(r"(\d{1,2})(?:\.0)?")  # Excel turns a code into a number: 1, 1.0
# H50 in the portal's answers, 000.00.00.H50 as electronic identifier; H50.12 is one of its units
_PORTAL_CODE = re.compile(r"(?:000\.00\.00\.)?(h\d{2})")
_UNIT_CODE = re.compile(r"(?:(?:\d{2,3}\.){1,3})?(h\d{2})(?:\.\d{1,4}){0,3}")
_AUTHORITY = re.compile(r"^(?:ubnd|uỷ ban nhân dân|uy ban nhan dan)\.?\s+")
_TYPE = re.compile(r"^(?:tỉnh\s|tinh\s|thành phố\s|thanh pho\s|t\.?\s?p(?:\.|\s)|t\.\s?)\s*")
_NOTE_MARK = re.compile(r"(?: ?(?:\(\d\)|\(\*+\)|\*+|[¹²³⁴-⁹]+)| ?[.,;:])+$")
_OLD, _NEW = (" (cũ)", " (cu)"), (" (mới)", " (moi)")


class AreaNotFoundError(PermanentError):
    """A name or code is no province on the day it speaks of."""


def _holds(item: Province | ProvinceType | NameVariant, day: date) -> bool:
    has_begun = item.valid_from is None or item.valid_from <= day
    return has_begun and (item.valid_to is None or day <= item.valid_to)


def without_note_mark(key: str) -> str:
    """A folded name without a footnote mark or the punctuation behind it."""
    return _NOTE_MARK.sub("", key)


def _name_keys(text: str) -> Iterator[str]:
    """The text's key, then without the authority, then without the type of unit as well."""
    key = without_note_mark(fold(text))
    yield key
    without_authority = _AUTHORITY.sub("", key)
    yield without_authority
    yield _TYPE.sub("", without_authority)


@dataclass(frozen=True)
class Geography:
    """Every area of the catalogue; all questions about provinces carry a day."""

    provinces: tuple[Province, ...]
    types: tuple[ProvinceType, ...]
    crosswalk: tuple[Successor, ...]
    communes: dict[str, Commune]
    variants: tuple[NameVariant, ...]
    _by_key: dict[str, list[NameVariant]] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        for variant in self._all_spellings():
            *_, key = _name_keys(variant.variant)
            for form in {fold(variant.variant), key, strip_accents(key)}:
                self._by_key.setdefault(form, []).append(variant)

    def _all_spellings(self) -> Iterator[NameVariant]:
        for unit in self.provinces:
            yield NameVariant(unit.name_vi, unit.code, "", unit.valid_from, unit.valid_to)
        yield from self.variants

    def provinces_on(self, day: date) -> tuple[Province, ...]:
        """The provinces that exist on ``day``, by code: 63 before 2025-07-01, 34 from then."""
        return tuple(unit for unit in self.provinces if _holds(unit, day))

    def names_on(self, day: date) -> tuple[tuple[str, str], ...]:
        """Every accepted name on ``day`` with the code it means."""
        return tuple((item.variant, item.code) for item in self._all_spellings() if _holds(item, day))

    def province(self, code: str, day: date) -> Province | None:
        """The province with that code on ``day``."""
        return next((unit for unit in self.provinces if unit.code == code and _holds(unit, day)), None)

    def successor(self, old_code: str) -> Province | None:
        """The province in which the old province ``old_code`` is since the merger."""
        for step in self.crosswalk:
            if step.old_code == old_code:
                return self.province(step.new_code, step.effective_date)
        return None

    def type_on(self, code: str, day: date) -> str:
        """``province`` or ``centrally_run_city``.

        Raises:
            AreaNotFoundError: No province has that code on ``day``.
        """
        for item in self.types:
            if item.province_code == code and _holds(item, day):
                return item.type
        raise self._not_found(code, day)

    def full_name_on(self, code: str, day: date) -> str:
        """The name with the type as of ``day``: ``Thành phố Đồng Nai`` since 2026-04-30.

        Raises:
            AreaNotFoundError: No province has that code on ``day``.
        """
        unit = self.province(code, day)
        if unit is None:
            raise self._not_found(code, day)
        return f"{TYPE_NAMES_VI[self.type_on(code, day)]} {unit.name_vi}"

    def by_portal_code(self, h_code: str, day: date) -> Province | None:
        """The province with that H-code of the National Public Service Portal (``H50``) on ``day``."""
        wanted = h_code.strip().upper()
        known = {unit.portal_code: unit for unit in self.provinces_on(day) if unit.portal_code}
        return known.get(wanted)

    def province_of_portal_code(self, code: str, day: date) -> Province | None:
        """The province on ``day`` of a unit's code: ``H50.12``, ``000.12.34.H50``, or the province's own ``H50``."""
        match = _UNIT_CODE.fullmatch(fold(code))
        return self.by_portal_code(match[1], day) if match else None

    def communes_of(self, province_code: str) -> tuple[Commune, ...]:
        """The communes of one of the 34 provinces, by code."""
        return tuple(commune for commune in self.communes.values() if commune.province_code == province_code)

    def resolve(self, text: str, day: date) -> Province:
        """The province that ``text``, a name or a code, means on ``day``.

        Args:
            text: A name as people write it (see ``name_variants.csv``), with or without ``UBND``, ``tỉnh``,
                ``thành phố``, in any Unicode form, without accents at all, or a code (``44``, ``1``, ``H50``).
            day: The day the figure speaks of.

        Raises:
            AreaNotFoundError: It is no province on that day. The message says where a merged province is
                now, or proposes the closest names. A name with a wrong accent is not guessed.
        """
        unit = self._find(text, day)
        if unit is None:
            raise self._not_found(text, day)
        return unit

    def _find(self, text: str, day: date) -> Province | None:
        if digits := _CODE.fullmatch(fold(text)):
            return self.province(digits[1].zfill(2), day)
        if portal_code := _PORTAL_CODE.fullmatch(fold(text)):
            return self.by_portal_code(portal_code[1], day)
        eras = _NEW if day >= MERGER_DATE else _OLD
        for key in _name_keys(text):
            for form in (key, *(key.removesuffix(era) for era in eras if key.endswith(era))):
                codes = {item.code for item in self._by_key.get(form, ()) if _holds(item, day)}
                if len(codes) == 1:
                    return self.province(codes.pop(), day)
        return None

    def _not_found(self, text: str, day: date) -> AreaNotFoundError:
        shown = text.strip()
        old = self._find(text, LAST_DAY_OF_63) if day >= MERGER_DATE else None
        now = self.successor(old.code) if old else None
        if old and now:
            return AreaNotFoundError(
                f"{shown!r} is not a province on {day}: {old.name_vi} (old code {old.code}) is part of "
                f"{now.name_vi} ({now.code}) since {MERGER_DATE}; report {now.name_vi} as a whole",
                f"“{shown}” không phải là tỉnh, thành phố tại ngày {day:%d/%m/%Y}: {old.name_vi} (mã cũ "
                f"{old.code}) nay thuộc {now.name_vi} (mã {now.code}) từ {MERGER_DATE:%d/%m/%Y}; hãy báo cáo "
                f"số liệu của toàn bộ {now.name_vi}",
            )
        closest = self._closest(text, day)
        return AreaNotFoundError(
            f"{shown!r} is not a province on {day}; write a name or code of geography/provinces.csv"
            + (f"; closest: {closest}" if closest else ""),
            f"“{shown}” không phải là tên hoặc mã tỉnh, thành phố tại ngày {day:%d/%m/%Y}; hãy ghi đúng tên "
            "hoặc mã tỉnh" + (f"; gần nhất: {closest}" if closest else ""),
        )

    def _closest(self, text: str, day: date) -> str:
        *_, key = _name_keys(text)
        names = {strip_accents(fold(unit.name_vi)): unit for unit in self.provinces_on(day)}
        near = difflib.get_close_matches(strip_accents(key)[:60], names, n=3, cutoff=0.6)
        return ", ".join(f"{names[name].name_vi} ({names[name].code})" for name in near)


def load_geography(folder: Path) -> Geography:
    """The geography of the CSV files in ``folder``.

    Raises:
        BrokenCatalogueError: A file is missing or a row is unreadable; names file and line.
    """
    areas = read_areas(folder)
    return Geography(
        provinces=areas.provinces,
        types=areas.types,
        crosswalk=areas.crosswalk,
        communes={commune.code: commune for commune in areas.communes},
        variants=areas.variants,
    )

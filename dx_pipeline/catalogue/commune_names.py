"""Communes by the names and codes people write, inside one province: ``UBND xã Bắc Đông Quan``, ``P1 Bảo Lộc``.

The list is the one in force since 2025-07-01. A name that is not on it is never guessed: the closest are shown.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dx_pipeline.catalogue.areas import Commune
from dx_pipeline.catalogue.geography import AreaNotFoundError, Geography, without_note_mark
from dx_pipeline.catalogue.text import fold, strip_accents
from dx_pipeline.periods import MERGER_DATE

_CODE = re.compile(r"(\d{1,5})(?:\.0)?")  # Excel turns 00004 into a number
_AUTHORITY = re.compile(r"^(?:ubnd|uỷ ban nhân dân|uy ban nhan dan)\.?\s+")
_TYPE = re.compile(
    r"^(?:(?P<commune>xã|xa|x\.)|(?P<ward>phường|phuong|p\.|p(?= ?\d))|(?P<special_zone>đặc khu|dac khu|đk\.?)"
    r"|(?P<abolished>thị trấn|thi tran|tt\.|thị xã|thi xa|quận|quan|huyện|huyen))(?:\s+|(?<=\.)|(?=\d))"
)
_LEADING_ZERO = re.compile(r"(?<!\d)0+(?=\d)")
_SPACES = re.compile(r"\s+")
_MAX_PROPOSALS = 50  # comparing a name with 3,321 others takes 30 ms; nobody reads more than these

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Name:
    """A written name taken apart."""

    bare: str
    kind: str | None


def _bare(name: str) -> str:
    """The comparable part of a name: M'Drắk and MDrắk, 01 and 1, dashes and spaces are the same."""
    return _SPACES.sub(" ", _LEADING_ZERO.sub("", re.sub(r"' ?", "", name).replace("-", " "))).strip()


def _taken_apart(key: str) -> _Name:
    name = _AUTHORITY.sub("", key)
    match = _TYPE.match(name)
    bare = _bare(name[match.end() :] if match else name)
    return _Name(bare, match.lastgroup if match else None)


@dataclass(frozen=True)
class CommuneNames:
    """The communes of a geography by every accepted way to write them. Its indexes are built once."""

    geography: Geography

    @cached_property
    def _by_official_name(self) -> dict[_Key, Commune]:
        return {(item.province_code, item.name_vi): item for item in self.geography.communes.values()}

    @cached_property
    def _by_name(self) -> dict[_Key, list[Commune]]:
        """By province (empty for any) and bare name."""
        found: dict[_Key, list[Commune]] = {}
        for item in self.geography.communes.values():
            name = _taken_apart(fold(item.name_vi)).bare
            for province_code in (item.province_code, ""):
                found.setdefault((province_code, name), []).append(item)
        return found

    @cached_property
    def _by_plain_name(self) -> dict[_Key, list[Commune]]:
        """The same without accents."""
        found: dict[_Key, list[Commune]] = {}
        for (province_code, name), communes in self._by_name.items():
            found.setdefault((province_code, strip_accents(name)), []).extend(communes)
        return found

    @cached_property
    def _proposals(self) -> dict[str, dict[str, Commune]]:
        """By province, what a name that is not found is compared with."""
        found: dict[str, dict[str, Commune]] = {}
        for (province_code, name), communes in self._by_plain_name.items():
            found.setdefault(province_code, {})[name] = communes[0]
        return found

    def resolve(self, text: str, province_code: str | None, day: date) -> Commune:
        """The commune that ``text``, a name or a five-digit code, means in a province on ``day``.

        Args:
            text: With or without ``UBND``, ``xã``, ``phường``, ``đặc khu``; without accents only where that is
                unique.
            province_code: The province; None looks in all 34, where many names occur more than once.
            day: The day the figure speaks of.

        Raises:
            AreaNotFoundError: It is none, or could be several; the message shows which, or the closest names.
        """
        result = self._find(text, province_code, day, has_proposals=True)
        if isinstance(result, AreaNotFoundError):
            raise result
        return result

    def resolve_column(
        self, names: Sequence[str], province_code: str | Sequence[str | None] | None, day: date
    ) -> list[Commune | AreaNotFoundError]:
        """``resolve`` for many rows: the commune or the error of each.

        Args:
            names: The names or codes.
            province_code: The province of all rows, or one per row.
            day: The day the figures speak of.
        """
        provinces: Sequence[str | None]
        if province_code is None or isinstance(province_code, str):
            provinces = [province_code] * len(names)
        else:
            provinces = province_code
        known: dict[tuple[str, str | None], Commune | AreaNotFoundError] = {}
        failures = 0
        found = []
        for name, code in zip(names, provinces, strict=True):
            result = known.get((name, code))
            if result is None:
                result = self._find(name, code, day, has_proposals=failures < _MAX_PROPOSALS)
                failures += isinstance(result, AreaNotFoundError)
                known[name, code] = result
            found.append(result)
        return found

    def _find(
        self, text: str, province_code: str | None, day: date, *, has_proposals: bool
    ) -> Commune | AreaNotFoundError:
        if day < MERGER_DATE:
            return _before_the_list(text, day)
        official = self._by_official_name.get((province_code or "", text))
        if official is not None:
            return official
        key = without_note_mark(fold(text))
        if digits := _CODE.fullmatch(key):
            return self._of_code(digits[1].zfill(5), text, province_code)
        candidates = self._candidates(key, province_code or "")
        if candidates:
            return candidates[0] if len(candidates) == 1 else _ambiguous(text, candidates)
        if "," in key:
            return self._with_province(text, province_code, day)
        return self._not_found(text, _taken_apart(key), province_code, has_proposals=has_proposals)

    def _candidates(self, key: str, province: str) -> list[Commune]:
        """The communes a folded text can mean; as a whole first: ``Quan Sơn`` is no district called Sơn."""
        has_accents = key != strip_accents(key)
        for name in (_Name(_bare(_AUTHORITY.sub("", key)), None), _taken_apart(key)):
            found = self._by_name.get((province, name.bare), [])
            if not found and not has_accents:
                found = self._by_plain_name.get((province, name.bare), [])
            if candidates := [item for item in found if name.kind in (None, item.type)]:
                return candidates
        return []

    def _of_code(self, code: str, text: str, province_code: str | None) -> Commune | AreaNotFoundError:
        commune = self.geography.communes.get(code)
        if commune is None:
            return AreaNotFoundError(
                f"{text.strip()!r} is no commune's code; write one of geography/communes.csv",
                f"“{text.strip()}” không phải là mã xã, phường, đặc khu; hãy ghi đúng mã 5 chữ số",
            )
        if province_code is not None and commune.province_code != province_code:
            return AreaNotFoundError(
                f"{code} is {commune.name_vi} of province {commune.province_code}, not of {province_code}",
                f"Mã {code} là {commune.name_vi} thuộc tỉnh mã {commune.province_code}, không thuộc tỉnh mã "
                f"{province_code}",
            )
        return commune

    def _with_province(self, text: str, province_code: str | None, day: date) -> Commune | AreaNotFoundError:
        """A name with its province behind a comma: ``xã Bắc Đông Quan, tỉnh Hưng Yên``."""
        name, _, province_text = text.rpartition(",")
        try:
            province = self.geography.resolve(province_text, day)
        except AreaNotFoundError as error:
            return error
        if province_code not in (None, province.code):
            return AreaNotFoundError(
                f"{text.strip()!r} names province {province.code}, the row belongs to {province_code}",
                f"“{text.strip()}” ghi tỉnh mã {province.code}, trong khi dòng thuộc tỉnh mã {province_code}",
            )
        return self._find(name, province.code, day, has_proposals=True)

    def _not_found(
        self, text: str, name: _Name, province_code: str | None, *, has_proposals: bool
    ) -> AreaNotFoundError:
        shown = text.strip()
        if name.kind == "abolished":
            return AreaNotFoundError(
                f"{shown!r}: townships and districts do not exist since {MERGER_DATE}; write the commune, ward or "
                "special zone",
                f"“{shown}”: từ {MERGER_DATE:%d/%m/%Y} không còn thị trấn và cấp huyện; hãy ghi xã, phường, đặc khu",
            )
        place = f" of province {province_code}" if province_code else ""
        place_vi = f" của tỉnh mã {province_code}" if province_code else ""
        closest = self._closest(name, province_code) if has_proposals else ""
        return AreaNotFoundError(
            f"{shown!r} is no commune{place}" + (f"; closest: {closest}" if closest else ""),
            f"“{shown}” không phải là xã, phường, đặc khu{place_vi}"
            + (f"; gần nhất: {closest}" if closest else ""),
        )

    def _closest(self, name: _Name, province_code: str | None) -> str:
        names = self._proposals.get(province_code or "", {})
        near = difflib.get_close_matches(strip_accents(name.bare)[:60], names, n=3, cutoff=0.6)
        return ", ".join(f"{names[key].name_vi} ({names[key].code})" for key in near)


def _before_the_list(text: str, day: date) -> AreaNotFoundError:
    return AreaNotFoundError(
        f"{text.strip()!r}: communes are known from {MERGER_DATE} on, not on {day}; report the province only",
        f"“{text.strip()}”: danh mục xã, phường, đặc khu chỉ có từ {MERGER_DATE:%d/%m/%Y}, không có ngày "
        f"{day:%d/%m/%Y}; hãy báo cáo cấp tỉnh",
    )


def _ambiguous(text: str, candidates: Sequence[Commune]) -> AreaNotFoundError:
    shown = ", ".join(f"{item.name_vi} ({item.code})" for item in candidates[:5])
    return AreaNotFoundError(
        f"{text.strip()!r} can be {shown}; write the full name with its accents, or the code",
        f"“{text.strip()}” có thể là {shown}; hãy ghi đủ tên có dấu hoặc ghi mã",
    )

"""The records of the CSV files in ``geography/`` and how they are read.

Plain rows with dates; questions about them (who was 44 in March 2025?) are answered in ``geography.py``.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import TypeVar

from dx_pipeline.catalogue.findings import BrokenCatalogueError, Finding
from dx_pipeline.catalogue.text import strip_accents
from dx_pipeline.periods import MERGER_DATE

LAST_DAY_OF_63 = MERGER_DATE - timedelta(days=1)
OLD_PROVINCES, NEW_PROVINCES = "63", "34"  # the two sets of provinces, as tables name them
UNCHANGED = "unchanged"  # the relation of an old province that went on with code, name and territory
TYPE_NAMES_VI = {"province": "Tỉnh", "centrally_run_city": "Thành phố"}

Row = dict[str, str]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Province:
    """A province or centrally run city and the days it exists.

    Region, portal code and number of communes are known for the 34 provinces of 2025-07-01 only.
    ``full_name_vi`` is the name of its first day; ``Geography.full_name_on`` knows later types.
    """

    code: str
    name_vi: str
    full_name_vi: str
    name_en: str
    region_code: str = ""
    region_vi: str = ""
    region_en: str = ""
    portal_code: str = ""
    communes_count: int = 0
    predecessor_codes: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune (``commune``, ``ward`` or ``special_zone``) of the list of July 2026."""

    code: str
    name_vi: str
    type: str
    province_code: str


@dataclass(frozen=True, slots=True)
class ProvinceType:
    """The type of a province code over some days: ``province`` or ``centrally_run_city``."""

    province_code: str
    type: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class NameVariant:
    """One way a province is written, and the days it means that province."""

    variant: str
    code: str
    code_system: str
    valid_from: date | None
    valid_to: date | None


@dataclass(frozen=True, slots=True)
class Successor:
    """An old province and the province it is in since the merger."""

    old_code: str
    old_name_vi: str
    new_code: str
    relation: str
    effective_date: date


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _province(row: Row) -> Province:
    return Province(
        code=row["province_code"],
        name_vi=row["name_vi"],
        full_name_vi=row["full_name_vi"],
        name_en=row["name_en"],
        region_code=row["region_code"],
        region_vi=row["region_vi"],
        region_en=row["region_en"],
        portal_code=row["portal_code"],
        communes_count=int(row["communes_count"]),
        predecessor_codes=tuple(row["predecessor_codes"].split()),
        valid_from=_day(row["valid_from"]),
        valid_to=_day(row["valid_to"]),
    )


def _commune(row: Row) -> Commune:
    return Commune(row["commune_code"], row["name_vi"], row["type"], row["province_code"])


def _province_type(row: Row) -> ProvinceType:
    kind = row["type"]
    if kind not in TYPE_NAMES_VI:
        raise ValueError(f"type {kind!r} is none of {', '.join(TYPE_NAMES_VI)}")
    return ProvinceType(row["province_code"], kind, _day(row["valid_from"]), _day(row["valid_to"]))


def _variant(row: Row) -> NameVariant:
    return NameVariant(
        row["variant"], row["code"], row["code_system"], _day(row["valid_from"]), _day(row["valid_to"])
    )


def _successor(row: Row) -> Successor:
    return Successor(
        row["old_code"],
        row["old_name_vi"],
        row["new_code"],
        row["relation"],
        date.fromisoformat(row["effective_date"]),
    )


def _read(path: Path, make: Callable[[Row], T]) -> tuple[T, ...]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            return tuple(_made(path, reader.line_num, row, make) for row in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BrokenCatalogueError([Finding(path, 1, "", f"cannot be read ({error})")]) from error


def _made(path: Path, line: int, row: Row, make: Callable[[Row], T]) -> T:
    try:
        if None in row or None in row.values():
            raise ValueError("too many or too few columns")
        return make(row)
    except (KeyError, ValueError) as error:
        raise BrokenCatalogueError([Finding(path, line, "", f"unreadable row: {error}")]) from error


@dataclass(frozen=True, slots=True)
class Areas:
    """Every record of one ``geography/`` folder, the 63 old provinces built from the crosswalk first."""

    provinces: tuple[Province, ...]
    types: tuple[ProvinceType, ...]
    crosswalk: tuple[Successor, ...]
    communes: tuple[Commune, ...]
    variants: tuple[NameVariant, ...]

    @property
    def new_provinces(self) -> tuple[Province, ...]:
        """The rows of ``provinces.csv``."""
        return self.provinces[len(self.crosswalk) :]


def _old_province(step: Successor, types: tuple[ProvinceType, ...]) -> Province:
    last_types = {item.province_code: item.type for item in types if item.valid_to == LAST_DAY_OF_63}
    kind = last_types.get(step.old_code, "province")
    return Province(
        code=step.old_code,
        name_vi=step.old_name_vi,
        full_name_vi=f"{TYPE_NAMES_VI[kind]} {step.old_name_vi}",
        name_en=strip_accents(step.old_name_vi),
        valid_to=LAST_DAY_OF_63,
    )


def read_areas(folder: Path) -> Areas:
    """The records of the CSV files in ``folder``.

    Raises:
        BrokenCatalogueError: A file is missing or a row is unreadable; names file and line.
    """
    crosswalk = _read(folder / "crosswalk_63_to_34.csv", _successor)
    types = _read(folder / "province_types.csv", _province_type)
    return Areas(
        provinces=(
            *(_old_province(step, types) for step in crosswalk),
            *_read(folder / "provinces.csv", _province),
        ),
        types=types,
        crosswalk=crosswalk,
        communes=_read(folder / "communes.csv", _commune),
        variants=_read(folder / "name_variants.csv", _variant),
    )

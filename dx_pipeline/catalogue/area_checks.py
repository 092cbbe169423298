"""Whether the areas hold together: counts, codes, crosswalk, types over time, name variants.

Reads the CSV files of one ``geography/`` folder; every finding names the row's line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

from dx_pipeline.catalogue.areas import LAST_DAY_OF_63, Areas, NameVariant, Province, read_areas
from dx_pipeline.catalogue.findings import BrokenCatalogueError, Finding
from dx_pipeline.catalogue.geography import AreaNotFoundError, Geography, load_geography
from dx_pipeline.catalogue.text import fold
from dx_pipeline.periods import MERGER_DATE

PROVINCES, OLD_PROVINCES, COMMUNES = 34, 63, 3321  # Resolution 202/2025/QH15; the list of July 2026

_FIRST_ROW = 2  # below the header


def check_areas(folder: Path) -> list[Finding]:
    """Everything that is wrong with the areas in ``folder``, by file and line."""
    try:
        areas = read_areas(folder)
    except BrokenCatalogueError as error:
        return list(error.findings)
    findings = [
        *_check_counts(folder, areas),
        *_check_codes(folder, areas),
        *_check_communes(folder, areas),
        *_check_crosswalk(folder, areas),
        *_check_types(folder, areas),
    ]
    return findings or list(_check_variants(folder / "name_variants.csv", load_geography(folder)))


def _check_counts(folder: Path, areas: Areas) -> Iterator[Finding]:
    for name, found, expected in (
        ("provinces.csv", len(areas.new_provinces), PROVINCES),
        ("crosswalk_63_to_34.csv", len(areas.crosswalk), OLD_PROVINCES),
        ("communes.csv", len(areas.communes), COMMUNES),
    ):
        if found != expected:
            yield Finding(folder / name, found + 1, "", f"holds {found} rows, must hold {expected}")


def _check_codes(folder: Path, areas: Areas) -> Iterator[Finding]:
    provinces = areas.new_provinces
    for name, column, codes in (
        ("provinces.csv", "province_code", [unit.code for unit in provinces]),
        ("provinces.csv", "portal_code", [unit.portal_code for unit in provinces]),
        ("crosswalk_63_to_34.csv", "old_code", [step.old_code for step in areas.crosswalk]),
        ("communes.csv", "commune_code", [commune.code for commune in areas.communes]),
    ):
        yield from _repeated(folder / name, column, codes)


def _repeated(path: Path, column: str, codes: Iterable[str]) -> Iterator[Finding]:
    first: dict[str, int] = {}
    for line, code in enumerate(codes, start=_FIRST_ROW):
        if code in first:
            yield Finding(path, line, column, f"{code!r} is already on line {first[code]}")
        first.setdefault(code, line)


def _check_communes(folder: Path, areas: Areas) -> Iterator[Finding]:
    known = {unit.code for unit in areas.new_provinces}
    for line, commune in enumerate(areas.communes, start=_FIRST_ROW):
        if commune.province_code not in known:
            message = f"{commune.province_code!r} is no code of provinces.csv"
            yield Finding(folder / "communes.csv", line, "province_code", message)
    counts = Counter(commune.province_code for commune in areas.communes)
    for line, unit in enumerate(areas.new_provinces, start=_FIRST_ROW):
        if counts[unit.code] != unit.communes_count:
            message = f"{unit.name_vi}: {unit.communes_count}, but communes.csv has {counts[unit.code]}"
            yield Finding(folder / "provinces.csv", line, "communes_count", message)


def _check_crosswalk(folder: Path, areas: Areas) -> Iterator[Finding]:
    known = {unit.code for unit in areas.new_provinces}
    for line, step in enumerate(areas.crosswalk, start=_FIRST_ROW):
        if step.new_code not in known:
            message = f"{step.new_code!r} is no code of provinces.csv"
            yield Finding(folder / "crosswalk_63_to_34.csv", line, "new_code", message)
    for line, unit in enumerate(areas.new_provinces, start=_FIRST_ROW):
        expected = {step.old_code for step in areas.crosswalk if step.new_code == unit.code}
        if set(unit.predecessor_codes) != expected:
            message = f"{unit.name_vi}: the crosswalk says {' '.join(sorted(expected)) or 'none'}"
            yield Finding(folder / "provinces.csv", line, "predecessor_codes", message)


def _check_types(folder: Path, areas: Areas) -> Iterator[Finding]:
    """Every code has one type on every day it exists: rows follow each other without gap or overlap."""
    path = folder / "province_types.csv"
    next_day: dict[str, date | None] = {}
    last_line: dict[str, int] = {}
    for line, item in enumerate(areas.types, start=_FIRST_ROW):
        expected = next_day.get(item.province_code)  # a code's first row has no first day
        if item.valid_from != expected:
            message = f"{item.province_code}: must be {expected or 'empty'}, so that no day lacks a type"
            yield Finding(path, line, "valid_from", message)
        next_day[item.province_code] = item.valid_to + timedelta(days=1) if item.valid_to else None
        last_line[item.province_code] = line
    ends: dict[str, date | None] = {step.old_code: MERGER_DATE for step in areas.crosswalk}
    ends |= {unit.code: None for unit in areas.new_provinces}
    for code, end in ends.items():
        if code not in next_day or next_day[code] != end:
            message = f"{code}: must be {LAST_DAY_OF_63 if end else 'empty'}, the last day of that province"
            yield Finding(path, last_line.get(code, 1), "valid_to", message)


def _check_variants(path: Path, geography: Geography) -> Iterator[Finding]:
    for line, item in enumerate(geography.variants, start=_FIRST_ROW):
        if item.code_system not in ("GSO34", "GSO63"):
            yield Finding(path, line, "code_system", f"{item.code_system!r} is none of GSO34, GSO63")
        for day in sorted({item.valid_from or LAST_DAY_OF_63, item.valid_to or MERGER_DATE}):
            if item.valid_from is None or item.valid_from <= day:
                found = _meaning(geography, item.variant, day)
                if found is None or found.code != item.code:
                    meaning = f"{found.name_vi} ({found.code})" if found else "no province or more than one"
                    yield Finding(
                        path, line, "code", f"{item.variant!r} means {meaning} on {day}, not {item.code}"
                    )
        yield from _check_merged_name(path, line, item, geography)


def _check_merged_name(path: Path, line: int, item: NameVariant, geography: Geography) -> Iterator[Finding]:
    """The name of a merged-away province may never mean the whole of the province it is in now."""
    old = _meaning(geography, item.variant, LAST_DAY_OF_63)
    new = geography.province(item.code, MERGER_DATE)
    if item.valid_to or old is None or new is None:
        return
    if fold(old.name_vi) != fold(new.name_vi):
        message = f"{item.variant!r} is {old.name_vi} ({old.code}), now a part of {new.name_vi}: set valid_to"
        yield Finding(path, line, "valid_to", message)


def _meaning(geography: Geography, text: str, day: date) -> Province | None:
    try:
        return geography.resolve(text, day)
    except AreaNotFoundError:
        return None

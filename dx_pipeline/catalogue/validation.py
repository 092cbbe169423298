"""Whether the catalogue holds together: every finding with its file and line.

First each file on its own (YAML, model), then the references between them. What one indicator must
satisfy by itself is in ``indicator_rules.py``, the areas are in ``area_checks.py``. Changes nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from dx_pipeline.catalogue.area_checks import check_areas
from dx_pipeline.catalogue.equation_checks import equation_faults
from dx_pipeline.catalogue.fetch_checks import check_fetch
from dx_pipeline.catalogue.findings import BrokenCatalogueError, Finding
from dx_pipeline.catalogue.indicator_rules import breaches
from dx_pipeline.catalogue.loading import CATALOGUE_ROOT, EQUATIONS, OUTLIERS, source_files, theme_files
from dx_pipeline.catalogue.models import Equation, Indicator, Method, Scope, Theme, Unit
from dx_pipeline.catalogue.outlier_checks import outlier_faults
from dx_pipeline.catalogue.outlier_models import OutlierLimits
from dx_pipeline.catalogue.publication import PUBLICATION_FILE, Publication, publication_faults
from dx_pipeline.catalogue.record_checks import record_faults
from dx_pipeline.catalogue.register_checks import register_faults
from dx_pipeline.catalogue.series import in_force_faults, method_faults
from dx_pipeline.catalogue.source_models import Source
from dx_pipeline.catalogue.table_checks import table_faults
from dx_pipeline.catalogue.yaml_files import Lines, Location, read_model, read_models

__all__ = ["Finding", "check_catalogue"]

RECORDED_CODES = "recorded_codes.txt"
ROLES = ("value", "numerator", "denominator")
FORMATS = ("xlsx", "xls", "ods", "html", "csv", "json")
RECORD_FORMATS = ("csv", "csv.gz", "csv.zst", "parquet")

_NOT_IN_SHEET_NAMES = re.compile(r"[\[\]:*?/\\]|^'|'$")
_FIGURE = re.compile(r"([A-Z][A-Z0-9_]*)(?::(\w+))?")  # DSIG_ADULT_RATE:numerator; others are plain roles
M = TypeVar("M", bound=BaseModel)
_Coded = TypeVar("_Coded", Unit, Scope)


@dataclass(frozen=True)
class _Placed:
    """An indicator and where it is written."""

    lines: Lines
    place: Location
    indicator: Indicator

    def finding(self, inside: Location, message: str) -> Finding:
        return self.lines.finding((*self.place, *inside), f"{self.indicator.code}: {message}")


@dataclass
class _Files:
    """The YAML files as models, each with its lines; what cannot be read becomes a finding."""

    themes: list[tuple[Lines, Theme]]
    sources: list[tuple[Lines, Source]]
    units: list[tuple[Lines, tuple[Unit, ...]]]
    scopes: list[tuple[Lines, tuple[Scope, ...]]]
    outliers: list[tuple[Lines, OutlierLimits]]
    equations: list[tuple[Lines, tuple[Equation, ...]]]
    methods: list[tuple[Lines, tuple[Method, ...]]]
    publication: list[tuple[Lines, Publication]]

    @property
    def indicators(self) -> list[_Placed]:
        return [
            _Placed(lines, ("indicators", index), indicator)
            for lines, theme in self.themes
            for index, indicator in enumerate(theme.indicators)
        ]


def check_catalogue(root: Path | None = None) -> list[Finding]:
    """Everything that is wrong with the catalogue.

    Args:
        root: The folder that holds ``indicators/``, ``sources/``, ``geography/``; the shipped one if empty.

    Returns:
        The findings by file and line, none if all is well. While a file breaks YAML or its model, the
        references between files are not looked at: they would seem broken too.
    """
    folder = root or CATALOGUE_ROOT
    try:
        files, findings = _read(folder)
    except BrokenCatalogueError as error:  # not the folder of a catalogue
        return list(error.findings)
    if not findings:
        findings += _check_files(folder, files)
    findings += check_areas(folder / "geography")
    return sorted(findings, key=lambda item: (str(item.file), item.line, item.path))


def _read(folder: Path) -> tuple[_Files, list[Finding]]:
    findings: list[Finding] = []

    def one(path: Path, model: type[M]) -> Iterator[tuple[Lines, M]]:
        try:
            entry = read_model(path, model)
        except BrokenCatalogueError as error:
            findings.extend(error.findings)
            return
        yield checked(path), entry

    def many(path: Path, model: type[M]) -> Iterator[tuple[Lines, tuple[M, ...]]]:
        try:
            entries = read_models(path, model)
        except BrokenCatalogueError as error:
            findings.extend(error.findings)
            return
        yield checked(path), entries

    def checked(path: Path) -> Lines:
        lines = Lines(path)
        findings.extend(lines.repeated_keys())
        return lines

    files = _Files(
        themes=[pair for path in theme_files(folder) for pair in one(path, Theme)],
        sources=[pair for path in source_files(folder) for pair in one(path, Source)],
        units=list(many(folder / "units.yaml", Unit)),
        scopes=list(many(folder / "scopes.yaml", Scope)),
        outliers=list(one(folder / OUTLIERS, OutlierLimits)),
        equations=list(many(folder / EQUATIONS, Equation)),
        methods=list(many(folder / "methods.yaml", Method)),
        publication=list(one(folder / PUBLICATION_FILE, Publication)),
    )
    return files, findings


def _check_files(folder: Path, files: _Files) -> Iterator[Finding]:
    codes = {placed.indicator.code: placed.indicator for placed in files.indicators}
    known = {
        "unit": {unit.code for _, units in files.units for unit in units},
        "scopes": {scope.code for _, scopes in files.scopes for scope in scopes},
        "sources": {source.code for _, source in files.sources},
        "indicator": set(codes),
    }
    yield from _check_unique(files)
    yield from _check_themes(files)
    for placed in files.indicators:
        yield from _check_references(placed, known)
        yield from (placed.finding(place, message) for place, message in breaches(placed.indicator))
    yield from _check_methods(files)
    for lines, source in files.sources:
        yield from _check_source(lines, source, codes, known["scopes"])
    for lines, limits in files.outliers:
        for place, message in outlier_faults(limits, codes.values(), known["unit"]):
            yield lines.finding(place, message)
    for lines, equations in files.equations:
        yield from (lines.finding(place, message) for place, message in equation_faults(equations, codes))
    for lines, publication in files.publication:
        for place, message in publication_faults(publication, codes):
            yield lines.finding(place, message)
    yield from _check_recorded(folder / RECORDED_CODES, files.indicators)


def _check_unique(files: _Files) -> Iterator[Finding]:
    entries: list[tuple[Lines, Location, str]] = [
        *(
            (item.lines, (*item.place, "code"), f"indicator {item.indicator.code}")
            for item in files.indicators
        ),
        *((lines, ("code",), f"source {source.code}") for lines, source in files.sources),
        *_codes("unit", files.units),
        *_codes("scope", files.scopes),
    ]
    first: dict[str, str] = {}
    for lines, place, name in entries:
        if name in first:
            yield lines.finding(place, f"{name} is already at {first[name]}; a code is used once")
        first.setdefault(name, f"{lines.path.name}:{lines.line_of(place)}")


def _codes(
    kind: str, files: Iterable[tuple[Lines, tuple[_Coded, ...]]]
) -> Iterator[tuple[Lines, Location, str]]:
    for lines, entries in files:
        for index, entry in enumerate(entries):
            yield lines, (index, "code"), f"{kind} {entry.code}"


def _check_themes(files: _Files) -> Iterator[Finding]:
    first: dict[str, str] = {}
    for lines, theme in files.themes:
        sheet = theme.name_vi.casefold()
        if sheet in first:
            yield lines.finding(("name_vi",), f"{theme.name_vi!r} is already the sheet of {first[sheet]}")
        first.setdefault(sheet, theme.theme)
        if _NOT_IN_SHEET_NAMES.search(theme.name_vi):
            yield lines.finding(
                ("name_vi",), "a sheet's name has none of [ ] : * ? / \\ and no ' at its ends"
            )
        if lines.path.stem != theme.theme:
            yield lines.finding(("theme",), f"must be {lines.path.stem!r}, like the file's name")


def _check_references(placed: _Placed, known: dict[str, set[str]]) -> Iterator[Finding]:
    indicator = placed.indicator
    used: list[tuple[Location, str, str]] = [
        (("unit",), "unit", indicator.unit),
        *((("scopes", index), "scopes", code) for index, code in enumerate(indicator.scopes)),
        *((("sources", index), "sources", code) for index, code in enumerate(indicator.sources)),
        *(
            ((role, "indicator"), "indicator", part.indicator)
            for role, part in (("numerator", indicator.numerator), ("denominator", indicator.denominator))
            if part and part.indicator
        ),
    ]
    for role in ("opens_with", "ranks", "change_of"):
        if code := getattr(indicator, role):
            used.append(((role,), "indicator", code))
    for role in ("same_name", "other_denominators"):
        used += [((role, index), "indicator", code) for index, code in enumerate(getattr(indicator, role))]
    for place, kind, code in used:
        if code not in known[kind]:
            yield placed.finding(place, f"{code!r} is no code of the catalogue's {kind.removesuffix('s')}s")


def _check_methods(files: _Files) -> Iterator[Finding]:
    known = {method.version: method for _, methods in files.methods for method in methods}
    for lines, methods in files.methods:
        yield from (lines.finding(place, message) for place, message in method_faults(methods))
    for placed in files.indicators:
        faults = in_force_faults(placed.indicator.methods, known)
        yield from (placed.finding(place, message) for place, message in faults)
    for lines, source in files.sources:
        if source.method_version not in known:
            message = f"{source.method_version!r} is no version of methods.yaml"
            yield lines.finding(("method_version",), f"{message}: its figures would be a series of their own")


def _check_source(
    lines: Lines, source: Source, indicators: dict[str, Indicator], scopes: set[str]
) -> Iterator[Finding]:
    if lines.path.stem != source.code:
        yield lines.finding(("code",), f"must be {lines.path.stem!r}, like the file's name")
    for section in ("fields", "header_map"):
        for key, meaning in getattr(source, section).items():
            for message in _figure_faults(meaning, source.code, indicators):
                yield lines.finding((section, key), message)
    faults = (
        *_format_faults(source),
        *check_fetch(source),
        *register_faults(source, indicators, scopes),
        *record_faults(source, indicators, scopes),
        *table_faults(source, indicators, scopes),
    )
    for place, message in faults:
        yield lines.finding(place, message)


def _format_faults(source: Source) -> Iterator[tuple[Location, str]]:
    known = RECORD_FORMATS if source.records else FORMATS
    if not source.formats:
        yield ("formats",), f"name at least one of {', '.join(known)}"
    for index, name in enumerate(source.formats):
        if name not in known:
            yield ("formats", index), f"{name!r} is none of {', '.join(known)}"
        elif name in source.formats[:index]:
            yield ("formats", index), f"{name!r} stands there twice"


def _figure_faults(meaning: str, source_code: str, indicators: dict[str, Indicator]) -> Iterator[str]:
    match = _FIGURE.fullmatch(meaning)
    if match is None:
        return
    code, role = match[1], match[2] or "value"
    indicator = indicators.get(code)
    if indicator is None:
        yield f"{code!r} is no code of the catalogue's indicators"
    elif source_code not in indicator.sources:
        yield f"{code} does not list {source_code} among its sources"
    elif role not in ROLES:
        yield f"role {role!r} is none of {', '.join(ROLES)}"
    elif role != "value" and getattr(indicator, role) is None:
        yield f"{code} has no {role}"


def _check_recorded(path: Path, indicators: list[_Placed]) -> Iterator[Finding]:
    try:
        recorded = path.read_text(encoding="utf-8").split()
    except OSError as error:
        yield Finding(path, 1, "", f"cannot be read ({error})")
        return
    present = {item.indicator.code for item in indicators}
    for number, code in enumerate(recorded, start=1):
        if code not in present:
            yield Finding(
                path, number, code, "was deleted or renamed; put it back and retire it with valid_to"
            )
    for item in indicators:
        if item.indicator.code not in recorded:
            yield item.finding(("code",), f"is new; add it to {path.name}, so that it is never lost")

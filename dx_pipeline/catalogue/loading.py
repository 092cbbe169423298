"""The catalogue as one frozen object, read once per process.

Reads and types only: whether the entries agree with each other is asked by ``validation.py``. Loading
the sources alone stays light, because Dagster needs them whenever its definitions load.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.findings import BrokenCatalogueError, Finding
from dx_pipeline.catalogue.models import Equation, Indicator, Method, Scope, Theme, Unit
from dx_pipeline.catalogue.outlier_models import OutlierLimits
from dx_pipeline.catalogue.source_models import Source
from dx_pipeline.catalogue.yaml_files import read_model, read_models

if TYPE_CHECKING:
    from dx_pipeline.catalogue.geography import Geography

CATALOGUE_ROOT = Path(__file__).parent
OUTLIERS = "outliers.yaml"
EQUATIONS = "equations.yaml"


@dataclass(frozen=True)
class Catalogue:
    """What is measured, where and by whom. Dictionaries are keyed by code, methods by version."""

    themes: tuple[Theme, ...]
    indicators: dict[str, Indicator]
    theme_of: dict[str, str]
    units: dict[str, Unit]
    scopes: dict[str, Scope]
    sources: dict[str, Source]
    geography: Geography
    outliers: OutlierLimits
    equations: tuple[Equation, ...] = ()
    methods: dict[str, Method] = field(default_factory=dict)


@cache
def load_catalogue(root: Path | None = None) -> Catalogue:
    """The whole catalogue.

    Args:
        root: The folder that holds ``indicators/``, ``sources/``, ``geography/``; the shipped one if empty.

    Raises:
        BrokenCatalogueError: A file is missing, is not YAML or CSV, or breaks its model; names file and line.
    """
    from dx_pipeline.catalogue.geography import load_geography

    folder = root or CATALOGUE_ROOT
    themes = tuple(
        sorted((read_model(path, Theme) for path in theme_files(folder)), key=lambda theme: theme.order)
    )
    return Catalogue(
        themes=themes,
        indicators={indicator.code: indicator for theme in themes for indicator in theme.indicators},
        theme_of={indicator.code: theme.theme for theme in themes for indicator in theme.indicators},
        units={unit.code: unit for unit in read_models(folder / "units.yaml", Unit)},
        scopes={scope.code: scope for scope in read_models(folder / "scopes.yaml", Scope)},
        sources=load_sources(root) if root else load_sources(),
        geography=load_geography(folder / "geography"),
        outliers=read_model(folder / OUTLIERS, OutlierLimits),
        equations=read_models(folder / EQUATIONS, Equation),
        methods={method.version: method for method in read_models(folder / "methods.yaml", Method)},
    )


@cache
def load_sources(root: Path | None = None) -> dict[str, Source]:
    """The sources by code, without the rest of the catalogue.

    Args:
        root: As for ``load_catalogue``.

    Raises:
        BrokenCatalogueError: A file is not YAML or breaks the model; names file and line.
    """
    sources = (read_model(path, Source) for path in source_files(root or CATALOGUE_ROOT))
    return {source.code: source for source in sources}


def theme_files(folder: Path) -> list[Path]:
    """The files of indicators, in the order of their names."""
    return _files(folder / "indicators")


def source_files(folder: Path) -> list[Path]:
    """The files of sources, in the order of their names."""
    return _files(folder / "sources")


def _files(folder: Path) -> list[Path]:
    found = sorted(folder.glob("*.yaml"))
    if not found:
        raise BrokenCatalogueError([Finding(folder, 1, "", "no .yaml file here; is this a catalogue?")])
    return found

"""JSON Schemas for editors, made from the models: completion and red lines while a YAML file is typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from dx_pipeline.catalogue.models import Equation, Method, Scope, Theme, Unit
from dx_pipeline.catalogue.outlier_models import OutlierLimits
from dx_pipeline.catalogue.publication import Publication
from dx_pipeline.catalogue.restatement_models import RestatementFile
from dx_pipeline.catalogue.source_models import Source

# What one file holds, by the name that its first line points to.
FILE_TYPES: dict[str, Any] = {
    "theme": Theme,
    "source": Source,
    "units": tuple[Unit, ...],
    "scopes": tuple[Scope, ...],
    "restatement": RestatementFile,
    "outliers": OutlierLimits,
    "equations": tuple[Equation, ...],
    "methods": tuple[Method, ...],
    "publication": Publication,
}


def json_schema(name: str) -> dict[str, Any]:
    """The JSON Schema of one kind of file, by its name in ``FILE_TYPES``."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **TypeAdapter(FILE_TYPES[name]).json_schema(),
    }


def schema_text(name: str) -> str:
    """The JSON Schema as it is written to its file."""
    return json.dumps(json_schema(name), ensure_ascii=False, indent=2) + "\n"


def write_schemas(folder: Path) -> list[Path]:
    """Writes one ``<name>.schema.json`` per kind of file.

    Args:
        folder: Where to; made if missing. The shipped ones are in ``catalogue/schema``.

    Returns:
        The files written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name in FILE_TYPES:
        path = folder / f"{name}.schema.json"
        path.write_text(schema_text(name), encoding="utf-8")
        written.append(path)
    return written

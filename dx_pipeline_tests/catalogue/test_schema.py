from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from dx_pipeline.catalogue.loading import CATALOGUE_ROOT, source_files, theme_files
from dx_pipeline.catalogue.schema import FILE_TYPES, json_schema, schema_text, write_schemas

FILES = [
    *((path, "theme") for path in theme_files(CATALOGUE_ROOT)),
    *((path, "source") for path in source_files(CATALOGUE_ROOT)),
    (CATALOGUE_ROOT / "units.yaml", "units"),
    (CATALOGUE_ROOT / "scopes.yaml", "scopes"),
    (CATALOGUE_ROOT / "outliers.yaml", "outliers"),
    (CATALOGUE_ROOT / "equations.yaml", "equations"),
    (CATALOGUE_ROOT / "methods.yaml", "methods"),
    (CATALOGUE_ROOT / "publication.yaml", "publication"),
]
IDS = [path.stem for path, _ in FILES]


@pytest.mark.parametrize("name", FILE_TYPES)
def test_the_shipped_schema_is_current(name: str) -> None:
    shipped = (CATALOGUE_ROOT / "schema" / f"{name}.schema.json").read_text(encoding="utf-8")
    assert shipped == schema_text(name), "the models have changed: write the schemas again"


@pytest.mark.parametrize(("path", "name"), FILES, ids=IDS)
def test_every_file_satisfies_its_schema(path: Path, name: str) -> None:
    jsonschema.validate(yaml.safe_load(path.read_text(encoding="utf-8")), json_schema(name))


@pytest.mark.parametrize(("path", "name"), FILES, ids=IDS)
def test_every_file_points_editors_to_its_schema(path: Path, name: str) -> None:
    first = path.read_text(encoding="utf-8").splitlines()[0]
    start = "# yaml-language-server: $schema="
    assert first.startswith(start)
    assert (
        path.parent / first.removeprefix(start)
    ).resolve() == CATALOGUE_ROOT / "schema" / f"{name}.schema.json"


def test_a_misspelt_key_breaks_the_schema() -> None:
    with pytest.raises(jsonschema.ValidationError, match="nmae_vi"):
        jsonschema.validate([{"code": "x", "nmae_vi": "x", "name_en": "x"}], json_schema("units"))


def test_write_schemas(tmp_path: Path) -> None:
    written = write_schemas(tmp_path / "new")
    assert [path.name for path in written] == [f"{name}.schema.json" for name in FILE_TYPES]
    assert all(json.loads(path.read_text(encoding="utf-8"))["$schema"] for path in written)

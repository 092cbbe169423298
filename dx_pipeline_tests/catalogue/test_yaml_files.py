from __future__ import annotations

from pathlib import Path

import pytest

from dx_pipeline.catalogue.findings import BrokenCatalogueError
from dx_pipeline.catalogue.models import Unit
from dx_pipeline.catalogue.yaml_files import Lines, read_model, read_models

GOOD = "- code: a\n  name_vi: a\n  name_en: a\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "units.yaml"


def test_every_broken_entry_of_a_list_is_named(file: Path) -> None:
    file.write_text(GOOD + "- code: b\n" + GOOD + "- 7\n", encoding="utf-8")
    with pytest.raises(BrokenCatalogueError) as caught:
        read_models(file, Unit)
    assert {(item.line, item.path) for item in caught.value.findings} == {
        (4, "1.name_vi"),
        (4, "1.name_en"),
        (8, "3"),
    }
    assert f"{file}:8" in caught.value.message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("code: a\n", "must be a list", id="mapping"),
        pytest.param("", "must be a list", id="empty"),
        pytest.param("- code: [\n", "not YAML", id="syntax"),
    ],
)
def test_a_file_that_is_no_list(file: Path, content: str, message: str) -> None:
    file.write_text(content, encoding="utf-8")
    with pytest.raises(BrokenCatalogueError, match=message):
        read_models(file, Unit)


@pytest.mark.parametrize("content", [None, b"code: \xff\xfe"], ids=["missing", "not-utf-8"])
def test_a_file_that_cannot_be_read(file: Path, content: bytes | None) -> None:
    if content:
        file.write_bytes(content)
    with pytest.raises(BrokenCatalogueError, match="cannot be read"):
        read_model(file, Unit)


def test_a_tag_never_makes_an_object(file: Path) -> None:
    file.write_text("!!python/object/apply:os.getcwd []\n", encoding="utf-8")
    with pytest.raises(BrokenCatalogueError, match="not YAML"):
        read_model(file, Unit)


@pytest.mark.parametrize(
    ("place", "line"),
    [
        pytest.param((), 1, id="file"),
        pytest.param(("a",), 1, id="key"),
        pytest.param(("a", 1, "b"), 3, id="inside-a-list"),
        pytest.param(("a", 1, "missing"), 3, id="missing-key-gives-its-entry"),
        pytest.param(("a", 9), 1, id="index-beyond-the-end"),
    ],
)
def test_line_of(file: Path, place: tuple[str | int, ...], line: int) -> None:
    file.write_text("a:\n- b: 1\n- b: 2\n", encoding="utf-8")
    assert Lines(file).line_of(place) == line


def test_a_key_written_twice_is_found_at_any_depth(file: Path) -> None:
    file.write_text("a:\n- b: 1\n  c: 2\n  b: 3\n", encoding="utf-8")
    assert [(item.line, item.path) for item in Lines(file).repeated_keys()] == [(4, "a.0.b")]

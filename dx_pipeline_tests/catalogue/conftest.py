"""A copy of the shipped catalogue that a test may break."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from dx_pipeline.catalogue.loading import CATALOGUE_ROOT

Edit = Callable[[str, str, str], int]


@pytest.fixture
def catalogue_copy(tmp_path: Path) -> Path:
    root = tmp_path / "catalogue"
    shutil.copytree(CATALOGUE_ROOT, root, ignore=shutil.ignore_patterns("*.py", "__pycache__", "schema"))
    return root


@pytest.fixture
def edit(catalogue_copy: Path) -> Edit:
    """``edit(file, old, new)``: replaces the first ``old`` in a file and gives its line."""

    def replace(name: str, old: str, new: str) -> int:
        path = catalogue_copy / name
        text = path.read_text(encoding="utf-8")
        start = text.index(old)
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return text.count("\n", 0, start) + 1

    return replace

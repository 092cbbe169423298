"""YAML read into models, with the line of every value at hand, so that an error can say where it is.

Knows nothing of indicators or sources: only files, models and lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dx_pipeline.catalogue.findings import BrokenCatalogueError, Finding

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
M = TypeVar("M", bound=BaseModel)
Location = Sequence[int | str]


def read_model(path: Path, model: type[M]) -> M:
    """The entry in a YAML file.

    Raises:
        BrokenCatalogueError: The file is not YAML or breaks the model; names file, line and key.
    """
    content = _read(path)
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise BrokenCatalogueError(_findings(path, (), error)) from error


def read_models(path: Path, model: type[M]) -> tuple[M, ...]:
    """The list of entries in a YAML file.

    Raises:
        BrokenCatalogueError: The file is not a list in YAML or entries break the model; names file and line.
    """
    content = _read(path)
    if not isinstance(content, list):
        raise BrokenCatalogueError([Finding(path, 1, "", "must be a list of entries")])
    entries, findings = [], []
    for index, item in enumerate(content):
        try:
            entries.append(model.model_validate(item))
        except ValidationError as error:
            findings += _findings(path, (index,), error)
    if findings:
        raise BrokenCatalogueError(findings)
    return tuple(entries)


def _read(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506
    except yaml.YAMLError as error:
        raise BrokenCatalogueError([_syntax_finding(path, error)]) from error
    except (OSError, UnicodeDecodeError) as error:
        raise BrokenCatalogueError([Finding(path, 1, "", f"cannot be read ({error})")]) from error


def _syntax_finding(path: Path, error: yaml.YAMLError) -> Finding:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error)
    return Finding(path, mark.line + 1 if mark else 1, "", f"not YAML: {reason}")


def _findings(path: Path, base: Location, error: ValidationError) -> list[Finding]:
    lines = Lines(path)
    return [lines.finding((*base, *item["loc"]), item["msg"]) for item in error.errors()]


class Lines:
    """The line of every value of one YAML file, which must be valid YAML."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)

    def line_of(self, place: Location) -> int:
        """The line, from 1, of the value at ``place``, or of what surrounds it where there is none."""
        node, line = self._root, 1
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def finding(self, place: Location, message: str) -> Finding:
        """A finding about the value at ``place``."""
        return Finding(self.path, self.line_of(place), ".".join(map(str, place)), message)

    def repeated_keys(self) -> list[Finding]:
        """Keys written twice in one mapping: YAML would keep the last and say nothing."""
        return list(self._repeated(self._root, ()))

    def _repeated(self, node: yaml.Node | None, place: Location) -> Iterator[Finding]:
        if isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                here = (*place, key.value)
                if key.value in seen:
                    where = ".".join(map(str, here))
                    yield Finding(self.path, key.start_mark.line + 1, where, "key written twice; keep one")
                seen.add(key.value)
                yield from self._repeated(value, here)
        elif isinstance(node, yaml.SequenceNode):
            for index, item in enumerate(node.value):
                yield from self._repeated(item, (*place, index))


def _child(node: yaml.Node | None, step: int | str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item = node.value[step]
        return item.start_mark.line + 1, item
    return None

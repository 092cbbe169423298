"""YAML read into models, with the line of every value at hand, so that an error can say where it is.

Knows nothing of indicators or sources: only files, models and lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from dx_pipeline.catalogue.fault_words import model_fault, syntax_fault
from dx_pipeline.catalogue.findings import BrokenCatalogueError, Finding

MAX_DEPTH = 50  # the deepest of our files has 8; hundreds of thousands would overflow the parser's stack
if TYPE_CHECKING:
    from yaml import SafeLoader as _Parser
else:
    _Parser = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
M = TypeVar("M", bound=BaseModel)
Location = Sequence[int | str]


class _Loader(_Parser):
    """Values that look like something and are not, such as 2025-13-20, are faults of the file, with their line."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep=deep)
        except (ValueError, LookupError, AttributeError, OverflowError) as error:
            kind = "day of the calendar" if node.tag.endswith(":timestamp") else f"value of {node.tag}"
            raise yaml.constructor.ConstructorError(
                None, None, f"{node.value!r} is no {kind}", node.start_mark
            ) from error


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
        text = path.read_text(encoding="utf-8")
        _refuse_depth(path, text)
        return yaml.load(text, Loader=_Loader)  # noqa: S506
    except yaml.YAMLError as error:
        raise BrokenCatalogueError([_syntax_finding(path, error)]) from error
    except UnicodeDecodeError as error:
        told = (f"cannot be read ({error}); save it as UTF-8", "không phải mã UTF-8; lưu lại với mã UTF-8")
        raise BrokenCatalogueError([Finding(path, 1, "", *told)]) from error
    except OSError as error:
        raise BrokenCatalogueError([Finding(path, 1, "", f"cannot be read ({error})")]) from error


def _refuse_depth(path: Path, text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=_Parser):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            told = syntax_fault(f"nested more than {MAX_DEPTH} deep")
            raise BrokenCatalogueError([Finding(path, line, "", *told)])


def _syntax_finding(path: Path, error: yaml.YAMLError) -> Finding:
    mark = getattr(error, "problem_mark", None)
    reason = getattr(error, "problem", None) or str(error)
    return Finding(path, mark.line + 1 if mark else 1, "", *syntax_fault(reason))


def _findings(path: Path, base: Location, error: ValidationError) -> list[Finding]:
    lines = Lines(path)
    return [lines.finding((*base, *item["loc"]), *model_fault(item)) for item in error.errors()]


class Lines:
    """The line of every value of one YAML file, which must be valid YAML."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root: yaml.Node | None = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Parser)

    def line_of(self, place: Location) -> int:
        """The line, from 1, of the value at ``place``, or of what surrounds it where there is none."""
        node, line = self._root, 1
        for step in place:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def text_of(self, place: Location) -> str | None:
        """The value at ``place`` as it is written; None where there is none."""
        node = self._root
        for step in place:
            found = _child(node, step)
            if found is None:
                return None
            node = found[1]
        return node.value if isinstance(node, yaml.ScalarNode) else None

    def finding(self, place: Location, message: str, message_vi: str = "") -> Finding:
        """A finding about the value at ``place``."""
        return Finding(self.path, self.line_of(place), ".".join(map(str, place)), message, message_vi)

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
                    told = ("key written twice; keep one", "khóa ghi hai lần; chỉ giữ một")
                    yield Finding(self.path, key.start_mark.line + 1, where, *told)
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

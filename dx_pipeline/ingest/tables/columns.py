"""Which column is which field: headings matched by their keys, and what to say where they do not match.

A heading is taken for a field when its path is one the catalogue names, either for the field or in the
source's ``header_map``. Nothing is guessed: the closest heading is proposed as a map entry instead.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dx_pipeline.ingest.tables.headings import PATH_SEPARATOR, Heading, Keys, keys_of_path

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import TableColumn

ANY_GROUP = f"*{PATH_SEPARATOR}"
_CLOSE_ENOUGH = 0.6


@dataclass(slots=True)
class Match:
    """Headings told apart.

    Attributes:
        columns: Field -> heading of its column.
        repeated: Further headings that say the same as one of ``columns``.
        unknown: Headings that are no field's.
        dropped: The decorative groups above matched headings that the catalogue does not name.
    """

    columns: dict[str, Heading] = field(default_factory=dict)
    repeated: list[tuple[str, Heading]] = field(default_factory=list)
    unknown: list[Heading] = field(default_factory=list)
    dropped: set[Keys] = field(default_factory=set)


class ColumnIndex:
    """The headings that a source's columns are known by."""

    def __init__(self, columns: Mapping[str, TableColumn], header_map: Mapping[str, str]) -> None:
        self.columns = columns
        self._fields: dict[Keys, str] = {}
        self._under_any: set[Keys] = set()
        self._levels: set[str] = set()
        self._written: dict[str, str] = {}
        for name, column in columns.items():
            for heading in column.headings:
                self._add(heading, name)
        for heading, name in header_map.items():
            self._add(heading, name)

    def _add(self, heading: str, name: str) -> None:
        keys = keys_of_path(heading.removeprefix(ANY_GROUP))
        if heading.startswith(ANY_GROUP):
            self._under_any.add(keys)
        self._fields[keys] = name
        self._levels.update(keys)
        self._written[PATH_SEPARATOR.join(keys)] = name

    def knows_level(self, key: str) -> bool:
        """Whether any heading has this text at one of its levels."""
        return key in self._levels

    def field_of(self, keys: Keys) -> tuple[str, Keys] | None:
        """The field that a path of headings names, and the groups above it that the catalogue leaves out.

        A heading that speaks for itself under any group (``* > …``) leaves out none.
        """
        for start in range(len(keys)):
            if name := self._fields.get(keys[start:]):
                return name, () if keys[start:] in self._under_any else keys[:start]
        return None

    def match(self, headings: Mapping[int, Heading], hidden: frozenset[int] = frozenset()) -> Match:
        """Tells the headings of a table apart; of two that say the same the visible one is taken."""
        result = Match()
        for column in sorted(headings, key=lambda number: (number in hidden, number)):
            heading = headings[column]
            found = self.field_of(heading.keys)
            if found is None:
                result.unknown.append(heading)
                continue
            name, dropped = found
            if name in result.columns:
                result.repeated.append((name, heading))
                continue
            result.columns[name] = heading
            if dropped:
                result.dropped.add(dropped)
        self._refuse_groups_that_differ(result)
        return result

    def _refuse_groups_that_differ(self, result: Match) -> None:
        """Groups left out may be decoration only where they are one and the same over the table."""
        if len(result.dropped) < 2:
            return
        for name, heading in list(result.columns.items()):
            found = self.field_of(heading.keys)
            if found and found[1]:
                del result.columns[name]
                result.unknown.append(heading)

    def closest(self, heading: Heading, among: set[str]) -> str | None:
        """The field of ``among`` whose heading is most like this one, if any is like it at all."""
        written = PATH_SEPARATOR.join(heading.keys)
        candidates = {key: name for key, name in self._written.items() if name in among}
        near = difflib.get_close_matches(written, candidates, n=1, cutoff=_CLOSE_ENOUGH)
        if not near and len(heading.keys) > 1:
            near = difflib.get_close_matches(heading.keys[-1], candidates, n=1, cutoff=_CLOSE_ENOUGH)
        return candidates[near[0]] if near else None


def map_entry(heading: Heading, name: str) -> str:
    """The line of YAML that would make the heading known."""
    text = heading.path.replace("\\", "\\\\").replace('"', '\\"')
    return f'header_map: {{"{text}": {name}}}'

"""What the headings of a described table must satisfy, be it a report's or a register's.

Called by ``table_checks`` and ``register_checks``; a finding names the place in the source's file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.text import heading_key

PlacedMessage = tuple[tuple[str | int, ...], str]  # the place in the source's file, what is wrong there

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import Source, TableColumn


def headings_twice(
    section: str, columns: Mapping[str, TableColumn], source: Source
) -> Iterator[PlacedMessage]:
    """Headings that a reader would take for two columns.

    Args:
        section: The part of the source's entry that holds the columns.
        columns: Its columns by field.
        source: The source; its ``header_map`` names columns as well.
    """
    written: list[tuple[tuple[str, ...], str, str]] = [
        ((section, "columns", name, "headings"), heading, name)
        for name, column in columns.items()
        for heading in column.headings
    ]
    written += [(("header_map", heading), heading, name) for heading, name in source.header_map.items()]
    first: dict[tuple[str, ...], str] = {}
    for place, heading, name in written:
        other = first.setdefault(tuple(map(heading_key, heading.removeprefix("* > ").split(" > "))), name)
        if other != name:
            yield place, f"{heading!r} already names the column {other}"

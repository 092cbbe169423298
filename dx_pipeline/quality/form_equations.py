"""The equations of the forms in terms of indicators: what must hold of a form's figures once they are summed.

A source's catalogue entry writes them in its own columns; a column that is no figure by itself (early, on time)
takes part where a sum of columns is one (resolved in time).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dx_pipeline.catalogue.expressions import parse_equation, parse_sum

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.source_models import ReportTable


@dataclass(frozen=True, slots=True)
class FormEquation:
    """``total`` is the sum of ``parts``, all indicator codes, in files of one source."""

    source_code: str
    total: str
    parts: tuple[str, ...]


def form_equations(catalogue: Catalogue) -> list[FormEquation]:
    """The equations of every source whose sides can be said in indicators."""
    return [
        FormEquation(source.code, total, parts)
        for source in catalogue.sources.values()
        if source.table
        for total, parts in _in_indicators(source.table)
    ]


def _in_indicators(table: ReportTable) -> Iterator[tuple[str, tuple[str, ...]]]:
    made_of = {
        code: frozenset(parse_sum(roles["value"]))
        for code, roles in table.figures.items()
        if "value" in roles
    }
    for equation in map(parse_equation, table.equations):
        totals = [code for code, fields in made_of.items() if fields == frozenset(equation.left)]
        parts = _cover(frozenset(equation.right), made_of)
        if totals and parts:
            yield totals[0], parts


def _cover(wanted: frozenset[str], made_of: Mapping[str, frozenset[str]]) -> tuple[str, ...]:
    """Indicators whose columns together are exactly ``wanted``; none where there are no such."""
    chosen: list[str] = []
    left = wanted
    for code, fields in sorted(made_of.items(), key=lambda item: (-len(item[1]), item[0])):
        if fields <= left:
            chosen.append(code)
            left -= fields
    return () if left else tuple(chosen)

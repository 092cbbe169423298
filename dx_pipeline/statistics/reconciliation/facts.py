"""What the comparisons need to know of the catalogue, as temporary tables of the connection."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from dx_pipeline.statistics.facts import insert_rows

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Equation, Indicator, Part

TABLES = {
    "comparison_fact": (
        "indicator_code VARCHAR, kind VARCHAR, unit VARCHAR, direction VARCHAR, non_decreasing VARCHAR, "
        "ranks VARCHAR, change_of VARCHAR, numerator_code VARCHAR, denominator_code VARCHAR"
    ),
    "other_name_fact": "indicator_code VARCHAR, other_code VARCHAR, role VARCHAR",
    "equation_fact": (
        "equation INTEGER, total VARCHAR, part VARCHAR, part_count INTEGER, counted_indicator VARCHAR, "
        "counted_status VARCHAR"
    ),
    "reconciled_source": "source_code VARCHAR, is_publication BOOLEAN, is_register BOOLEAN",
}


def put_facts(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    """Puts the tables there, anew."""
    indicators = catalogue.indicators.values()
    rows: dict[str, list[tuple[object, ...]]] = {
        "comparison_fact": [_indicator(item) for item in indicators],
        "other_name_fact": [
            (item.code, code, role)
            for item in indicators
            for role, codes in (("same_name", item.same_name), ("denominator", item.other_denominators))
            for code in codes
        ],
        "equation_fact": [
            row for number, item in enumerate(catalogue.equations, start=1) for row in _equation(number, item)
        ],
        "reconciled_source": [
            (item.code, item.is_publication, item.shape == "register") for item in catalogue.sources.values()
        ],
    }
    for name, columns in TABLES.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        insert_rows(connection, name, rows[name])


def _indicator(item: Indicator) -> tuple[object, ...]:
    return (
        item.code,
        item.kind.value,
        item.unit,
        item.direction.value,
        item.non_decreasing.value,
        item.ranks,
        item.change_of,
        _code_of(item.numerator),
        _code_of(item.denominator),
    )


def _code_of(part: Part | None) -> str | None:
    return part.indicator if part else None


def _equation(number: int, item: Equation) -> Iterator[tuple[object, ...]]:
    if item.counts:
        yield number, item.total, None, 0, item.counts.indicator, item.counts.status
    yield from ((number, item.total, part, len(item.parts), None, None) for part in item.parts)

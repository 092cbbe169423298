"""The small catalogue with the shipped provinces: 63 old ones, 34 new ones, and the crosswalk between them.

Shared by the tests of geography over time; holds no assertions.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import duckdb

from dx_pipeline.catalogue.loading import Catalogue, load_catalogue
from dx_pipeline.catalogue.models import Kind, Part
from dx_pipeline.statistics.compilation import compile_months, compile_quarters
from dx_pipeline_tests.statistics.small_world import small_catalogue, warehouse

APRIL, MAY, JUNE, JULY = (date(2025, month, 1) for month in (4, 5, 6, 7))
MONTHS = (APRIL, MAY, JUNE, JULY)


@cache
def dated_catalogue() -> Catalogue:
    """The small catalogue in the provinces of the shipped one; its quotients name their parts."""
    parts = {
        "numerator": Part(name_vi="Tử số", name_en="Part"),
        "denominator": Part(name_vi="Mẫu số", name_en="Whole"),
    }
    indicators = {
        code: item.model_copy(update=parts) if item.kind in (Kind.RATE, Kind.MEASURE) else item
        for code, item in small_catalogue().indicators.items()
    }
    return replace(small_catalogue(), indicators=indicators, geography=load_catalogue().geography)


@cache
def predecessors() -> dict[str, tuple[str, ...]]:
    """New code to old codes, by the crosswalk."""
    found: dict[str, tuple[str, ...]] = {}
    for step in dated_catalogue().geography.crosswalk:
        found[step.new_code] = (*found.get(step.new_code, ()), step.old_code)
    return found


@cache
def unchanged() -> tuple[str, ...]:
    """Codes of the provinces that the merger left as they were."""
    crosswalk = dated_catalogue().geography.crosswalk
    return tuple(step.old_code for step in crosswalk if step.relation == "unchanged")


@contextmanager
def over_the_merger(
    rows: Iterable[dict[str, object]], *, months: tuple[date, ...] = MONTHS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A warehouse in memory with the months and their quarters compiled in the dated provinces."""
    with warehouse(Path(":memory:"), rows) as connection:
        compile_months(connection, months, catalogue=dated_catalogue())
        compile_quarters(connection, months, catalogue=dated_catalogue())
        yield connection

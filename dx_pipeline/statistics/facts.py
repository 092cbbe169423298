"""What the SQL needs to know from the catalogue, as temporary tables for as long as a compilation runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING

import duckdb

from dx_pipeline.catalogue.areas import UNCHANGED, Successor
from dx_pipeline.catalogue.models import Indicator, Kind
from dx_pipeline.catalogue.series import family_of, methods_in_force, predecessor_rule
from dx_pipeline.periods import MERGER_DATE

if TYPE_CHECKING:
    from dx_pipeline.catalogue.loading import Catalogue

_TABLES = {
    "indicator_fact": (
        "indicator_code VARCHAR, kind VARCHAR, unit VARCHAR, direction VARCHAR, target DOUBLE, "
        "national_rule VARCHAR, quarter_rule VARCHAR, predecessor_rule VARCHAR, ratio_factor INTEGER"
    ),
    "indicator_source_fact": "indicator_code VARCHAR, source_code VARCHAR, precedence INTEGER",
    "source_fact": (
        "source_code VARCHAR, expects_provinces BOOLEAN, is_publication BOOLEAN, is_quarterly BOOLEAN, due_day INTEGER"
    ),
    "province_fact": "province_code VARCHAR, valid_from DATE, valid_to DATE",
    "crosswalk_fact": "old_code VARCHAR, new_code VARCHAR, predecessors INTEGER, is_unchanged BOOLEAN",
    "method_fact": "method_version VARCHAR, method_family VARCHAR",
    "indicator_method_fact": "indicator_code VARCHAR, method_family VARCHAR, first_day DATE, next_day DATE",
}
_compiled_with: list[Catalogue] = []
_VIEWS = (
    "compiled_national",
    "compiled_national_quarter",
    "built_month",
    "built_quarter",
    "reported_quarter",
    "accepted_figure",
)


@contextmanager
def catalogue_facts(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> Iterator[None]:
    """Puts the catalogue's facts and the macros beside the tables; views made on them are taken away at the end.

    The facts stay as long as the connection: one compilation after the other finds them there.
    """
    if not _are_there(connection, catalogue):
        _put(connection, catalogue)
    try:
        yield
    finally:
        for name in _VIEWS:
            connection.execute(f"DROP VIEW IF EXISTS temp.{name}")


def _are_there(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> bool:
    try:
        found = connection.execute("SELECT number FROM temp.catalogue_number").fetchone()
    except duckdb.CatalogException:
        return False
    return found is not None and found[0] == _number_of(catalogue)


def _number_of(catalogue: Catalogue) -> int:
    """A number for each catalogue that this process has compiled with."""
    for number, known in enumerate(_compiled_with):
        if known is catalogue:
            return number
    _compiled_with.append(catalogue)
    return len(_compiled_with) - 1


def _put(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue) -> None:
    rows: dict[str, list[tuple[object, ...]]] = {
        "indicator_fact": [_indicator(item, catalogue) for item in catalogue.indicators.values()],
        "indicator_source_fact": [
            (item.code, source, place)
            for item in catalogue.indicators.values()
            for place, source in enumerate(item.sources)
        ],
        "source_fact": [
            (
                item.code,
                item.expects_provinces,
                item.is_publication,
                item.cadence == "quarterly",
                item.due_day,
            )
            for item in catalogue.sources.values()
        ],
        "province_fact": [
            (item.code, item.valid_from, item.valid_to) for item in catalogue.geography.provinces
        ],
        "crosswalk_fact": list(_crosswalk(catalogue.geography.crosswalk)),
        "method_fact": [(item.version, family_of(item)) for item in catalogue.methods.values()],
        "indicator_method_fact": [
            (item.code, family, first or date.min, after or date.max)
            for item in catalogue.indicators.values()
            for family, first, after in methods_in_force(item, catalogue.methods)
        ],
    }
    macros = resources.files(__package__).joinpath("macros.sql").read_text(encoding="utf-8")
    connection.execute(macros.replace("{merger}", str(MERGER_DATE)))
    for name, columns in _TABLES.items():
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
        insert_rows(connection, name, rows[name])
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE catalogue_number AS SELECT ? AS number", [_number_of(catalogue)]
    )


def _crosswalk(steps: Sequence[Successor]) -> Iterator[tuple[object, ...]]:
    predecessors = Counter(step.new_code for step in steps)
    for step in steps:
        yield step.old_code, step.new_code, predecessors[step.new_code], step.relation == UNCHANGED


def _indicator(item: Indicator, catalogue: Catalogue) -> tuple[object, ...]:
    return (
        item.code,
        item.kind.value,
        item.unit,
        item.direction.value,
        item.target.value if item.target else None,
        item.national.value,
        item.quarter.value,
        predecessor_rule(item, catalogue.indicators).value,
        100 if item.kind is Kind.RATE else 1,
    )


def insert_rows(connection: duckdb.DuckDBPyConnection, name: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Puts ``rows`` into the temporary table ``name`` in one statement, values bound."""
    if not rows:
        return
    marks = "(" + ", ".join("?" * len(rows[0])) + ")"
    values = [value for row in rows for value in row]
    connection.execute(f"INSERT INTO temp.{name} VALUES {', '.join([marks] * len(rows))}", values)

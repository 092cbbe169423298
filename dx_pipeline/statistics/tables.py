"""Tables of the mart that are made whole each time: adoption, and the state of submissions and checks.

Each function replaces its table in one transaction and gives the number of rows written.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dx_pipeline.statistics.facts import catalogue_facts, insert_rows
from dx_pipeline.statistics.scripts import Parameters, run
from dx_pipeline.warehouse.database import transaction

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue


def compile_digital_signature_adoption(connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue) -> int:
    """``mart.digital_signature_adoption`` from the monthly province figures, all months and quarters."""
    return _replace(connection, "digital_signature_adoption", catalogue)


def compile_submission_status(
    connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue, expected: Sequence[str] = ()
) -> int:
    """``mart.submission_status``: who sent what, for every month that has any file.

    Args:
        connection: The working file, writable, not in a transaction.
        catalogue: Holds sources and provinces.
        expected: Codes of the provinces the office waits for; empty means all.
    """
    return _replace(connection, "submission_status", catalogue, {"expected": list(expected)})


def compile_check_summary(connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue) -> int:
    """``mart.check_summary``: results per month, source and rule, with what the rule says."""
    from dx_pipeline.quality.rules import all_rules

    titles = [(rule.code, rule.title_vi, rule.title_en) for rule in all_rules()]
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE rule_fact (rule VARCHAR, title_vi VARCHAR, title_en VARCHAR)"
    )
    insert_rows(connection, "rule_fact", titles)
    try:
        return _replace(connection, "check_summary", catalogue)
    finally:
        connection.execute("DROP TABLE temp.rule_fact")


def _replace(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    catalogue: Catalogue,
    parameters: Parameters | None = None,
) -> int:
    with catalogue_facts(connection, catalogue):
        return _rewrite(connection, name, parameters)


def _rewrite(connection: duckdb.DuckDBPyConnection, name: str, parameters: Parameters | None = None) -> int:
    with transaction(connection):
        connection.execute(f"DELETE FROM mart.{name}")
        return run(connection, f"{name}.sql", parameters)

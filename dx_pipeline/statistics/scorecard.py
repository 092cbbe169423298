"""The wide table for people with spreadsheets: one row per province and month, one column per headline indicator.

Its columns follow the catalogue, so its contract is made here and not in ``tables.yaml``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dx_pipeline.catalogue.models import Kind
from dx_pipeline.statistics.facts import catalogue_facts
from dx_pipeline.statistics.scripts import run
from dx_pipeline.warehouse.contract import Column, Table
from dx_pipeline.warehouse.database import transaction

if TYPE_CHECKING:
    import duckdb

    from dx_pipeline.catalogue.loading import Catalogue
    from dx_pipeline.catalogue.models import Indicator

SCORECARD = "mart.scorecard_monthly"
_FIRST_COLUMNS = (
    Column("period_start", "DATE", "Ngày đầu kỳ", "First day of the month"),
    Column(
        "geography",
        "VARCHAR",
        "Hệ thống tỉnh: 63 (trước 1/7/2025) hoặc 34",
        "Set of provinces: 63 (before 2025-07-01) or 34",
    ),
    Column("province_code", "VARCHAR", "Mã tỉnh", "Province code"),
    Column("province_name", "VARCHAR", "Tên tỉnh", "Province"),
    Column("region_vi", "VARCHAR", "Vùng", "Region (Vietnamese)"),
)
_LAST_COLUMNS = (
    Column(
        "is_sample",
        "BOOLEAN",
        "Có giá trị dựa trên dữ liệu mẫu",
        "At least one value in the row rests on sample data",
    ),
    Column(
        "is_built",
        "BOOLEAN",
        "Có giá trị được ghép từ số liệu của các tỉnh cũ",
        "At least one value in the row is built from the figures of predecessors",
    ),
)


def scorecard_table(catalogue: Catalogue) -> Table:
    """The contract of ``mart.scorecard_monthly`` for this catalogue."""
    return Table(
        name=SCORECARD,
        comment="Bảng điểm tỉnh theo tháng, mỗi cột một chỉ tiêu chính | "
        "Province scorecard per month, one column per headline indicator",
        key=("period_start", "geography", "province_code"),
        columns=(
            *_FIRST_COLUMNS,
            *(_column(item, catalogue) for item in _headlines(catalogue)),
            *_LAST_COLUMNS,
        ),
    )


def compile_scorecard(connection: duckdb.DuckDBPyConnection, *, catalogue: Catalogue) -> int:
    """Builds ``mart.scorecard_monthly`` anew from ``mart.province_monthly``, with its comments.

    Args:
        connection: The working file, writable, not in a transaction.
        catalogue: Names the headline indicators; their codes are the only identifiers in the statement.

    Returns:
        Rows written.
    """
    table = scorecard_table(catalogue)
    headlines = _headlines(catalogue)
    figures = ", ".join(_figure(item) for item in headlines) or "NULL AS no_headline"
    codes = ", ".join(f"'{item.code}'" for item in headlines) or "NULL"
    with catalogue_facts(connection, catalogue), transaction(connection):
        connection.execute(f"DROP TABLE IF EXISTS {SCORECARD}")
        connection.execute(table.create_statement())
        for statement in table.comment_statements():
            connection.execute(statement)
        return run(connection, "scorecard_monthly.sql", figures=figures, codes=codes)


def _headlines(catalogue: Catalogue) -> list[Indicator]:
    """Headline indicators that provinces have a figure of."""
    return [item for item in catalogue.indicators.values() if item.is_headline and "province" in item.levels]


def _column(item: Indicator, catalogue: Catalogue) -> Column:
    unit = catalogue.units[item.unit]
    sql_type = "VARCHAR" if item.kind is Kind.STATUS else "DOUBLE"
    return Column(
        item.code.lower(), sql_type, f"{item.name_vi} ({unit.name_vi})", f"{item.name_en} ({unit.name_en})"
    )


def _figure(item: Indicator) -> str:
    field = "status" if item.kind is Kind.STATUS else "value"
    return f"max({field}) FILTER (WHERE indicator_code = '{item.code}') AS \"{item.code.lower()}\""

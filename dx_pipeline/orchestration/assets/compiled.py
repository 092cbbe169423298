"""Compiled: province and national figures per month and quarter, and the tables that describe them."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.assets.checked import ACCEPTED, CHECK_RESULT, REJECTION
from dx_pipeline.orchestration.assets.received import POOL
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.partitions import monthly, months_of, quarterly
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource
from dx_pipeline.periods import add_months, quarter_of
from dx_pipeline.statistics import compilation
from dx_pipeline.statistics.everything import compile_whole_tables
from dx_pipeline.warehouse.contract import tables
from dx_pipeline.warehouse.database import note_periods, transaction

if TYPE_CHECKING:
    import duckdb

MONTHLY = ("province_monthly", "national_monthly")
QUARTERLY = ("province_quarterly", "national_quarterly")
WHOLE = (
    "digital_signature_adoption",
    "submission_status",
    "check_summary",
    "revision_log",
    "revision_effect",
    "reconciliation",
    "dim_indicator",
    "dim_method",
    "dim_area",
    "dim_period",
    "scorecard_monthly",
)


def mart_key(table: str) -> dg.AssetKey:
    """The asset of a table in ``mart``."""
    return dg.AssetKey(["mart", table])


def _specs(names: Sequence[str], deps: Sequence[dg.AssetKey]) -> list[dg.AssetSpec]:
    contract = tables()
    return [
        dg.AssetSpec(
            mart_key(name),
            deps=list(deps),
            description=contract[f"mart.{name}"].comment if f"mart.{name}" in contract else _WIDE,
            metadata=metadata.columns(f"mart.{name}") if f"mart.{name}" in contract else {},
            kinds={"duckdb", "sql"},
        )
        for name in names
    ]


_WIDE = "Bảng điểm tháng theo tỉnh | Headline figures per province and month, one column per indicator"


@dg.multi_asset(
    name="compiled_monthly",
    specs=_specs(MONTHLY, [ACCEPTED]),
    group_name="compiled",
    partitions_def=monthly,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=POOL,
)
def compiled_monthly(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult]:
    """Compiles the partition's months, those whose figures changed, and the months compared with them."""
    months = months_of(context)
    with reported("compiling months"), warehouse.get_connection() as connection:
        touched = [
            row[0] for row in connection.execute("SELECT period_start FROM core.touched_month").fetchall()
        ]
        wanted = sorted({*months, *touched, *(add_months(month, 1) for month in (*months, *touched))})
        compilation.compile_months(connection, wanted, catalogue=load_catalogue())
        _finish_months(connection, wanted)
        context.log.info(f"compiled {len(wanted)} months")
        for name in MONTHLY:
            yield _result(connection, name, months[0], months[-1])


@dg.multi_asset(
    name="compiled_quarterly",
    specs=_specs(QUARTERLY, [mart_key(name) for name in MONTHLY]),
    group_name="compiled",
    partitions_def=quarterly,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=POOL,
)
def compiled_quarterly(
    context: dg.AssetExecutionContext, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult]:
    """Compiles the partition's quarters, those whose months changed, and the quarters compared with them."""
    quarters = months_of(context)
    with reported("compiling quarters"), warehouse.get_connection() as connection:
        touched = [
            row[0] for row in connection.execute("SELECT period_start FROM core.touched_quarter").fetchall()
        ]
        wanted = sorted({*quarters, *touched, *(add_months(quarter, 3) for quarter in (*quarters, *touched))})
        compilation.compile_quarters(connection, wanted, catalogue=load_catalogue())
        connection.execute("DELETE FROM core.touched_quarter")
        context.log.info(f"compiled {len(wanted)} quarters")
        for name in QUARTERLY:
            yield _result(connection, name, quarters[0], quarters[-1])


@dg.multi_asset(
    name="compiled_whole",
    specs=[
        *_specs(("digital_signature_adoption",), [mart_key("province_monthly")]),
        *_specs(("submission_status",), [ACCEPTED, REJECTION]),
        *_specs(("check_summary",), [CHECK_RESULT]),
        *_specs(("revision_log", "revision_effect"), [ACCEPTED]),
        *_specs(("reconciliation", "scorecard_monthly"), [mart_key(name) for name in MONTHLY]),
        *_specs(("dim_indicator", "dim_method", "dim_area", "dim_period"), []),
    ],
    group_name="compiled",
    pool=POOL,
)
def compiled_whole(office: OfficeResource, warehouse: WarehouseResource) -> Iterator[dg.MaterializeResult]:
    """Compiles the tables that speak of all periods at once."""
    with reported("compiling tables"), warehouse.get_connection() as connection:
        catalogue = load_catalogue()
        expected = office.directory().office().expected_provinces
        compile_whole_tables(connection, catalogue=catalogue, expected=expected)
        for name in WHOLE:
            yield dg.MaterializeResult(
                asset_key=mart_key(name), metadata=metadata.preview(connection, f"mart.{name}")
            )


def _finish_months(connection: "duckdb.DuckDBPyConnection", months: Sequence[date]) -> None:
    """Crosses the months off and notes their quarters: a month freed by a neighbour may lie in another one."""
    with transaction(connection):
        connection.execute("DELETE FROM core.touched_month")
        note_periods(connection, "core.touched_quarter", map(quarter_of, months))


def _result(
    connection: "duckdb.DuckDBPyConnection", name: str, first: date, last: date
) -> dg.MaterializeResult:
    shown = metadata.preview(connection, f"mart.{name}", "period_start BETWEEN ? AND ?", [first, last])
    return dg.MaterializeResult(asset_key=mart_key(name), metadata=shown)

"""What changed: the comparison before each publication, and the check that holds it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.assets.compiled import MONTHLY, QUARTERLY, WHOLE, mart_key
from dx_pipeline.orchestration.assets.received import POOL
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource

CHANGES = dg.AssetKey(["published", "changes"])
NOT_HELD = "publication_not_held"
_SHOWN = (
    "position",
    "change",
    "area_vi",
    "indicator_code",
    "scope",
    "period_start",
    "period_months",
    "old_value",
    "new_value",
    "old_status",
    "new_status",
    "difference",
    "difference_pct",
    "size",
    "decision",
    "reason_vi",
    "reason_en",
)


@dg.multi_asset(
    name="changes",
    specs=[
        dg.AssetSpec(
            CHANGES,
            deps=[mart_key(name) for name in (*MONTHLY, *QUARTERLY, *WHOLE)],
            description="Thay đổi so với số liệu đã công bố | What differs from what is published, largest first",
            metadata=metadata.columns("quality.publication_change"),
            kinds={"duckdb", "html"},
        )
    ],
    group_name="published",
    check_specs=[
        dg.AssetCheckSpec(
            NOT_HELD,
            asset=CHANGES,
            description="ERROR: Changes of published figures are within the limits, or covered | "
            "Thay đổi của số liệu đã công bố trong ngưỡng, hoặc đã được chấp nhận",
        )
    ],
    pool=POOL,
)
def changes(
    context: dg.AssetExecutionContext, office: OfficeResource, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult | dg.AssetCheckResult]:
    """Compares before anything is put in place; a difference that waits ends the run, and what is published stays."""
    from dx_pipeline.publish.changes import holding, record

    data = office.directory()
    with reported("comparing with what is published"), warehouse.get_connection() as connection:
        comparison = holding.compare_with_published(connection, data)
        record.record(connection, comparison, data, datetime.now(UTC).replace(tzinfo=None))
    held = comparison.held
    context.log.info(f"{len(comparison.figures)} figures differ from what is published, {len(held)} wait")
    shown = [{name: row[name] for name in _SHOWN} for row in comparison.figures]
    yield dg.MaterializeResult(
        asset_key=CHANGES,
        metadata={
            "dagster/row_count": len(comparison.figures),
            "is_first_publication": comparison.is_first,
            "largest": metadata.table(shown),
            "by_indicator": metadata.table(comparison.summary()),
            "page": dg.MetadataValue.path(data.changes_page),
        },
    )
    yield dg.AssetCheckResult(
        check_name=NOT_HELD,
        asset_key=CHANGES,
        passed=not held,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={
            "evaluated": len(comparison.figures),
            "failed": len(held),
            "could_not_run": "",
            "change_digest": comparison.digest,
            "failing_rows": metadata.table([row for row in shown if row["decision"] == "held"]),
        },
    )
    with reported("publishing"):
        holding.raise_if_held(comparison, data)

"""Published: the read-only DuckDB file with its manifest, and the page that shows it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.assets.changes import CHANGES
from dx_pipeline.orchestration.assets.compiled import MONTHLY, QUARTERLY, WHOLE, mart_key
from dx_pipeline.orchestration.assets.received import POOL
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource

PUBLISHED_FILE = dg.AssetKey(["published", "dx_duckdb"])
PUBLISHED_PAGE = dg.AssetKey(["published", "index_html"])


@dg.multi_asset(
    name="published",
    specs=[
        dg.AssetSpec(
            PUBLISHED_FILE,
            deps=[CHANGES, *(mart_key(name) for name in (*MONTHLY, *QUARTERLY, *WHOLE))],
            description="Tệp công bố cho BI, thay nguyên tử | The file BI reads, replaced atomically",
            kinds={"duckdb"},
        ),
        dg.AssetSpec(
            PUBLISHED_PAGE,
            deps=[PUBLISHED_FILE],
            description="Trang số liệu | The page that shows the published figures",
            kinds={"html"},
        ),
    ],
    group_name="published",
    pool=POOL,
)
def published(
    context: dg.AssetExecutionContext, office: OfficeResource, warehouse: WarehouseResource
) -> Iterator[dg.MaterializeResult]:
    """Builds the file new, verifies it and puts it in place; unchanged figures leave the old one alone."""
    from dx_pipeline.publish.changes.holding import compare_with_published, raise_if_held
    from dx_pipeline.publish.database import publish
    from dx_pipeline.publish.page import write_page

    data, catalogue = office.directory(), load_catalogue()
    with reported("publishing"):
        # Asked here once more: this asset can be materialised alone, without the comparison before it.
        raise_if_held(compare_with_published(warehouse.path(), data), data)
        publication = publish(
            warehouse.path(), data, catalogue=catalogue, published_at=datetime.now(UTC).replace(tzinfo=None)
        )
        page = write_page(data, catalogue=catalogue)
    state = "new figures" if publication.is_changed else "nothing changed, the file in place is kept"
    context.log.info(f"published {publication.path}: {state}")
    yield dg.MaterializeResult(
        asset_key=PUBLISHED_FILE,
        metadata={
            "path": dg.MetadataValue.path(publication.path),
            "sha256": publication.sha256,
            "is_changed": publication.is_changed,
            "dagster/row_count": sum(publication.rows.values()),
            "rows": metadata.table(
                [{"table": name, "rows": count} for name, count in publication.rows.items()]
            ),
            "manifest": dg.MetadataValue.path(data.manifest),
        },
    )
    yield dg.MaterializeResult(asset_key=PUBLISHED_PAGE, metadata={"path": dg.MetadataValue.path(page)})

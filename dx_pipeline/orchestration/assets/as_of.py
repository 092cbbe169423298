"""The published file as it was known at an earlier moment, built on request; no job runs it by itself."""

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.assets.compiled import MONTHLY, QUARTERLY, WHOLE, mart_key
from dx_pipeline.orchestration.assets.received import POOL
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.resources import OfficeResource
from dx_pipeline.periods import known_moment

PUBLISHED_AS_OF = dg.AssetKey(["published", "as_of"])


class AsOfConfig(dg.Config):
    """Which moment: a day (its end) or a moment, in Vietnam's time unless it names its zone."""

    moment: str


@dg.asset(
    key=PUBLISHED_AS_OF,
    group_name="published",
    deps=[mart_key(name) for name in (*MONTHLY, *QUARTERLY, *WHOLE)],
    pool=POOL,
    kinds={"duckdb"},
    description="Tệp công bố như đã biết tại một thời điểm | The published file as it was known at a moment",
)
def published_as_of(
    context: dg.AssetExecutionContext, config: AsOfConfig, office: OfficeResource
) -> dg.MaterializeResult:
    """Builds it below ``published/as_of/``; the file that BI reads stays as it is."""
    from dx_pipeline.publish.as_of import publish_as_of

    data = office.directory()
    with reported("publishing as of an earlier moment"):
        moment = known_moment(config.moment)
        folder = data.published / "as_of" / f"{moment:%Y%m%dT%H%M%S}"
        found = publish_as_of(data, moment, folder, catalogue=load_catalogue())
    context.log.info(f"as known at {moment} UTC: {found.publication.path}")
    return dg.MaterializeResult(
        metadata={
            "path": dg.MetadataValue.path(found.publication.path),
            "sha256": found.publication.sha256,
            "published_then": found.published_at or "",
            "differing_tables": ", ".join(found.differing),
            "rows": metadata.table(
                [{"table": name, "rows": count} for name, count in found.publication.rows.items()]
            ),
        }
    )

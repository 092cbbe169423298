"""Fetched: the sources that are asked over HTTP. In no job and on no schedule: many offices have no network."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import dagster as dg

from dx_pipeline.catalogue.loading import load_sources
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.partitions import monthly, months_of
from dx_pipeline.orchestration.resources import OfficeResource
from dx_pipeline.periods import vietnam_day

if TYPE_CHECKING:
    from dx_pipeline.catalogue.source_models import Source
    from dx_pipeline.ingest.http import Fetched

POOL = "fetch"


def fetched_sources() -> list[dg.AssetsDefinition]:
    """One asset per source that the catalogue says how to fetch; the others are ``received.landing_sources``."""
    return [_asset_of(source) for source in load_sources().values() if source.fetch]


def _asset_of(source: "Source") -> dg.AssetsDefinition:
    @dg.asset(
        key=["landing", source.code],
        group_name="landing",
        partitions_def=monthly,
        backfill_policy=dg.BackfillPolicy.single_run(),
        pool=POOL,
        kinds=set(source.formats),
        metadata={"landing": source.landing, "publisher": source.publisher, "cadence": source.cadence},
        description=f"{source.name_vi} (lấy qua mạng khi được yêu cầu) | {source.name_en} (fetched when asked to)",
    )
    def fetched(context: dg.AssetExecutionContext, office: OfficeResource) -> dg.MaterializeResult:
        from dx_pipeline.ingest.http import fetch_source, plan_months

        months = months_of(context)
        with reported(f"fetching {source.code}"):
            data = office.directory()
            today = vietnam_day(datetime.now(UTC).replace(tzinfo=None))
            planned = plan_months(source.code, months, data.office(), sources=load_sources(), today=today)
            came = list(fetch_source(planned, data.landing))
            for item in came:
                context.log.info(f"{item.request.label}: {item.state}")
            _raise_failures(came)
        return _result(came)

    return fetched


def _raise_failures(came: "list[Fetched]") -> None:
    """Raises what went wrong: a permanent failure first, because then a retry of the run is no use."""
    failures = [item.failure for item in came if item.failure]
    if failures:
        raise min(failures, key=lambda failure: failure.is_transient)


def _result(came: "list[Fetched]") -> dg.MaterializeResult:
    rows = [
        {
            "request": item.request.label,
            "state": item.state,
            "url": item.request.address,
            "status": item.record.status if item.record else None,
            "bytes": item.record.size_bytes if item.record else None,
            "sha256": item.record.sha256 if item.record else None,
            "file": str(item.path or ""),
        }
        for item in came
    ]
    new = sum(item.state in ("new", "changed") for item in came)
    total = sum(item.record.size_bytes for item in came if item.record)
    return dg.MaterializeResult(metadata={"new_files": new, "bytes": total, "files": metadata.table(rows)})

"""Received: the landing folder's files, archived and recorded in ``raw.received_file``."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue, load_sources
from dx_pipeline.ingest import landing, receive
from dx_pipeline.ingest.digests import Digests
from dx_pipeline.ingest.placement import contradictions
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.partitions import monthly, months_of
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource
from dx_pipeline.warehouse.database import insert_frame, transaction

POOL = "warehouse_write"
RECEIVED_FILE = dg.AssetKey(["raw", "received_file"])
FILES_READABLE = "files_readable"
FILES_IN_PLACE = "files_in_place"


def landing_sources() -> list[dg.AssetSpec]:
    """What others put into the landing folder, one entry per source; ``fetched`` has those that are fetched."""
    return [
        dg.AssetSpec(
            ["landing", source.code],
            group_name="landing",
            description=f"{source.name_vi} | {source.name_en}",
            metadata={"landing": source.landing, "publisher": source.publisher, "cadence": source.cadence},
            kinds=set(source.formats),
        )
        for source in load_sources().values()
        if source.fetch is None
    ]


@dg.asset(
    key=RECEIVED_FILE,
    group_name="received",
    partitions_def=monthly,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[["landing", code] for code in load_sources()],
    check_specs=[
        dg.AssetCheckSpec(
            FILES_READABLE,
            asset=RECEIVED_FILE,
            partitions_def=monthly,
            description="ERROR: every received file can be read as a whole, or has been replaced by one that can",
        ),
        dg.AssetCheckSpec(
            FILES_IN_PLACE,
            asset=RECEIVED_FILE,
            partitions_def=monthly,
            description="WARN: the month and province in a file's path are those the file speaks of",
        ),
    ],
    pool=POOL,
    kinds={"duckdb"},
    metadata=metadata.columns("raw.received_file"),
    description="Mỗi dòng là một tệp đã nhận | One row per file ever received; the bytes are in the archive",
)
def received_file(
    context: dg.AssetExecutionContext, office: OfficeResource, warehouse: WarehouseResource
) -> Iterator[dg.AssetCheckResult | dg.MaterializeResult]:
    """Takes in every new file of the landing folder; the partition's months say which ones are shown."""
    import pandas as pd

    months = months_of(context)
    with reported("receiving files"):
        data, catalogue = office.directory(), load_catalogue()
        with warehouse.get_connection() as connection:
            known = receive.known_receipts(connection)
        landed = landing.scan_landing(data.landing, known, Digests.of_office(data))
        context.log.info(f"{len(landed)} new files in {data.landing}")
        seen = {receipt.origin: receipt.file_sha256 for receipt in known}
        landed += landing.scan_restatements(data.restatements, seen)
        arriving = landing.arrivals(landed, datetime.now(UTC).replace(tzinfo=None))
        receipts = receive.receive(arriving, known, data, catalogue)
        with warehouse.get_connection() as connection, transaction(connection):
            insert_frame(connection, "raw.received_file", pd.DataFrame([_row(item) for item in receipts]))
        with warehouse.get_connection() as connection:
            rejected = metadata.query(connection, _UNREADABLE, [months[0], months[-1]])
            shown = metadata.preview(
                connection,
                "raw.received_file",
                "period_start <= ? AND period_end >= ?",
                [months[-1], months[0]],
            )
            sources = metadata.query(connection, _BY_SOURCE, [months[-1], months[0]])
    misplaced = [
        {"origin": receipt.origin, "contradiction": text}
        for receipt in (*known, *receipts)
        if receipt.speaks_of(months) and receipt.status in ("received", "observed")
        for text in contradictions(receipt, catalogue)
    ]
    for item in misplaced:
        context.log.warning(f"{item['origin']}: {item['contradiction']}")
    for row in rejected:
        context.log.warning(f"not read: {row['reason_en']}")
    yield dg.MaterializeResult(
        metadata={"new_files": len(receipts), "by_source": metadata.table(sources), **shown}
    )
    yield dg.AssetCheckResult(
        passed=not rejected,
        check_name=FILES_READABLE,
        metadata={"failed": len(rejected), "files": metadata.table(rejected)},
    )
    yield dg.AssetCheckResult(
        passed=not misplaced,
        check_name=FILES_IN_PLACE,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"failed": len(misplaced), "files": metadata.table(misplaced)},
    )


def _row(receipt: receive.ReceivedFile) -> dict[str, object]:
    return {name: getattr(receipt, name) for name in receive.ReceivedFile.__slots__}


_UNREADABLE = """
SELECT origin, source_code, received_at, reason_en, reason_vi
FROM raw.received_file AS file
WHERE status = 'rejected' AND (period_start IS NULL OR (period_end >= ? AND period_start <= ?))
  AND NOT EXISTS (SELECT 1 FROM raw.received_file AS newer WHERE newer.supersedes = file.file_sha256)
ORDER BY received_at DESC
"""
_BY_SOURCE = """
SELECT source_code, count(*) AS files, count(DISTINCT area_code) AS provinces, max(received_at) AS last_received_at
FROM raw.received_file WHERE period_start <= ? AND period_end >= ?
GROUP BY source_code ORDER BY source_code
"""

"""Observed: the files' figures as rows of ``core.observation``, nothing judged yet."""

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest import observe, receive, restatements
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.assets.received import POOL, RECEIVED_FILE
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.partitions import monthly, months_of
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource

OBSERVATION = dg.AssetKey(["core", "observation"])
_PROGRESS_EVERY = 50


@dg.asset(
    key=OBSERVATION,
    group_name="observed",
    partitions_def=monthly,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[RECEIVED_FILE],
    pool=POOL,
    kinds={"duckdb"},
    metadata=metadata.columns("core.observation"),
    description="Mọi số liệu đã đọc được, chỉ thêm | Every figure read from the files of the month, append-only",
)
def observation(
    context: dg.AssetExecutionContext, office: OfficeResource, warehouse: WarehouseResource
) -> dg.MaterializeResult:
    """Reads the files that wait and speak of the partition's months; writes them in one transaction."""
    from dx_pipeline.ingest.records.waiting import RegisterLoading

    def show(done: int, total: int) -> None:
        if done % _PROGRESS_EVERY == 0 or done == total:
            context.log.info(f"read {done} of {total} files")

    months = months_of(context)
    with reported("reading files"):
        with warehouse.get_connection() as connection:
            receipts = receive.known_receipts(connection)
        observed = observe.read_files(receipts, months, office.directory(), load_catalogue(), show)
        with warehouse.get_connection() as connection:
            observe.write(connection, observed)
            restated = restatements.take_in(connection, receipts, office.directory(), load_catalogue())
        observe.record([*observed.receipts, *restated], office.directory())
    for receipt in restated:
        if receipt.status == "rejected":
            context.log.error(receipt.reason_en)
    with reported("loading registers"):
        loading = RegisterLoading(
            office.directory(), load_catalogue(), warehouse.get_connection, context.log.info, observe.mark
        )
        registers = list(loading.load_waiting(receipts, months))
        observe.record(registers, office.directory())
        with warehouse.get_connection() as connection:
            shown = metadata.preview(
                connection, "core.observation", "period_start BETWEEN ? AND ?", [months[0], months[-1]]
            )
    return dg.MaterializeResult(
        metadata={
            "files_read": len(observed.receipts),
            "restatement_files_taken_in": len(restated),
            "registers_loaded": len(registers),
            "observations_added": observed.observation_count,
            "unread_cells_added": observed.unread_count,
            **shown,
        }
    )

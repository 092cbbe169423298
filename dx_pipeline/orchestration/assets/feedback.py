"""Feedback: a marked workbook and its twin for every file of the months, below ``feedback/``."""

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.orchestration import metadata
from dx_pipeline.orchestration.assets.checked import REJECTION
from dx_pipeline.orchestration.failures import reported
from dx_pipeline.orchestration.partitions import monthly, months_of
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource

FEEDBACK = dg.AssetKey(["feedback", "workbooks"])
_PROGRESS_EVERY = 50


@dg.asset(
    key=FEEDBACK,
    group_name="feedback",
    partitions_def=monthly,
    backfill_policy=dg.BackfillPolicy.single_run(),
    deps=[REJECTION],
    kinds={"excel", "json"},
    description="Phản hồi cho nơi gửi: tệp có đánh dấu, bản máy đọc | What each sender gets back: marked file, twin",
)
def feedback(
    context: dg.AssetExecutionContext, office: OfficeResource, warehouse: WarehouseResource
) -> dg.MaterializeResult:
    """Writes what is missing or no longer true. The working file is only asked; it is free while files are drawn."""
    from dx_pipeline.quality.feedback.files import find_outdated, write_all

    def show(done: int, total: int) -> None:
        if done % _PROGRESS_EVERY == 0 or done == total:
            context.log.info(f"wrote feedback for {done} of {total} files")

    months, data = months_of(context), office.directory()
    with reported("writing feedback"):
        with warehouse.get_connection() as connection:
            outdated = find_outdated(connection, months, data, load_catalogue())
        written = write_all(outdated, data, show)
    return dg.MaterializeResult(
        metadata={
            "folder": dg.MetadataValue.path(str(data.feedback)),
            "files_written": len(written.new),
            "files_unchanged": written.unchanged_count,
            "by_sender": metadata.table(written.by_area()),
        }
    )

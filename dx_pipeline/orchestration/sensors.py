"""What arrives between due days: new files request their months, finished months request their quarters."""

import json
from collections.abc import Iterator
from datetime import datetime

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.isolation import stop_reading
from dx_pipeline.ingest.landing import claimed_months, scan_landing
from dx_pipeline.ingest.receive import ReceivedFile
from dx_pipeline.orchestration.jobs import monthly_job, quarterly_job
from dx_pipeline.orchestration.partitions import RANGE_END, RANGE_START, monthly
from dx_pipeline.orchestration.resources import OfficeResource
from dx_pipeline.periods import month_key, months_between, parse_month, quarter_of

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - receipts are kept in UTC without a zone


@dg.sensor(
    job=monthly_job,
    minimum_interval_seconds=60,
    description="Tệp mới trong thư mục nhận | Requests exactly the months that new files speak of",
)
def landing_sensor(
    context: dg.SensorEvaluationContext, office: OfficeResource
) -> dg.SensorResult | dg.SkipReason:
    """The cursor remembers the content last seen at each place; a changed file is a new one."""
    seen: dict[str, str] = json.loads(context.cursor or "{}")
    landing = office.directory().landing
    landed = scan_landing(landing, [_seen(origin, sha) for origin, sha in seen.items()])
    if not landed:
        return dg.SkipReason(f"nothing new in {landing}")
    catalogue = load_catalogue()
    known_keys = set(monthly.get_partition_keys())
    keys = sorted({month_key(month) for month in claimed_months(landed, catalogue)} & known_keys)
    stop_reading()
    digest = landed[-1].sha256[:16]
    cursor = json.dumps({**seen, **{file.origin: file.sha256 for file in landed}}, sort_keys=True)
    return dg.SensorResult(
        run_requests=[
            dg.RunRequest(run_key=f"{key}-{len(landed)}-{digest}", partition_key=key) for key in keys
        ],
        cursor=cursor,
    )


def _seen(origin: str, sha256: str) -> ReceivedFile:
    return ReceivedFile(file_sha256=sha256, origin=origin, received_at=_EPOCH, size_bytes=0)


@dg.run_status_sensor(
    run_status=dg.DagsterRunStatus.SUCCESS,
    monitored_jobs=[monthly_job],
    request_job=quarterly_job,
    description="Tháng xong thì tổng hợp quý | Requests the quarters of each finished month",
)
def quarter_after_month(context: dg.RunStatusSensorContext) -> Iterator[dg.RunRequest]:
    """One request per quarter that the finished run's months lie in."""
    tags = context.dagster_run.tags
    first = tags.get(RANGE_START) or tags.get("dagster/partition")
    last = tags.get(RANGE_END) or first
    if not first or not last:
        return
    quarters = sorted({quarter_of(month) for month in months_between(parse_month(first), parse_month(last))})
    for quarter in quarters:
        key = month_key(quarter)
        yield dg.RunRequest(run_key=f"{context.dagster_run.run_id}-{key}", partition_key=key)

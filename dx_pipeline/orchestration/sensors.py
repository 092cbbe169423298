"""What arrives between due days: new files request their months, finished months request their quarters."""

import hashlib
import json
from collections.abc import Iterator

import dagster as dg

from dx_pipeline.catalogue.loading import load_catalogue
from dx_pipeline.ingest.archive import sha256_of
from dx_pipeline.ingest.digests import Digests
from dx_pipeline.ingest.isolation import stop_reading
from dx_pipeline.ingest.landing import LandedFile, changed_files, claimed_months, scan_restatements
from dx_pipeline.ingest.restatement_receipt import is_restatement
from dx_pipeline.orchestration.jobs import monthly_job, quarterly_job
from dx_pipeline.orchestration.partitions import RANGE_END, RANGE_START, monthly
from dx_pipeline.orchestration.resources import OfficeResource
from dx_pipeline.periods import month_key, months_between, parse_month, quarter_of


@dg.sensor(
    job=monthly_job,
    minimum_interval_seconds=60,
    description="Tệp mới, điều chỉnh mới | Requests exactly the months that new files and restatements speak of",
)
def landing_sensor(
    context: dg.SensorEvaluationContext, office: OfficeResource
) -> dg.SensorResult | dg.SkipReason:
    """The cursor remembers the content last seen at each place; a changed file is a new one.

    Large files are not read here: until somebody has read a file, its size and times stand for its content.
    """
    data = office.directory()
    digests = Digests.of_office(data)
    cursor: dict[str, str] = json.loads(context.cursor or "{}")
    seen = {
        origin: content if is_restatement(origin) else digests.named(origin, content)
        for origin, content in cursor.items()
    }
    landed = changed_files(data.landing, seen, digests)
    restated = scan_restatements(data.restatements, seen)
    seen |= {file.origin: digests.content_of(file.path, file.origin) for file in landed}
    seen |= {file.origin: sha256_of(file.path) for file in restated}
    landed += restated
    if not landed:
        if seen != cursor:
            context.update_cursor(json.dumps(seen, sort_keys=True))
        return dg.SkipReason(f"nothing new in {data.landing} or {data.restatements}")
    known_keys = set(monthly.get_partition_keys())
    keys = sorted({month_key(month) for month in claimed_months(landed, load_catalogue())} & known_keys)
    stop_reading()
    batch = _name_of(landed)
    return dg.SensorResult(
        run_requests=[dg.RunRequest(run_key=f"{key}-{batch}", partition_key=key) for key in keys],
        cursor=json.dumps(seen, sort_keys=True),
    )


def _name_of(landed: list[LandedFile]) -> str:
    """A name of these files as they are now: none of them has been asked for in this state before."""
    states = json.dumps([[file.origin, file.changed] for file in landed])
    return f"{len(landed)}-{hashlib.sha256(states.encode()).hexdigest()[:16]}"


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

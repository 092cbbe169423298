from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from dx_pipeline.orchestration.partitions import (
    RANGE_END,
    RANGE_START,
    monthly,
    months_of,
    previous_month_key,
    previous_quarter_key,
    quarterly,
)

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def test_months_start_with_2025_and_the_running_one_is_included():
    now = datetime(2026, 10, 10, 12, tzinfo=VIETNAM)
    keys = monthly.get_partition_keys(current_time=now)
    assert (keys[0], keys[-1], len(keys)) == ("2025-01", "2026-10", 22)


def test_quarters_are_named_by_their_first_month_and_the_running_one_is_included():
    now = datetime(2025, 8, 1, tzinfo=VIETNAM)
    assert quarterly.get_partition_keys(current_time=now) == ["2025-01", "2025-04", "2025-07"]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        (datetime(2025, 12, 31, 16, 59, tzinfo=UTC), "2025-12"),
        (datetime(2025, 12, 31, 17, 0, tzinfo=UTC), "2026-01"),
    ],
    ids=["23:59 in Hanoi", "midnight in Hanoi"],
)
def test_a_month_begins_at_midnight_in_vietnam(now, last):
    assert monthly.get_partition_keys(current_time=now)[-1] == last


@pytest.mark.parametrize(
    ("day", "month", "quarter"),
    [
        (date(2026, 1, 11), "2025-12", "2025-10"),
        (date(2025, 4, 1), "2025-03", "2025-01"),
        (date(2025, 12, 31), "2025-11", "2025-07"),
    ],
    ids=str,
)
def test_the_month_and_quarter_before_a_day(day, month, quarter):
    assert (previous_month_key(day), previous_quarter_key(day)) == (month, quarter)


@dg.asset(partitions_def=monthly, backfill_policy=dg.BackfillPolicy.single_run())
def months_shown(context: dg.AssetExecutionContext):
    return dg.MaterializeResult(metadata={"months": [f"{month:%Y-%m}" for month in months_of(context)]})


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"partition_key": "2025-10"}, ["2025-10"]),
        ({"tags": {RANGE_START: "2025-11", RANGE_END: "2026-01"}}, ["2025-11", "2025-12", "2026-01"]),
    ],
    ids=["one", "range"],
)
def test_the_months_of_a_run(arguments, expected):
    job = dg.Definitions(
        assets=[months_shown], jobs=[dg.define_asset_job("job", partitions_def=monthly)]
    ).resolve_job_def("job")
    events = job.execute_in_process(**arguments).get_asset_materialization_events()
    assert [event.materialization.metadata["months"].value for event in events] == [expected] * len(expected)

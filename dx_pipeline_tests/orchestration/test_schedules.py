from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from dx_pipeline.catalogue.loading import load_sources
from dx_pipeline.orchestration import schedules
from dx_pipeline.orchestration.partitions import monthly, quarterly
from dx_pipeline.orchestration.schedules import due_days, monthly_after_due_days, quarterly_after_due_days

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def request_of(schedule, tick, repository):
    with dg.build_schedule_context(scheduled_execution_time=tick, repository_def=repository) as context:
        [request] = schedule.evaluate_tick(context).run_requests
    return request


def test_the_due_days_are_those_of_the_monthly_sources():
    expected = {
        source.due_day
        for source in load_sources().values()
        if source.cadence == "monthly" and source.due_day is not None
    }
    assert due_days() == sorted(expected) == [5, 10]


def test_the_monthly_job_runs_the_morning_after_each_due_day():
    assert list(monthly_after_due_days.cron_schedule) == ["0 6 6 * *", "0 6 11 * *"]
    assert monthly_after_due_days.execution_timezone == "Asia/Ho_Chi_Minh"
    assert monthly_after_due_days.job_name == "monthly"


def test_the_quarterly_job_runs_after_the_last_due_day_of_a_new_quarter():
    assert quarterly_after_due_days.cron_schedule == "0 8 11 1,4,7,10 *"
    assert quarterly_after_due_days.execution_timezone == "Asia/Ho_Chi_Minh"
    assert quarterly_after_due_days.job_name == "quarterly"


def test_due_days_come_from_the_catalogue(monkeypatch):
    sources = dict(load_sources())
    late = sources["signature_registry"].model_copy(update={"due_day": 20})
    monkeypatch.setattr(schedules, "load_sources", lambda: {**sources, "signature_registry": late})
    assert due_days() == [5, 10, 20]


@pytest.mark.parametrize(
    ("tick", "month"),
    [
        (datetime(2025, 11, 6, 6, tzinfo=VIETNAM), "2025-10"),
        (datetime(2026, 1, 6, 6, tzinfo=VIETNAM), "2025-12"),
        (datetime(2026, 1, 11, 6, tzinfo=VIETNAM), "2025-12"),
        (datetime(2026, 3, 5, 23, tzinfo=UTC), "2026-02"),
        # 06:00 of 1 January in Hanoi is still the year before in UTC
        (datetime(2025, 12, 31, 23, tzinfo=UTC), "2025-12"),
    ],
    ids=str,
)
def test_a_tick_asks_for_the_month_before_as_it_is_in_vietnam(repository, tick, month):
    request = request_of(monthly_after_due_days, tick, repository)
    assert request.partition_key == month
    assert month in monthly.get_partition_keys(current_time=tick)


@pytest.mark.parametrize(
    ("tick", "quarter"),
    [
        (datetime(2025, 10, 11, 8, tzinfo=VIETNAM), "2025-07"),
        (datetime(2026, 1, 11, 8, tzinfo=VIETNAM), "2025-10"),
        (datetime(2026, 3, 31, 18, tzinfo=UTC), "2026-01"),
    ],
    ids=str,
)
def test_a_tick_asks_for_the_quarter_before_as_it_is_in_vietnam(repository, tick, quarter):
    request = request_of(quarterly_after_due_days, tick, repository)
    assert request.partition_key == quarter
    assert quarter in quarterly.get_partition_keys(current_time=tick)


def test_each_due_day_has_its_own_run_and_a_tick_that_comes_twice_has_one(repository):
    ticks = [datetime(2026, 1, day, 6, tzinfo=VIETNAM) for day in (6, 11, 11)]
    keys = [request_of(monthly_after_due_days, tick, repository).run_key for tick in ticks]
    assert len(set(keys)) == 2
    assert keys[1] == keys[2]

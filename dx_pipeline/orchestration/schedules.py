"""When the jobs run by themselves: the morning after each source's due day, as the source catalogue has it."""

from datetime import date
from zoneinfo import ZoneInfo

import dagster as dg

from dx_pipeline.catalogue.loading import load_sources
from dx_pipeline.orchestration.jobs import monthly_job, quarterly_job
from dx_pipeline.orchestration.partitions import TIMEZONE, previous_month_key, previous_quarter_key

_HOUR = 6


def due_days() -> list[int]:
    """The days of the month on which a monthly source is due, ascending."""
    sources = load_sources().values()
    return sorted({source.due_day for source in sources if source.cadence == "monthly" and source.due_day})


def _day(context: dg.ScheduleEvaluationContext) -> date:
    """The day of the tick in Vietnam, whatever zone the tick is written in."""
    return context.scheduled_execution_time.astimezone(ZoneInfo(TIMEZONE)).date()


@dg.schedule(
    job=monthly_job,
    cron_schedule=[f"0 {_HOUR} {day + 1} * *" for day in due_days()],
    execution_timezone=TIMEZONE,
    description="The month before, the morning after each due day",
)
def monthly_after_due_days(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run for the month before; the run's key holds the day, so each due day has its own."""
    day = _day(context)
    return dg.RunRequest(run_key=f"monthly-{day}", partition_key=previous_month_key(day))


@dg.schedule(
    job=quarterly_job,
    cron_schedule=f"0 {_HOUR + 2} {max(due_days()) + 1} 1,4,7,10 *",
    execution_timezone=TIMEZONE,
    description="The quarter before, once its last month is in",
)
def quarterly_after_due_days(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """One run for the quarter before."""
    day = _day(context)
    return dg.RunRequest(run_key=f"quarterly-{day}", partition_key=previous_quarter_key(day))

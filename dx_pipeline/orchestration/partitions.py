"""Time is the only partition axis: months since 2025-01 and quarters by their first month, in Vietnam's time.

The running month and quarter are included: the portal's year view is read within them.
"""

from __future__ import annotations

from datetime import date

import dagster as dg

from dx_pipeline.periods import FIRST_MONTH, add_months, month_key, parse_month, quarter_of

TIMEZONE = "Asia/Ho_Chi_Minh"
RANGE_START = "dagster/asset_partition_range_start"
RANGE_END = "dagster/asset_partition_range_end"

monthly = dg.MonthlyPartitionsDefinition(
    start_date=month_key(FIRST_MONTH), fmt="%Y-%m", timezone=TIMEZONE, end_offset=1
)

quarterly = dg.TimeWindowPartitionsDefinition(
    start=month_key(FIRST_MONTH), fmt="%Y-%m", cron_schedule="0 0 1 */3 *", timezone=TIMEZONE, end_offset=1
)


def months_of(context: dg.AssetExecutionContext) -> list[date]:
    """The first days of the months or quarters this run is for, oldest first; works for ranges, too."""
    return sorted(parse_month(key) for key in context.partition_keys)


def previous_month_key(day: date) -> str:
    """The key of the month before ``day``'s."""
    return month_key(add_months(day, -1))


def previous_quarter_key(day: date) -> str:
    """The key of the quarter before ``day``'s."""
    return month_key(add_months(quarter_of(day), -3))

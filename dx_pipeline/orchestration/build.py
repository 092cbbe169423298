"""Puts the code location together; tests, the command line and ``definitions`` all call this."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import dagster as dg

from dx_pipeline.orchestration.assets import (
    as_of,
    changes,
    checked,
    compiled,
    feedback,
    fetched,
    observed,
    published,
    received,
)
from dx_pipeline.orchestration.jobs import monthly_job, quarterly_job
from dx_pipeline.orchestration.loggers import terminal_logger
from dx_pipeline.orchestration.resources import OfficeResource, WarehouseResource
from dx_pipeline.orchestration.schedules import monthly_after_due_days, quarterly_after_due_days
from dx_pipeline.orchestration.sensors import landing_sensor, quarter_after_month


def build_definitions(
    data_root: Path | None = None, overrides: Mapping[str, Any] | None = None
) -> dg.Definitions:
    """The whole code location.

    Args:
        data_root: The data directory; by default ``DX_DATA_DIR``, read when a run needs it.
        overrides: Resources to use instead of the default ones, by name.
    """
    office = OfficeResource(root=str(data_root) if data_root else "")
    resources = {"office": office, "warehouse": WarehouseResource(office=office), **(overrides or {})}
    return dg.Definitions(
        assets=[
            *received.landing_sources(),
            *fetched.fetched_sources(),
            received.received_file,
            observed.observation,
            checked.checked,
            feedback.feedback,
            compiled.compiled_monthly,
            compiled.compiled_quarterly,
            compiled.compiled_whole,
            changes.changes,
            published.published,
            as_of.published_as_of,
        ],
        jobs=[monthly_job, quarterly_job],
        schedules=[monthly_after_due_days, quarterly_after_due_days],
        sensors=[landing_sensor, quarter_after_month],
        resources=resources,
        loggers={"terminal": terminal_logger},
    )

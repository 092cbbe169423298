"""The monthly and the quarterly job. Both run in one process: four steps take 2 s there, 10 s in one each."""

from __future__ import annotations

import dagster as dg

from dx_pipeline.orchestration.assets.compiled import QUARTERLY, mart_key
from dx_pipeline.orchestration.partitions import monthly, quarterly

_EVERYTHING_PUBLISHED = dg.AssetSelection.keys(
    ["published", "changes"], ["published", "dx_duckdb"], ["published", "index_html"]
)
_WHOLE_TABLES = dg.AssetSelection.groups("compiled") - dg.AssetSelection.keys(
    mart_key("province_monthly"), mart_key("national_monthly"), *(mart_key(name) for name in QUARTERLY)
)
_CHECKED = dg.AssetSelection.groups("received", "observed", "checked", "feedback")
_MONTHLY_TABLES = dg.AssetSelection.keys(mart_key("province_monthly"), mart_key("national_monthly"))
_QUARTERLY_TABLES = dg.AssetSelection.keys(*(mart_key(name) for name in QUARTERLY))

monthly_job = dg.define_asset_job(
    "monthly",
    selection=_CHECKED | _MONTHLY_TABLES | _WHOLE_TABLES | _EVERYTHING_PUBLISHED,
    partitions_def=monthly,
    executor_def=dg.in_process_executor,
    description="Nhận, đọc, kiểm tra, tổng hợp và công bố số liệu tháng | Receive to publish, per month",
)

quarterly_job = dg.define_asset_job(
    "quarterly",
    selection=_QUARTERLY_TABLES | _WHOLE_TABLES | _EVERYTHING_PUBLISHED,
    partitions_def=quarterly,
    executor_def=dg.in_process_executor,
    description="Tổng hợp và công bố số liệu quý | Compile and publish per quarter",
)

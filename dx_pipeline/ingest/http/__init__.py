"""Fetching over HTTP: what a source's catalogue entry asks for, as whole, checked files in the landing folder.

``plan`` says what would be asked, ``fetch_source`` asks it, ``fetch_record`` says where a landed file came
from. Receiving, reading and judging are the business of the rooms' other modules.
"""

from dx_pipeline.ingest.http.landing import Fetched, fetch_source
from dx_pipeline.ingest.http.plan import PlannedRequest, default_month, plan, plan_months
from dx_pipeline.ingest.http.record import FetchRecord, fetch_record

__all__ = [
    "FetchRecord",
    "Fetched",
    "PlannedRequest",
    "default_month",
    "fetch_record",
    "fetch_source",
    "plan",
    "plan_months",
]

"""The only place that knows Dagster: partitions, resources, assets, checks, jobs and schedules.

Modules that hand functions to Dagster leave out ``from __future__ import annotations``: it reads their types.
"""

import warnings

import dagster as dg

# Partitioned checks are a preview and backfill policies a beta of the pinned version; the tests cover both.
warnings.filterwarnings("ignore", category=dg.PreviewWarning)
warnings.filterwarnings("ignore", category=dg.BetaWarning)

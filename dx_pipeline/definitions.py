"""The Dagster code location ``dx_pipeline``."""

from __future__ import annotations

from dx_pipeline.orchestration.build import build_definitions

defs = build_definitions()

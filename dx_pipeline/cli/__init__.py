"""The command line ``dxp``. Each module adds one group of commands; domain work is done below this floor."""

from __future__ import annotations

from dx_pipeline.cli.app import app, main

__all__ = ["app", "main"]

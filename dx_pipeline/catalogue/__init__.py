"""WHAT is measured, WHERE and by WHOM: YAML and CSV files, the frozen models they load into, and loading.

Rules for figures (bounds, aggregation, due days, header names) are entries here, never code elsewhere.
"""

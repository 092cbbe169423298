"""The catalogue's rules as Great Expectations suites; triage into accepted and rejected."""

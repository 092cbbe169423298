"""The working DuckDB file: connections, table contracts, and the append-only observation store."""

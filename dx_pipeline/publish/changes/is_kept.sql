-- Whether the working file has the table at all.
SELECT table_name FROM duckdb_tables() WHERE schema_name = 'quality' AND table_name = 'publication_change'

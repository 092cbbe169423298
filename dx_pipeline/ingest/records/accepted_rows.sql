SELECT DATE '{month}' AS month, file_row_number AS position, * EXCLUDE (file_row_number, unread)
FROM read_parquet({rows}, file_row_number = true)
WHERE file_row_number NOT IN (SELECT position FROM read_parquet({rejects}) WHERE position IS NOT NULL)

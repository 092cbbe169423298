-- Of the rows with one key the first in the file stands; the others repeat it.
INSERT INTO repeated_row
WITH candidate AS (
    SELECT file_row_number AS position, {key} AS row_key
    FROM read_parquet({rows}, file_row_number = true)
    WHERE hash({key}) IN (SELECT key_hash FROM suspect)
      AND file_row_number NOT IN (SELECT position FROM broken_row)
)
SELECT position, min(position) OVER (PARTITION BY row_key) AS first_position, NULL AS month
FROM candidate
QUALIFY position > first_position

-- Of some lines of the file, the first whose key is not that of the row at its place.
WITH shown AS (
    SELECT
        unnest(CAST($lines AS BIGINT[])) AS line,
        unnest(CAST($cells AS VARCHAR[])) AS cell
),
placed AS (
    SELECT line, cell, line - $first_line - (SELECT count(DISTINCT line) FROM skipped_line WHERE line < shown.line) AS position
    FROM shown
    WHERE line NOT IN (SELECT line FROM skipped_line)
)
SELECT placed.line, placed.cell, row.{key}
FROM placed
JOIN (
    SELECT file_row_number AS position, {key}
    FROM read_parquet({rows}, file_row_number = true)
    WHERE file_row_number IN (SELECT position FROM placed)
) AS row USING (position)
WHERE nullif(placed.cell, '') IS DISTINCT FROM row.{key}
ORDER BY placed.line
LIMIT 1

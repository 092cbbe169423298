-- By how many lines the row at a position, and those after it, lie behind it in the file.
CREATE TEMP TABLE line_shift AS
WITH numbered AS (
    SELECT line, row_number() OVER (ORDER BY line) AS lines FROM (SELECT DISTINCT line FROM skipped_line)
)
SELECT line - $first_line - lines + 1 AS position, max(lines) AS lines
FROM numbered
GROUP BY ALL

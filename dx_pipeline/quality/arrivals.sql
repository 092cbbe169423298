-- A quarterly file arrives for its quarter, which is filed under its first month.
-- Which source sent something for which month, and from which area (empty where a file speaks for many).
WITH judged AS (SELECT unnest($months || $others) AS period_start)
SELECT judged.period_start, file.source_code, file.area_code
FROM judged
JOIN raw.received_file AS file
  ON judged.period_start BETWEEN date_trunc('month', file.period_start)
     AND CASE WHEN list_contains($quarterly, file.source_code) THEN file.period_start ELSE file.period_end END
WHERE file.source_code IS NOT NULL AND file.status <> 'duplicate'
UNION
SELECT period_start, source_code, area_code FROM core.observation SEMI JOIN judged USING (period_start)
UNION
SELECT period_start, source_code, area_code FROM core.unread_cell SEMI JOIN judged USING (period_start)

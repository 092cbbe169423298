-- Months beyond the requested ones whose judgement may change: where a figure of a series that has news
-- was rejected, the next accepted month of each such series, and where a rejection's file was superseded.
WITH news AS (
    SELECT DISTINCT indicator_code, area_code, scope, period_basis, source_code, period_start
    FROM core.observation
    WHERE verdict IS NULL
      AND list_contains($months, period_start)
      AND list_contains($compared, indicator_code)
      AND (accumulates_from IS NOT NULL OR NOT list_contains($accumulating, indicator_code))
    UNION
    -- A restatement is news until it has been written, and so is leave for a fall.
    SELECT indicator_code, area_code, scope, period_basis, source_code, period_start
    FROM core.restatement
    WHERE status IN ('waiting', 'does_not_fit') AND list_contains($months, period_start)
),
judged AS (
    SELECT * FROM core.observation WHERE is_latest OR verdict = 'rejected'
),
related AS (
    SELECT o.period_start, o.verdict, o.is_latest, n.period_start AS news_month, o.indicator_code, o.area_code, o.scope
    FROM judged AS o
    JOIN news AS n
        ON (o.area_code, o.scope, o.period_basis, o.source_code) = (n.area_code, n.scope, n.period_basis, n.source_code)
        AND (
            o.indicator_code = n.indicator_code
            OR (list_contains($carried, o.indicator_code) AND list_contains($carried, n.indicator_code))
        )
)
SELECT period_start FROM related WHERE verdict = 'rejected'
UNION
SELECT min(period_start)
FROM related
WHERE is_latest AND period_start > news_month
GROUP BY indicator_code, area_code, scope, news_month
UNION
SELECT period_start
FROM quality.rejection
WHERE is_current AND list_contains($superseded, file_sha256)

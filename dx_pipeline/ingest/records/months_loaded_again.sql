-- Months whose newest load waits to be judged and is of the same file as the load in force.
SELECT DISTINCT waiting.period_start
FROM core.register_partition AS waiting
JOIN core.register_partition AS standing
    ON (standing.source_code, standing.period_start, standing.area_code, standing.file_sha256)
     = (waiting.source_code, waiting.period_start, waiting.area_code, waiting.file_sha256)
WHERE standing.is_latest AND waiting.verdict IS NULL AND waiting.vintage_at > standing.vintage_at
ORDER BY waiting.period_start

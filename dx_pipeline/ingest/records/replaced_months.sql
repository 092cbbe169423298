-- When a register of each month last took the place of another one.
WITH file AS (
    SELECT period_start, area_code, min(vintage_at) AS first_vintage_at
    FROM core.register_partition
    WHERE source_code = $source_code
    GROUP BY period_start, area_code, file_sha256
    QUALIFY count(*) OVER (PARTITION BY period_start, area_code) > 1
)
SELECT period_start, max(first_vintage_at) FROM file GROUP BY period_start

-- Per month and source: files, provinces, accepted and rejected figures.
WITH figures AS (
    SELECT period_start, source_code,
           count(DISTINCT file_sha256) AS files,
           count(DISTINCT area_code) FILTER (WHERE is_latest AND area_level = 'province') AS provinces,
           count(*) FILTER (WHERE is_latest) AS accepted,
           max(vintage_at) AS last_received
    FROM core.observation
    GROUP BY ALL
),
findings AS (
    SELECT period_start, source_code,
           -- Rows of a register that are not accepted are no figures: the table of registers has them.
           count(*) FILTER (WHERE severity = 'ERROR' AND (rule NOT LIKE 'register_%' OR rule = 'register_rejects_within_limit'))
               AS rejected,
           count(*) FILTER (WHERE severity = 'WARN') AS warnings
    FROM quality.rejection
    WHERE is_current
    GROUP BY ALL
)
SELECT strftime(period_start, '%Y-%m'), source_code, coalesce(files, 0), coalesce(provinces, 0),
       coalesce(accepted, 0), coalesce(rejected, 0), coalesce(warnings, 0),
       strftime(last_received, '%Y-%m-%d %H:%M')
FROM figures FULL JOIN findings USING (period_start, source_code)
WHERE $month IS NULL OR period_start = $month
ORDER BY 1, 2

-- The loads of large registers: rows, rejected rows, and whether a load is in force or why it is not.
WITH refused AS (
    SELECT source_code, period_start, file_sha256, rejected_at AS vintage_at,
           string_agg(area_code, ' ' ORDER BY area_code) AS provinces
    FROM quality.rejection
    WHERE is_current AND rule = 'register_rejects_within_limit'
    GROUP BY ALL
)
SELECT strftime(period_start, '%Y-%m'), source_code, file_name, line_count, rejected_count,
       CASE
           WHEN is_latest AND provinces IS NOT NULL THEN 'in force, but not for ' || provinces || ': too many rejected rows'
           WHEN is_latest THEN 'in force'
           WHEN verdict IS NULL THEN 'waits: not judged, or the month was refused as a whole'
           WHEN verdict = 'rejected' THEN 'refused: too many rejected rows'
           ELSE 'replaced by a newer file'
       END
FROM core.register_partition LEFT JOIN refused USING (source_code, period_start, file_sha256, vintage_at)
WHERE $month IS NULL OR period_start = $month
ORDER BY period_start, source_code, area_code, vintage_at

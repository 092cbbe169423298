-- What the published figures rest on, per source.
SELECT
    source_code,
    count(DISTINCT file_sha256) AS files,
    max(vintage_at) AS latest_received_at,
    min(period_start) AS first_month,
    max(period_start) AS last_month,
    count(*) AS figures,
    count(*) FILTER (WHERE is_sample) AS sample_figures
FROM core.accepted_observation
GROUP BY source_code
ORDER BY source_code

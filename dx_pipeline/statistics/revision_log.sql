-- Accepted figures that replaced an accepted figure of the same key and differ from it.
INSERT INTO mart.revision_log BY NAME
WITH vintage AS (
    SELECT
        observation_id,
        period_start,
        indicator_code,
        area_code,
        scope,
        source_code,
        lag(value) OVER versions AS old_value,
        value AS new_value,
        lag(status) OVER versions AS old_status,
        status AS new_status,
        lag(vintage_at) OVER versions AS old_vintage_at,
        vintage_at AS new_vintage_at,
        coalesce(revision_reason, note) AS reason,
        file_name,
        locator,
        is_sample,
        row_number() OVER versions AS version
    FROM core.observation
    WHERE verdict = 'accepted'
    WINDOW versions AS (
        PARTITION BY
            indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from, source_code, source_url
        ORDER BY vintage_at, observation_id
    )
)
SELECT * EXCLUDE (version)
FROM vintage
WHERE version > 1 AND (new_value IS DISTINCT FROM old_value OR new_status IS DISTINCT FROM old_status)

-- What is told of the asked files: what stands against their figures, what stood against those of a file that
-- another has replaced since, and every cell that could not be read or was read with a doubt.
WITH told AS (
    SELECT
        r.*,
        o.vintage_at,
        o.verdict,
        bool_or(r.is_current) OVER (PARTITION BY r.observation_id, r.severity) AS something_stands
    FROM quality.rejection AS r
    JOIN core.observation AS o ON o.observation_id = r.observation_id
    WHERE list_contains($shas, r.file_sha256)
)
SELECT
    file_sha256, vintage_at, observation_id AS mark_id, false AS is_cell, rule, severity, indicator_code, area_code, scope,
    period_start, raw_text, file_name, locator, message_vi, message_en
FROM told
WHERE is_current
   OR (severity = 'ERROR' AND verdict = 'rejected' AND NOT something_stands)
   OR (severity = 'WARN' AND verdict = 'accepted' AND list_contains($superseded, file_sha256))
UNION ALL
SELECT
    file_sha256, vintage_at, cell_id AS mark_id, true AS is_cell, rule, coalesce(severity, 'ERROR') AS severity, indicator_code,
    area_code, scope, period_start, raw_text, file_name, locator, message_vi, message_en
FROM core.unread_cell
WHERE list_contains($shas, file_sha256)

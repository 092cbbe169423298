-- How many figures of each asked file and vintage have which verdict; one that is not judged yet but breaks a
-- rule that rejects counts as rejected.
SELECT
    o.file_sha256,
    o.vintage_at,
    count(*) AS read,
    count(*) FILTER (WHERE o.verdict = 'accepted') AS accepted,
    count(*) FILTER (
        WHERE o.verdict = 'rejected' OR (o.verdict IS NULL AND refused.observation_id IS NOT NULL)
    ) AS rejected,
    count(*) FILTER (WHERE o.verdict IS NULL AND refused.observation_id IS NULL) AS pending
FROM core.observation AS o
LEFT JOIN (
    SELECT DISTINCT observation_id
    FROM quality.rejection
    WHERE is_current AND severity = 'ERROR' AND list_contains($shas, file_sha256)
) AS refused ON refused.observation_id = o.observation_id
WHERE list_contains($shas, o.file_sha256)
GROUP BY o.file_sha256, o.vintage_at

UPDATE core.observation AS kept
SET verdict = decided.verdict, is_latest = decided.is_latest
FROM (
    SELECT
        CAST(observation_id AS VARCHAR) AS observation_id,
        CAST(verdict AS VARCHAR) AS verdict,
        CAST(is_latest AS BOOLEAN) AS is_latest
    FROM changed_verdict
) AS decided
WHERE kept.observation_id = decided.observation_id

-- Appended to the log. A decision never lies before one that was written earlier about the same figure.
INSERT INTO core.verdict BY NAME
WITH incoming AS (
    SELECT
        CAST(observation_id AS VARCHAR) AS observation_id,
        CAST(decided_at AS TIMESTAMP) AS decided_at,
        CAST(verdict AS VARCHAR) AS verdict,
        CAST(is_latest AS BOOLEAN) AS is_latest,
        step
    FROM decided
),
known AS (
    SELECT observation_id, max(decided_at) AS decided_at
    FROM core.verdict
    WHERE observation_id IN (SELECT observation_id FROM incoming)
    GROUP BY observation_id
)
SELECT
    incoming.observation_id,
    greatest(incoming.decided_at, coalesce(known.decided_at, incoming.decided_at)) AS decided_at,
    (SELECT coalesce(max(decision_number), 0) FROM core.verdict) + incoming.step AS decision_number,
    incoming.verdict,
    incoming.is_latest
FROM incoming
LEFT JOIN known USING (observation_id)

-- A working file of before the log of decisions: what its verdicts tell, an accepted vintage being in force from its
-- arrival to that of the next accepted one.
INSERT INTO core.verdict BY NAME
WITH judged AS (
    SELECT
        observation_id, verdict, is_latest, vintage_at,
        CASE
            WHEN verdict = 'accepted' AND NOT is_latest THEN lead(vintage_at) OVER (
                PARTITION BY
                    verdict, indicator_code, area_code, scope, period_start, period_end, period_basis,
                    accumulates_from, source_code, source_url
                ORDER BY vintage_at, observation_id
            )
        END AS replaced_at
    FROM core.observation
    WHERE verdict IS NOT NULL
)
SELECT
    observation_id, vintage_at AS decided_at, 0 AS decision_number, verdict,
    coalesce(is_latest OR replaced_at > vintage_at, false) AS is_latest
FROM judged
UNION ALL
SELECT observation_id, replaced_at, 1, verdict, false
FROM judged
WHERE replaced_at > vintage_at

-- The accepted figures in force: what everything above the checks reads.
CREATE OR REPLACE VIEW core.accepted_observation AS
SELECT * FROM core.observation WHERE is_latest;

-- What was known at a moment: per figure, the latest vintage received by then that was accepted.
CREATE OR REPLACE MACRO core.observation_as_of(moment) AS TABLE
SELECT *
FROM core.observation
WHERE verdict = 'accepted' AND vintage_at <= moment
QUALIFY row_number() OVER (
    PARTITION BY indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from,
                 source_code, source_url
    ORDER BY vintage_at DESC, observation_id
) = 1;

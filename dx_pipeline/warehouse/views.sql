-- The accepted figures in force: what everything above the checks reads.
CREATE OR REPLACE VIEW core.accepted_observation AS
SELECT * FROM core.observation WHERE is_latest;

-- The last decision on each figure by a moment.
CREATE OR REPLACE MACRO core.decision_as_of(moment) AS TABLE
SELECT observation_id, verdict, is_latest
FROM core.verdict
WHERE decided_at <= moment
QUALIFY row_number() OVER (PARTITION BY observation_id ORDER BY decided_at DESC, decision_number DESC) = 1;

-- What was known at a moment: the figures in force by the decisions that the files received by then brought about.
CREATE OR REPLACE MACRO core.observation_as_of(moment) AS TABLE
SELECT observation.* REPLACE (known.verdict AS verdict, known.is_latest AS is_latest)
FROM core.observation AS observation
JOIN core.decision_as_of(moment) AS known ON known.observation_id = observation.observation_id
WHERE known.is_latest;

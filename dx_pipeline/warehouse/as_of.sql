-- What was known at the moment, copied from the working file; figures of the months only, of all where they are null.
INSERT INTO raw.received_file BY NAME
SELECT * FROM {working}.raw.received_file WHERE received_at <= $moment;

INSERT INTO core.verdict BY NAME
SELECT * FROM {working}.core.verdict WHERE decided_at <= $moment;

INSERT INTO core.observation BY NAME
SELECT o.* REPLACE (known.verdict AS verdict, known.is_latest AS is_latest)
FROM {working}.core.observation AS o
JOIN core.decision_as_of($moment) AS known ON known.observation_id = o.observation_id
WHERE $months IS NULL OR list_contains($months, o.period_start);

INSERT INTO core.unread_cell BY NAME
SELECT * FROM {working}.core.unread_cell WHERE vintage_at <= $moment;

INSERT INTO core.restatement BY NAME
SELECT * FROM {working}.core.restatement WHERE received_at <= $moment;

INSERT INTO core.accepted_change BY NAME
SELECT * FROM {working}.core.accepted_change WHERE received_at <= $moment;

INSERT INTO core.revised_batch BY NAME
SELECT * FROM {working}.core.revised_batch WHERE batch_at <= $moment;

INSERT INTO core.moved_figure BY NAME
SELECT * FROM {working}.core.moved_figure WHERE batch_at <= $moment;

INSERT INTO core.register_check BY NAME
SELECT * FROM {working}.core.register_check WHERE vintage_at <= $moment;

-- Of the loads of a register the last accepted one was in force.
INSERT INTO core.register_partition BY NAME
SELECT
    * REPLACE (
        verdict = 'accepted' AND row_number() OVER (
            PARTITION BY source_code, area_code, period_start, verdict ORDER BY vintage_at DESC, file_sha256
        ) = 1 AS is_latest
    )
FROM {working}.core.register_partition
WHERE vintage_at <= $moment AND verdict IS NOT NULL;

-- The figures of a load, once: a run that is repeated adds none.
INSERT INTO core.observation BY NAME
SELECT *
FROM read_parquet($figures) AS incoming
WHERE NOT EXISTS (
    SELECT 1 FROM core.observation AS known WHERE known.observation_id = incoming.observation_id
)

-- A restated figure is its base with another value and another origin.
INSERT INTO core.observation BY NAME
SELECT
    base.* REPLACE (
        CAST(r.observation_id AS VARCHAR) AS observation_id,
        CAST(r.value AS DOUBLE) AS value,
        CAST(r.numerator AS DOUBLE) AS numerator,
        CAST(r.denominator AS DOUBLE) AS denominator,
        CAST(r.qualifier AS VARCHAR) AS qualifier,
        CAST(r.file_sha256 AS VARCHAR) AS file_sha256,
        CAST(r.file_name AS VARCHAR) AS file_name,
        CAST(r.locator AS VARCHAR) AS locator,
        CAST(r.raw_text AS VARCHAR) AS raw_text,
        CAST(r.note AS VARCHAR) AS note,
        CAST(r.revision_reason AS VARCHAR) AS revision_reason,
        CAST(r.vintage_at AS TIMESTAMP) AS vintage_at,
        CAST(r.is_sample AS BOOLEAN) AS is_sample,
        NULL AS verdict,
        false AS is_latest
    )
FROM restated AS r
JOIN core.observation AS base ON base.observation_id = r.base_id
WHERE r.observation_id NOT IN (SELECT observation_id FROM core.observation)

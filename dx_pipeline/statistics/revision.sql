-- Every change of what was in force about a figure, but for its first appearance, with the batch that brought it.
CREATE OR REPLACE TEMP TABLE revision AS
WITH stepped AS (
    SELECT
        *,
        is_latest IS DISTINCT FROM lag(is_latest, 1, false) OVER (
            PARTITION BY observation_id ORDER BY decided_at, decision_number
        ) AS has_changed
    FROM core.verdict
),
state AS (
    SELECT
        o.indicator_code, o.area_level, o.area_code, o.scope, o.period_start, o.period_end, o.period_basis,
        o.accumulates_from, o.source_code, o.source_url,
        s.decided_at AS changed_at,
        max_by(s.observation_id, s.decision_number) FILTER (WHERE s.is_latest) AS new_id
    FROM stepped AS s
    JOIN core.observation AS o ON o.observation_id = s.observation_id
    WHERE s.has_changed
    GROUP BY ALL
),
chained AS (
    SELECT *, lag(new_id) OVER figure AS old_id, row_number() OVER figure AS number
    FROM state
    WINDOW figure AS (
        PARTITION BY
            indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from, source_code,
            source_url
        ORDER BY changed_at
    )
)
SELECT
    chained.* EXCLUDE (number, source_url),
    old.value AS old_value,
    new.value AS new_value,
    old.status AS old_status,
    new.status AS new_status,
    old.vintage_at AS old_vintage_at,
    new.vintage_at AS new_vintage_at,
    old.file_name AS old_file_name,
    coalesce(new.file_name, old.file_name) AS file_name,
    coalesce(new.locator, old.locator) AS locator,
    coalesce(new.revision_reason, new.note) AS stated_reason,
    coalesce(new.is_sample, false) OR coalesce(old.is_sample, false) AS is_sample,
    (
        SELECT max(batch_at)
        FROM (SELECT coalesce(batch_at, received_at) AS batch_at FROM raw.received_file)
        WHERE batch_at <= chained.changed_at
    ) AS batch_at
FROM chained
LEFT JOIN core.observation AS old ON old.observation_id = chained.old_id
LEFT JOIN core.observation AS new ON new.observation_id = chained.new_id
WHERE chained.number > 1
    AND (new.value, new.status, new.numerator, new.denominator)
        IS DISTINCT FROM (old.value, old.status, old.numerator, old.denominator)

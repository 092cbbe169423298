-- Every figure that has a say in the judgement of the months in $months (requested) and $others:
-- what is in force, what arrived or was rejected after it, what was never judged (requested months only),
-- and, for the indicators whose months are compared, what is in force in any other month.
WITH numbered AS (
    SELECT
        o.* REPLACE (coalesce(o.is_latest, false) AS is_latest),
        list_contains($superseded, o.file_sha256) AS is_superseded,
        row_number() OVER (
            PARTITION BY indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from,
                         source_code, source_url
            ORDER BY vintage_at, file_name, observation_id
        ) AS vintage_number
    FROM core.observation AS o
    WHERE list_contains($months, period_start)
       OR list_contains($others, period_start)
       OR (is_latest AND list_contains($compared, indicator_code))
)
SELECT
    *,
    list_contains($months, period_start) AS is_requested,
    list_contains($months, period_start) OR list_contains($others, period_start) AS is_in_scope,
    coalesce(max(CASE WHEN is_latest THEN vintage_number END) OVER (
        PARTITION BY indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from,
                     source_code, source_url
    ), 0) AS in_force_number
FROM numbered
QUALIFY is_latest
     OR (verdict IS NULL AND is_requested)
     OR (verdict = 'rejected' AND NOT is_superseded AND vintage_number > in_force_number)
ORDER BY period_start, source_code, file_name, locator, observation_id

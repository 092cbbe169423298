-- Two publications of one figure, the later one against the earlier; and a figure that only grows against an earlier
-- publication that has more already.
CREATE OR REPLACE TEMP VIEW against_publications AS
WITH bounded AS (
    SELECT
        *,
        CASE WHEN qualifier = 'less_than' THEN -1e300 ELSE value - tolerance END AS lowest,
        CASE WHEN qualifier = 'more_than' THEN 1e300 ELSE value + tolerance END AS highest
    FROM published_figure
),
of_one_figure AS (
    SELECT later, earlier, 'same_figure' AS relation
    FROM bounded AS later
    JOIN bounded AS earlier
        ON earlier.indicator_code = later.indicator_code AND earlier.area_code = later.area_code
        AND earlier.scope = later.scope
        AND earlier.period_start = later.period_start AND earlier.period_end = later.period_end
        AND earlier.period_basis = later.period_basis
        AND earlier.accumulates_from IS NOT DISTINCT FROM later.accumulates_from
    WHERE (earlier.vintage_at, earlier.observation_id) < (later.vintage_at, later.observation_id)
),
fallen AS (
    SELECT later, earlier, 'fallen' AS relation
    FROM bounded AS later
    JOIN bounded AS earlier
        ON earlier.indicator_code = later.indicator_code AND earlier.area_code = later.area_code
        AND earlier.scope = later.scope AND earlier.period_basis = later.period_basis
        AND earlier.accumulates_from IS NOT DISTINCT FROM later.accumulates_from
        AND earlier.as_of < later.as_of AND earlier.period_start <> later.period_start
    WHERE (later.kind = 'count_stock' OR later.accumulates_from IS NOT NULL)
        AND CASE later.non_decreasing
            WHEN 'always' THEN true
            WHEN 'within_year' THEN year(earlier.as_of) = year(later.as_of)
            ELSE false
        END
        AND (later.area_code = 'VN' OR (earlier.as_of >= {merger}) = (later.as_of >= {merger}))
        AND later.highest < earlier.lowest
    QUALIFY row_number() OVER (
        PARTITION BY later.observation_id ORDER BY earlier.as_of DESC, earlier.observation_id
    ) = 1
),
judged AS (
    SELECT
        *,
        greatest(later.tolerance, earlier.tolerance) AS tolerance,
        round(earlier.value - later.value, 6) AS distance,
        CASE
            WHEN relation = 'fallen' THEN 'contradiction_within_source'
            WHEN later.status IS NOT NULL OR earlier.status IS NOT NULL THEN
                CASE WHEN later.status IS NOT DISTINCT FROM earlier.status THEN 'reconciled' ELSE 'contradiction_within_source' END
            WHEN earlier.lowest <= later.highest AND later.lowest <= earlier.highest THEN 'reconciled'
            WHEN abs(distance) <= greatest(later.last_digit, earlier.last_digit)
                AND later.qualifier IN ('exact', 'approx') AND earlier.qualifier IN ('exact', 'approx') THEN 'rounding'
            WHEN later.as_of <> earlier.as_of THEN 'other_basis'
            ELSE 'contradiction_within_source'
        END AS outcome
    FROM (FROM of_one_figure UNION ALL BY NAME FROM fallen)
)
SELECT
    later.observation_id AS observation_id,
    'other_publication' AS comparison,
    earlier.place AS compared_with,
    outcome,
    CASE WHEN outcome = 'other_basis' THEN 'as_of' ELSE relation END AS detail,
    earlier.value AS own_value,
    earlier.status AS own_status,
    earlier.is_sample AS own_is_sample,
    tolerance,
    outcome = 'reconciled' AS is_reconciled,
    earlier.as_of AS lower_day,
    later.as_of AS upper_day,
    earlier.source_title AS other_title
FROM judged

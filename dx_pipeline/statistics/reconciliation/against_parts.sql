-- A published total against its parts, by the catalogue's equations: parts of the same publication first, then of
-- another, then our own. Scores add up within 0.01, counts exactly; what the rounding of each part allows is rounding.
CREATE OR REPLACE TEMP VIEW against_parts AS
WITH part AS (
    SELECT
        p.observation_id, e.equation, e.part, e.part_count, found.value, found.tolerance, found.last_digit,
        found.is_sample, found.place_of_part
    FROM published_figure AS p
    JOIN equation_fact AS e ON e.total = p.indicator_code AND e.part IS NOT NULL
    JOIN (
        SELECT
            indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from, as_of, value,
            tolerance, last_digit, is_sample, source_url, vintage_at, observation_id AS part_id, 'published' AS place_of_part
        FROM published_figure
        WHERE is_accepted AND qualifier IN ('exact', 'approx')
        UNION ALL BY NAME
        SELECT
            indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from, as_of, value,
            0 AS tolerance, 0 AS last_digit, is_sample, 'own' AS place_of_part
        FROM own_figure
        WHERE NOT is_sample
    ) AS found
        ON found.indicator_code = e.part AND found.area_code = p.area_code AND found.scope = p.scope
        AND found.period_start = p.period_start AND found.period_end = p.period_end
        AND found.period_basis = p.period_basis
        AND found.accumulates_from IS NOT DISTINCT FROM p.accumulates_from
    WHERE p.is_accepted AND p.qualifier IN ('exact', 'approx')
    QUALIFY row_number() OVER (
        PARTITION BY p.observation_id, e.equation, e.part
        ORDER BY found.place_of_part DESC, coalesce(found.source_url = p.source_url, false) DESC,
            found.as_of = p.as_of DESC, found.vintage_at DESC, found.part_id
    ) = 1
),
added AS (
    SELECT
        observation_id, equation, exact_sum(value) AS total, sum(tolerance) AS tolerance, sum(last_digit) AS last_digits,
        bool_or(is_sample) AS is_sample,
        count(*) FILTER (WHERE place_of_part = 'own') AS own_count,
        string_agg(part || '=' || CAST(CAST(value AS DECIMAL(28, 6)) AS VARCHAR), ' ' ORDER BY part) AS summands
    FROM part
    GROUP BY observation_id, equation
    HAVING count(*) = any_value(part_count)
),
summed AS (
    SELECT
        p.*, a.equation, a.total, a.is_sample AS is_sample_part, a.own_count, a.summands,
        CASE WHEN p.kind = 'score' THEN 0.01 ELSE round(p.tolerance + a.tolerance, 6) END AS sum_tolerance,
        round(0.5 * (p.last_digit + a.last_digits), 6) AS sum_last_digit
    FROM added AS a
    JOIN published_figure AS p USING (observation_id)
),
-- How many provinces have the status that the total counts; not asked where that of some is unknown and may fit.
counted AS (
    SELECT
        p.*, e.equation, count(DISTINCT s.area_code) FILTER (WHERE s.status = e.counted_status) AS total,
        bool_or(s.is_sample) AS is_sample_part, 0 AS own_count, 0 AS sum_tolerance, 0 AS sum_last_digit,
        any_value(e.counted_indicator) || '=' || any_value(e.counted_status) AS summands
    FROM published_figure AS p
    JOIN equation_fact AS e ON e.total = p.indicator_code AND e.counted_indicator IS NOT NULL
    JOIN published_figure AS s
        ON s.indicator_code = e.counted_indicator AND s.scope = p.scope AND s.period_start = p.period_start
        AND s.period_end = p.period_end AND s.area_level = 'province' AND s.is_accepted
    WHERE p.is_accepted AND p.area_level = 'national' AND p.qualifier = 'exact'
    GROUP BY ALL
    HAVING count(DISTINCT s.area_code) >= p.provinces_expected OR total > p.value
),
judged AS (
    SELECT
        *,
        CASE
            WHEN abs(round(total - value, 6)) <= sum_tolerance THEN 'reconciled'
            WHEN NOT kind IN ('count_stock', 'count_flow') AND abs(round(total - value, 6)) <= sum_last_digit THEN 'rounding'
            WHEN own_count > 0 THEN 'difference'
            ELSE 'contradiction_within_source'
        END AS outcome
    FROM (FROM summed UNION ALL BY NAME FROM counted)
)
SELECT
    observation_id,
    'parts' AS comparison,
    'equation ' || equation AS compared_with,
    outcome,
    CASE WHEN own_count > 0 THEN 'with_own' END AS detail,
    total AS own_value,
    is_sample_part AS own_is_sample,
    sum_tolerance AS tolerance,
    outcome = 'reconciled' AS is_reconciled,
    summands
FROM judged

-- Each published figure against our own of the same indicator, area, scope, period and basis. Where there is none, or
-- another value: whether a figure of our own on another basis, of the neighbouring month, or under the same name
-- equals it; else the nearest there is. A sample, or a nation compiled of some provinces only, contradicts nobody.
CREATE OR REPLACE TEMP VIEW against_own AS
WITH same AS (
    SELECT * FROM own_candidate WHERE is_same_figure
),
equal_elsewhere AS (
    SELECT *
    FROM own_candidate
    WHERE is_equal AND is_evidence AND value IS NOT NULL
        AND differs_in IN ('period_basis', 'accumulates_from', 'month_or_quarter', 'neighbour_month', 'scope')
    QUALIFY row_number() OVER (
        PARTITION BY observation_id
        ORDER BY is_sample,
            list_position(['period_basis', 'accumulates_from', 'month_or_quarter', 'neighbour_month', 'scope'], differs_in),
            months_apart, period_start
    ) = 1
),
-- Where the figure grows, one as of a day between two of ours lies between them.
between_days AS (
    SELECT
        p.observation_id,
        arg_max(c.value, c.as_of) FILTER (WHERE c.is_before) AS lower_value,
        arg_min(c.value, c.as_of) FILTER (WHERE c.is_after) AS upper_value,
        max(c.as_of) FILTER (WHERE c.is_before) AS lower_day,
        min(c.as_of) FILTER (WHERE c.is_after) AS upper_day,
        bool_or(c.is_sample) AS is_sample
    FROM published_figure AS p
    JOIN own_candidate AS c USING (observation_id)
    WHERE p.non_decreasing <> 'never' AND c.is_evidence AND c.is_same_scope AND c.is_same_start AND c.is_same_basis
        AND (c.is_before OR c.is_after) AND c.months_apart <= 1
        AND (p.kind = 'count_stock' OR p.accumulates_from IS NOT NULL)
    GROUP BY p.observation_id, p.value
    HAVING lower_value <= p.value AND p.value <= upper_value
),
nearest AS (
    SELECT *
    FROM own_candidate
    WHERE NOT is_same_figure
    QUALIFY row_number() OVER (
        PARTITION BY observation_id
        ORDER BY is_same_scope DESC, is_same_period DESC, months_apart, is_sample, is_same_basis DESC, period_start
    ) = 1
),
judged AS (
    SELECT
        p.*,
        same, elsewhere, named, days, nearest,
        CASE
            WHEN same.is_equal THEN 'reconciled'
            WHEN is_rounding(same.value, p.value, p.qualifier, p.last_digit) THEN 'rounding'
            WHEN elsewhere.observation_id IS NOT NULL THEN 'other_basis'
            WHEN named.observation_id IS NOT NULL THEN
                CASE WHEN p.kind = 'rate' THEN 'other_denominator' ELSE 'other_basis' END
            WHEN days.observation_id IS NOT NULL THEN 'other_basis'
            WHEN same.observation_id IS NULL OR (same.is_sample AND NOT p.is_sample) THEN 'no_own_figure'
            WHEN same.provinces_reported < same.provinces_expected THEN 'no_own_figure'
            ELSE 'difference'
        END AS outcome
    FROM published_figure AS p
    LEFT JOIN same USING (observation_id)
    LEFT JOIN equal_elsewhere AS elsewhere USING (observation_id)
    LEFT JOIN other_name AS named USING (observation_id)
    LEFT JOIN between_days AS days USING (observation_id)
    LEFT JOIN nearest USING (observation_id)
),
detailed AS (
    SELECT
        *,
        CASE
            WHEN outcome = 'rounding' AND is_cut_off(same.value, value, last_digit) THEN 'cut_off'
            WHEN outcome IN ('other_basis', 'other_denominator') THEN
                CASE
                    WHEN elsewhere.observation_id IS NOT NULL THEN elsewhere.differs_in
                    WHEN named.observation_id IS NOT NULL THEN named.role
                    ELSE 'as_of'
                END
            WHEN outcome = 'no_own_figure' THEN
                CASE
                    WHEN same.is_sample AND NOT is_sample THEN 'only_sample'
                    WHEN same.observation_id IS NOT NULL THEN 'incomplete'
                    WHEN nearest.observation_id IS NOT NULL THEN nearest.differs_in
                    ELSE 'nothing'
                END
        END AS detail,
        -- The figure of ours that the row shows or speaks of.
        CASE
            WHEN same.observation_id IS NOT NULL THEN 'same'
            WHEN elsewhere.observation_id IS NOT NULL THEN 'elsewhere'
            WHEN named.observation_id IS NOT NULL THEN 'named'
            ELSE 'none'
        END AS shown
    FROM judged
)
SELECT
    observation_id,
    'own_figure' AS comparison,
    indicator_code AS compared_with,
    outcome,
    detail,
    CASE shown WHEN 'same' THEN same.value WHEN 'elsewhere' THEN elsewhere.value WHEN 'named' THEN named.value END AS own_value,
    same.status AS own_status,
    same.observation_id IS NOT NULL AS has_same,
    CASE shown
        WHEN 'same' THEN same.is_sample
        WHEN 'elsewhere' THEN elsewhere.is_sample
        WHEN 'named' THEN named.is_sample
        ELSE days.is_sample
    END AS own_is_sample,
    tolerance,
    CASE WHEN outcome <> 'no_own_figure' OR detail = 'incomplete' THEN outcome = 'reconciled' END AS is_reconciled,
    same.provinces_reported AS known_count,
    same.provinces_expected AS expected_count,
    days.lower_value AS lower_value,
    days.upper_value AS upper_value,
    days.lower_day AS lower_day,
    days.upper_day AS upper_day,
    -- What explains it, or is nearest to it.
    CASE
        WHEN elsewhere.observation_id IS NOT NULL THEN elsewhere.value
        WHEN named.observation_id IS NOT NULL THEN named.value
        ELSE nearest.value
    END AS other_value,
    coalesce(named.other_code, indicator_code) AS other_code,
    coalesce(elsewhere.scope, named.scope, nearest.scope) AS other_scope,
    coalesce(elsewhere.period_start, named.period_start, nearest.period_start) AS other_period_start,
    coalesce(elsewhere.period_end, named.period_end, nearest.period_end) AS other_period_end,
    coalesce(elsewhere.period_basis, named.period_basis, nearest.period_basis) AS other_period_basis,
    CASE
        WHEN elsewhere.observation_id IS NOT NULL THEN elsewhere.accumulates_from
        WHEN named.observation_id IS NOT NULL THEN named.accumulates_from
        ELSE nearest.accumulates_from
    END AS other_accumulates_from,
    coalesce(elsewhere.is_sample, named.is_sample, nearest.is_sample) AS other_is_sample
FROM detailed
-- A rank that is recomputed from what it ranks needs no figure of our own.
WHERE NOT (ranks IS NOT NULL AND outcome = 'no_own_figure' AND observation_id IN (SELECT observation_id FROM against_rank))

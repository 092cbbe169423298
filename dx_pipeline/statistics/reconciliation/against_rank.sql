-- A published rank against the rank that the values of the ranked indicator give: competition rank (1, 2, 2, 4) by the
-- indicator's direction, values equal to six decimals tied. A rank within its tie is right. Where the value of some
-- provinces is unknown, the rank can only be bounded.
CREATE OR REPLACE TEMP VIEW against_rank AS
WITH valued AS (
    SELECT o.*, i.direction
    FROM core.accepted_observation AS o
    JOIN comparison_fact AS i USING (indicator_code)
    LEFT JOIN indicator_source_fact AS s
        ON s.indicator_code = o.indicator_code AND s.source_code = o.source_code
    WHERE o.area_level = 'province' AND o.value IS NOT NULL AND o.qualifier IN ('exact', 'approx')
        AND o.indicator_code IN (SELECT ranks FROM published_figure)
    QUALIFY row_number() OVER (
        PARTITION BY
            o.area_code, o.indicator_code, o.scope, o.period_start, o.period_end, o.period_basis, o.accumulates_from
        ORDER BY o.is_sample, coalesce(s.precedence, 1000), o.vintage_at DESC, o.observation_id
    ) = 1
),
placed AS (
    SELECT
        *,
        CASE direction
            WHEN 'lower' THEN rank() OVER (peers ORDER BY round(value, 6))
            ELSE rank() OVER (peers ORDER BY round(value, 6) DESC)
        END AS place,
        count(*) OVER (
            PARTITION BY
                indicator_code, scope, period_start, period_end, period_basis, accumulates_from, round(value, 6)
        ) - 1 AS tied_count,
        count(*) OVER peers AS known_count,
        bool_or(is_sample) OVER peers AS has_sample
    FROM valued
    WINDOW peers AS (PARTITION BY indicator_code, scope, period_start, period_end, period_basis, accumulates_from)
),
ranked AS (
    SELECT
        p.*, r.place AS rank_place, r.tied_count, r.known_count, r.has_sample, r.value AS ranked_value,
        greatest(p.provinces_expected, r.known_count) AS expected_count
    FROM published_figure AS p
    JOIN placed AS r
        ON r.indicator_code = p.ranks AND r.area_code = p.area_code AND r.scope = p.scope
        AND r.period_start = p.period_start AND r.period_end = p.period_end AND r.period_basis = p.period_basis
    WHERE p.kind = 'rank' AND p.ranks IS NOT NULL
    QUALIFY row_number() OVER (
        PARTITION BY p.observation_id
        ORDER BY r.accumulates_from IS NOT DISTINCT FROM p.accumulates_from DESC, r.known_count DESC,
            r.accumulates_from
    ) = 1
),
bounded AS (
    SELECT *, rank_place + tied_count AS last_of_tie, rank_place + tied_count + expected_count - known_count AS last_place
    FROM ranked
),
judged AS (
    SELECT
        *,
        CASE
            WHEN value BETWEEN rank_place AND last_of_tie AND known_count >= expected_count THEN 'reconciled'
            WHEN value BETWEEN rank_place AND last_place THEN 'no_own_figure'
            WHEN has_sample AND NOT is_sample THEN 'no_own_figure'
            ELSE 'contradiction_within_source'
        END AS outcome
    FROM bounded
)
SELECT
    observation_id,
    'recomputed_rank' AS comparison,
    ranks AS compared_with,
    outcome,
    CASE
        WHEN outcome = 'no_own_figure' AND NOT value BETWEEN rank_place AND last_place THEN 'only_sample'
        WHEN outcome = 'no_own_figure' THEN 'bounded'
        WHEN tied_count > 0 THEN 'tied'
    END AS detail,
    CAST(rank_place AS DOUBLE) AS own_value,
    has_sample AS own_is_sample,
    0 AS tolerance,
    CASE WHEN outcome <> 'no_own_figure' THEN outcome = 'reconciled' END AS is_reconciled,
    known_count,
    expected_count,
    ranked_value AS other_value,
    CAST(rank_place AS DOUBLE) AS lower_value,
    CAST(CASE WHEN detail = 'bounded' THEN last_place ELSE last_of_tie END AS DOUBLE) AS upper_value
FROM judged

-- Our own figures as they came: what provinces and registers sent, and the nation compiled of them; of several for one
-- key the one that decides in the mart. This is the only place that says which figures are our own. Provinces are
-- those that existed in the month (63 before the merger, 34 from then): observations carry the codes of their day.
CREATE OR REPLACE TEMP TABLE own_reported AS
WITH wanted AS (
    SELECT DISTINCT unnest([p.indicator_code, i.change_of, i.numerator_code, n.other_code]) AS indicator_code
    FROM published_figure AS p
    JOIN comparison_fact AS i USING (indicator_code)
    LEFT JOIN other_name_fact AS n ON n.indicator_code = p.indicator_code
    UNION
    SELECT e.part FROM published_figure AS p JOIN equation_fact AS e ON e.total = p.indicator_code
),
observed AS (
    SELECT
        o.indicator_code, o.area_code, o.scope, o.period_start, o.period_end, o.period_basis, o.accumulates_from,
        o.as_of, o.value, o.status, o.numerator, o.denominator, o.is_sample, 1 AS preference,
        coalesce(s.precedence, 1000) AS precedence, o.vintage_at, o.observation_id
    FROM core.accepted_observation AS o
    JOIN reconciled_source AS src ON src.source_code = o.source_code
    LEFT JOIN indicator_source_fact AS s
        ON s.indicator_code = o.indicator_code AND s.source_code = o.source_code
    WHERE o.indicator_code IN (FROM wanted)
        AND (o.value IS NOT NULL OR o.status IS NOT NULL)
        AND NOT src.is_publication
        AND (o.area_level = 'province' OR (o.area_level = 'national' AND src.is_register))
),
nation AS (
    SELECT
        indicator_code, 'VN' AS area_code, scope, period_start, period_end, period_basis, accumulates_from, as_of,
        value, numerator, denominator, is_sample, 2 AS preference, provinces_reported, provinces_expected
    FROM compiled_national
    WHERE indicator_code IN (FROM wanted)
)
SELECT * EXCLUDE (preference, precedence, vintage_at, observation_id)
FROM (FROM observed UNION ALL BY NAME FROM nation)
QUALIFY row_number() OVER (
    PARTITION BY indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from
    ORDER BY is_sample, preference, precedence, vintage_at DESC, observation_id
) = 1

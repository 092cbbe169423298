-- Our own figures: what provinces and registers sent, the nation compiled of them, the quarters, and the changes on
-- the month before. Of several for one key the one that decides in the mart. This is the only place that says which
-- figures are our own: provinces are those that existed in the month (63 before the merger, 34 from then), because
-- observations carry the codes of their day.
CREATE OR REPLACE TEMP TABLE own_figure AS
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
    UNION ALL BY NAME
    SELECT
        indicator_code, 'VN' AS area_code, scope, period_start, period_end, period_basis, accumulates_from, as_of,
        value, numerator, denominator, is_sample, 3 AS preference, provinces_reported, provinces_expected
    FROM mart.national_quarterly
    WHERE indicator_code IN (FROM wanted) AND rule <> 'as_reported'
),
quarters AS (
    SELECT
        indicator_code, province_code AS area_code, scope, period_start, period_end, period_basis, accumulates_from,
        as_of, value, status, numerator, denominator, is_sample, 3 AS preference
    FROM mart.province_quarterly
    WHERE indicator_code IN (FROM wanted)
        AND NOT EXISTS (
            FROM reconciled_source AS src
            WHERE src.is_publication AND list_contains(string_split(mart.province_quarterly.source_code, '+'), src.source_code)
        )
),
level AS (
    SELECT *
    FROM (FROM observed UNION ALL BY NAME FROM nation UNION ALL BY NAME FROM quarters)
    QUALIFY row_number() OVER (
        PARTITION BY
            indicator_code, area_code, scope, period_start, period_end, period_basis, accumulates_from
        ORDER BY is_sample, preference, precedence, vintage_at DESC, observation_id
    ) = 1
),
change AS (
    SELECT
        i.indicator_code, now.area_code, now.scope, now.period_start, now.period_end, now.period_basis,
        now.accumulates_from, now.as_of,
        CASE i.unit
            WHEN 'percentage_points' THEN now.value - before.value
            ELSE 100 * (now.value - before.value) / nullif(before.value, 0)
        END AS value,
        now.is_sample OR before.is_sample AS is_sample,
        now.provinces_reported, now.provinces_expected
    FROM comparison_fact AS i
    JOIN level AS now ON now.indicator_code = i.change_of
    JOIN level AS before
        ON before.indicator_code = now.indicator_code
        AND before.area_code = now.area_code
        AND before.scope = now.scope
        AND before.period_basis = now.period_basis
        AND before.accumulates_from IS NOT DISTINCT FROM now.accumulates_from
        AND CAST(before.period_start + INTERVAL 1 MONTH AS DATE) = now.period_start
        AND last_day(before.period_start) = before.period_end
    WHERE last_day(now.period_start) = now.period_end
        AND (now.area_code = 'VN' OR before.period_start >= $merger OR now.period_start < $merger)
)
SELECT * EXCLUDE (preference, precedence, vintage_at, observation_id)
FROM (FROM level UNION ALL BY NAME FROM change)
WHERE value IS NOT NULL OR status IS NOT NULL

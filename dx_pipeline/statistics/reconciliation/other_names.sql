-- Own figures that a published one may really be: another indicator of the same name, and our numerator over another
-- denominator that publications use; only where the published figure equals them.
CREATE OR REPLACE TEMP VIEW other_name AS
WITH renamed AS (
    SELECT
        p.observation_id, n.other_code, n.role, o.value, o.is_sample, o.scope, o.period_start, o.period_end,
        o.period_basis, o.accumulates_from, o.as_of
    FROM published_figure AS p
    JOIN other_name_fact AS n ON n.indicator_code = p.indicator_code AND n.role = 'same_name'
    JOIN own_figure AS o
        ON o.indicator_code = n.other_code AND o.area_code = p.area_code AND o.scope = p.scope
        AND o.period_start = p.period_start AND o.period_end = p.period_end
),
counted AS (
    SELECT observation_id, numerator
    FROM own_candidate
    WHERE is_same_figure AND numerator IS NOT NULL
    UNION
    SELECT p.observation_id, o.value
    FROM published_figure AS p
    JOIN own_figure AS o
        ON o.indicator_code = p.numerator_code AND o.area_code = p.area_code AND o.scope = p.scope
        AND o.period_start = p.period_start AND o.period_end = p.period_end
    UNION
    SELECT observation_id, numerator
    FROM published_figure
    WHERE numerator IS NOT NULL
),
divided AS (
    SELECT
        p.observation_id, n.other_code, n.role, 100 * c.numerator / d.value AS value, d.is_sample, d.scope,
        d.period_start, d.period_end, d.period_basis, d.accumulates_from, d.as_of
    FROM published_figure AS p
    JOIN other_name_fact AS n ON n.indicator_code = p.indicator_code AND n.role = 'denominator'
    JOIN counted AS c USING (observation_id)
    JOIN own_figure AS d
        ON d.indicator_code = n.other_code AND d.area_code = p.area_code AND d.scope = p.scope
        AND d.period_start = p.period_start AND d.period_end = p.period_end
    WHERE d.value > 0
)
SELECT found.*
FROM (FROM renamed UNION ALL BY NAME FROM divided) AS found
JOIN published_figure AS p USING (observation_id)
WHERE holds(found.value, p.value, p.qualifier, p.tolerance)
    AND p.qualifier IN ('exact', 'approx') AND (p.is_sample OR NOT found.is_sample)
QUALIFY row_number() OVER (
    PARTITION BY observation_id
    ORDER BY found.is_sample, found.period_basis = p.period_basis DESC,
        found.accumulates_from IS NOT DISTINCT FROM p.accumulates_from DESC, found.role, found.other_code
) = 1

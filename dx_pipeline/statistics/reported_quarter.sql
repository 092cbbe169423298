-- Figures that were reported for a whole quarter, one per area, indicator and scope, chosen as months are.
CREATE OR REPLACE TEMP VIEW reported_quarter AS
SELECT o.*, o.area_code AS province_code, i.target
FROM core.accepted_observation AS o
JOIN indicator_fact AS i USING (indicator_code)
LEFT JOIN indicator_source_fact AS s
    ON s.indicator_code = o.indicator_code AND s.source_code = o.source_code
WHERE o.area_level IN ('province', 'national')
    AND o.period_end = last_day(CAST(o.period_start + INTERVAL 2 MONTH AS DATE))
QUALIFY row_number() OVER (
    PARTITION BY
        o.area_level, o.area_code, o.indicator_code, o.scope, o.period_start, o.period_basis, o.accumulates_from
    ORDER BY o.is_sample, coalesce(s.precedence, 1000), o.vintage_at DESC, o.observation_id
) = 1

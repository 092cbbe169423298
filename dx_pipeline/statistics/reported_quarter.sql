-- Figures that were reported for a whole quarter, one per area, indicator and scope, chosen as months are.
CREATE OR REPLACE TEMP VIEW reported_quarter AS
SELECT *, area_code AS province_code
FROM accepted_figure
WHERE area_level IN ('province', 'national')
    AND period_end = last_day(CAST(period_start + INTERVAL 2 MONTH AS DATE))
QUALIFY row_number() OVER (
    PARTITION BY area_level, area_code, indicator_code, scope, period_start, period_basis, accumulates_from
    ORDER BY is_sample, precedence, vintage_at DESC, observation_id
) = 1

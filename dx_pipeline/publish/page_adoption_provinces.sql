-- Adoption per province in the latest month that has any, with rank among the provinces that have a figure.
SELECT
    a.period_start,
    a.area_code,
    d.name_vi,
    a.adoption_pct,
    a.adoption_change_pp,
    rank() OVER (ORDER BY round(a.adoption_pct, 6) DESC) AS rank,
    a.is_sample,
    a.comparison_is_sample,
    m.source_code,
    m.source_url
FROM mart.digital_signature_adoption AS a
LEFT JOIN mart.dim_area AS d
    ON d.area_code = a.area_code
    AND d.area_level = 'province'
    AND coalesce(d.valid_from <= a.period_start, true)
    AND coalesce(a.period_start <= d.valid_to, true)
LEFT JOIN (
    SELECT DISTINCT ON (province_code, period_start) province_code, period_start, source_code, source_url
    FROM mart.province_monthly
    WHERE indicator_code = 'DSIG_ADULT_RATE' AND scope = 'all'
    ORDER BY province_code, period_start, accumulates_from NULLS FIRST
) AS m
    ON m.province_code = a.area_code AND m.period_start = a.period_start
WHERE a.period_type = 'month' AND a.area_level = 'province' AND a.adoption_pct IS NOT NULL
    AND a.period_start = (
        SELECT max(period_start)
        FROM mart.digital_signature_adoption
        WHERE period_type = 'month' AND area_level = 'province' AND adoption_pct IS NOT NULL
    )
ORDER BY rank, a.area_code

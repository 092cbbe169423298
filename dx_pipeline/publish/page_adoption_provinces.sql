-- Adoption per province, by today's 34, in the latest month that has any, with rank among the provinces that have a
-- figure. In a month before the merger these are built from their predecessors, where that could be done.
SELECT
    a.period_start,
    a.area_code,
    d.name_vi,
    a.adoption_pct,
    a.adoption_change_pp,
    rank() OVER (ORDER BY round(a.adoption_pct, 6) DESC) AS rank,
    a.is_sample,
    a.comparison_is_sample,
    coalesce(a.is_built, false) AS is_built,
    coalesce(a.comparison_is_built, false) AS comparison_is_built,
    m.source_code,
    m.source_url
FROM mart.digital_signature_adoption AS a
LEFT JOIN (
    SELECT DISTINCT geography, area_code, name_vi FROM mart.dim_area WHERE area_level = 'province'
) AS d USING (geography, area_code)
LEFT JOIN (
    SELECT DISTINCT ON (geography, province_code, period_start)
        geography, province_code AS area_code, period_start, source_code, source_url
    FROM mart.province_monthly
    WHERE indicator_code = 'DSIG_ADULT_RATE' AND scope = 'all' AND period_basis = 'calendar'
    ORDER BY geography, province_code, period_start, accumulates_from NULLS FIRST
) AS m USING (geography, area_code, period_start)
WHERE a.period_type = 'month' AND a.area_level = 'province' AND a.geography = '34' AND a.adoption_pct IS NOT NULL
    AND a.period_start = (
        SELECT max(period_start)
        FROM mart.digital_signature_adoption
        WHERE period_type = 'month' AND area_level = 'province' AND geography = '34' AND adoption_pct IS NOT NULL
    )
ORDER BY rank, a.area_code

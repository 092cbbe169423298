-- The latest national figure of each headline indicator; a plain figure before a cumulative one.
SELECT
    n.indicator_code, i.name_vi, i.name_en, i.kind, i.unit_vi, n.period_start, n.period_basis, n.accumulates_from,
    n.value, n.status, n.qualifier, n.change_pp, n.change_pct, n.is_sample, n.comparison_is_sample,
    n.provinces_reported, n.provinces_expected, n.rule, n.source_code, n.source_title, n.source_url, n.target
FROM mart.national_monthly AS n
JOIN mart.dim_indicator AS i USING (indicator_code)
WHERE n.indicator_code = ANY($codes) AND n.scope = 'all' AND n.value IS NOT NULL
QUALIFY row_number() OVER (
    PARTITION BY n.indicator_code
    ORDER BY n.period_start DESC, n.period_basis, n.accumulates_from IS NOT NULL, n.accumulates_from DESC
) = 1
ORDER BY list_position($codes, n.indicator_code)

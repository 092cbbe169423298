-- Published national figures of headline indicators beside our own.
SELECT
    r.period_start, i.name_vi, i.name_en, i.kind, r.published_value, r.own_value, r.difference, r.tolerance,
    r.is_reconciled, r.own_is_sample, r.published_source_title, r.published_source_url
FROM mart.reconciliation AS r
JOIN mart.dim_indicator AS i USING (indicator_code)
WHERE r.area_code = 'VN' AND r.indicator_code = ANY($codes) AND r.scope = 'all'
ORDER BY r.period_start DESC, r.indicator_code, r.published_locator
LIMIT 20

-- Published rates that cannot be true.
WITH rate AS (
    SELECT 'mart.province_monthly' AS table_name, indicator_code, period_start, value FROM mart.province_monthly
    UNION ALL
    SELECT 'mart.national_monthly', indicator_code, period_start, value FROM mart.national_monthly
    UNION ALL
    SELECT 'mart.province_quarterly', indicator_code, period_start, value FROM mart.province_quarterly
    UNION ALL
    SELECT 'mart.national_quarterly', indicator_code, period_start, value FROM mart.national_quarterly
)
SELECT table_name, indicator_code AS subject, period_start, value
FROM rate
JOIN mart.dim_indicator USING (indicator_code)
WHERE kind = 'rate' AND NOT value BETWEEN 0 AND 100
UNION ALL
SELECT 'mart.digital_signature_adoption', area_code, period_start, adoption_pct
FROM mart.digital_signature_adoption
WHERE NOT adoption_pct BETWEEN 0 AND 100
ORDER BY ALL
LIMIT 1

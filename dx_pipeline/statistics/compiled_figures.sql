-- The compiled figures of all four long tables, one row each, as {table}.
CREATE OR REPLACE TEMP TABLE {table} AS
SELECT
    'province_monthly' AS table_name, geography, province_code AS area_code, indicator_code, scope, period_start,
    period_basis, accumulates_from, value, status
FROM mart.province_monthly
UNION ALL
SELECT
    'province_quarterly', geography, province_code, indicator_code, scope, period_start, period_basis,
    accumulates_from, value, status
FROM mart.province_quarterly
UNION ALL
SELECT
    'national_monthly', NULL, 'VN', indicator_code, scope, period_start, period_basis, accumulates_from, value, status
FROM mart.national_monthly
UNION ALL
SELECT
    'national_quarterly', NULL, 'VN', indicator_code, scope, period_start, period_basis, accumulates_from, value,
    status
FROM mart.national_quarterly

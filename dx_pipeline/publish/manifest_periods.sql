-- First and last month and quarter with figures.
SELECT 'months' AS name, min(period_start) AS first, max(period_start) AS last, count(DISTINCT period_start) AS count
FROM (SELECT period_start FROM mart.province_monthly UNION ALL SELECT period_start FROM mart.national_monthly)
UNION ALL
SELECT 'quarters' AS name, min(period_start), max(period_start), count(DISTINCT period_start)
FROM (SELECT period_start FROM mart.province_quarterly UNION ALL SELECT period_start FROM mart.national_quarterly)

-- The first and the last month that any figure is filed under.
SELECT min(period_start), max(period_start)
FROM (
    SELECT period_start FROM core.accepted_observation
    UNION ALL
    SELECT period_start FROM mart.province_monthly
    UNION ALL
    SELECT period_start FROM mart.national_monthly
)

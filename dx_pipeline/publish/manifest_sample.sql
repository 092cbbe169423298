-- Whether any published figure rests on sample data.
SELECT coalesce(bool_or(is_sample), false) AS is_sample
FROM (SELECT is_sample FROM mart.province_monthly UNION ALL SELECT is_sample FROM mart.national_monthly)

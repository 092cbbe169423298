-- Every month that has figures in force, to be compiled again; their quarters follow from them.
INSERT INTO core.touched_month (period_start)
SELECT DISTINCT CAST(date_trunc('month', period_start) AS DATE)
FROM core.observation
WHERE is_latest
EXCEPT
SELECT period_start FROM core.touched_month

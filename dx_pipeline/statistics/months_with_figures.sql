-- The months that figures in force are filed under.
SELECT DISTINCT CAST(date_trunc('month', period_start) AS DATE) AS month
FROM core.accepted_observation
ORDER BY month

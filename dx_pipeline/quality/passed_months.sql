-- Months that have passed the gate are no longer refused ones.
DELETE FROM core.refused_month WHERE period_start IN (SELECT CAST(period_start AS DATE) FROM judged)

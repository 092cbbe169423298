-- How the checks went, per month and severity.
SELECT
    period_start,
    severity,
    CAST(sum(failed_count) AS BIGINT) AS failed,
    CAST(sum(could_not_run_count) AS BIGINT) AS could_not_run
FROM mart.check_summary
GROUP BY period_start, severity
ORDER BY period_start, severity

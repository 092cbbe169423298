-- How many provinces sent what, in the latest three months that have files.
SELECT
    period_start,
    source_code,
    count(*) AS expected,
    count(*) FILTER (WHERE status = 'accepted') AS accepted,
    count(*) FILTER (WHERE status = 'partly_accepted') AS partly_accepted,
    count(*) FILTER (WHERE status = 'rejected') AS rejected,
    count(*) FILTER (WHERE status = 'missing') AS missing,
    bool_or(is_sample) AS is_sample
FROM mart.submission_status
GROUP BY period_start, source_code
HAVING missing < expected
QUALIFY dense_rank() OVER (ORDER BY period_start DESC) <= 3
ORDER BY period_start DESC, source_code

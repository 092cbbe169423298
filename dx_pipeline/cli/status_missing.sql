-- Provinces whose submission has not been accepted.
SELECT strftime(period_start, '%Y-%m'), source_code,
       count(*) FILTER (WHERE status = 'missing'),
       CASE WHEN bool_and(status = 'missing') THEN 'all: nothing of this source has arrived'
            ELSE string_agg(province_code, ' ' ORDER BY province_code) FILTER (WHERE status = 'missing') END
FROM mart.submission_status
WHERE $month IS NULL OR period_start = $month
GROUP BY period_start, source_code
HAVING bool_or(status = 'missing')
ORDER BY 1, 2

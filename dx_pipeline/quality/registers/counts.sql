-- What the row rules counted in the loads of those months, by province; 'rows' are all rows and the rejected ones.
SELECT
    source_code, period_start, file_sha256, vintage_at, coalesce(area_code, '') AS province_code, rule,
    evaluated_count, failed_count, first_lines, example
FROM core.register_check
WHERE list_contains($months, period_start)
   OR list_contains($others, period_start)
   OR list_contains($before, period_start)

-- Every load of a large register in the judged months and, for their volume, in the months before them ($before).
SELECT
    source_code,
    period_start,
    coalesce(area_code, 'VN') AS area_code,
    file_sha256,
    file_name,
    vintage_at,
    rejects_file,
    line_count,
    row_count,
    rejected_count,
    coalesce(is_sample, false) AS is_sample,
    verdict,
    coalesce(is_latest, false) AS is_latest,
    list_contains($superseded, file_sha256) AS is_superseded,
    list_contains($months, period_start) AS is_requested,
    list_contains($months, period_start) OR list_contains($others, period_start) AS is_in_scope
FROM core.register_partition
WHERE list_contains($months, period_start)
   OR list_contains($others, period_start)
   OR list_contains($before, period_start)
ORDER BY source_code, area_code, period_start, vintage_at, file_sha256

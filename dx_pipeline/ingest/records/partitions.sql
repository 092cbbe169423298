-- The newest load of each month and area that is in force or, unless only those are asked for, waits to be judged.
SELECT period_start, area_code, file_sha256, file_name, vintage_at, rows_file, rejects_file
FROM core.register_partition
WHERE source_code = $source_code AND (is_latest OR (verdict IS NULL AND NOT $in_force_only))
QUALIFY row_number() OVER (PARTITION BY period_start, area_code ORDER BY vintage_at DESC) = 1
ORDER BY period_start, area_code

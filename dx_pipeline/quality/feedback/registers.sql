-- The newest load of each asked file of a register: a month is loaded again when the rows it repeated have gone.
SELECT file_sha256, vintage_at, line_count, row_count, rejected_count, rejects_file, verdict,
       coalesce(is_latest, false) AS is_latest
FROM core.register_partition
WHERE list_contains($shas, file_sha256)
QUALIFY row_number() OVER (PARTITION BY file_sha256 ORDER BY vintage_at DESC) = 1

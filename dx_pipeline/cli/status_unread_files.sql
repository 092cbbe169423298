-- Files rejected as a whole that nothing has taken the place of; those without a readable period always show.
SELECT 'files_readable', origin, strftime(received_at, '%Y-%m-%d %H:%M'), reason_vi
FROM raw.received_file AS file
WHERE status = 'rejected'
  AND ($month IS NULL OR period_start IS NULL OR $month BETWEEN period_start AND period_end)
  AND NOT EXISTS (
      SELECT 1 FROM raw.received_file AS newer
      WHERE newer.supersedes = file.file_sha256 AND newer.received_at > file.received_at
  )
ORDER BY received_at, origin

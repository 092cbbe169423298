-- The files whose place a readable file took and that did not come back afterwards.
SELECT DISTINCT replaced.file_sha256
FROM (SELECT file_sha256, max(received_at) AS received_at FROM raw.received_file GROUP BY file_sha256) AS replaced
JOIN raw.received_file AS newer
  ON newer.supersedes = replaced.file_sha256 AND newer.received_at > replaced.received_at
WHERE newer.status <> 'rejected'

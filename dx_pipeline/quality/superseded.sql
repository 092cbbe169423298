-- The files whose place a readable file took and that did not come back afterwards, and when it was taken.
SELECT replaced.file_sha256, min(newer.received_at) AS superseded_at
FROM (SELECT file_sha256, max(received_at) AS received_at FROM raw.received_file GROUP BY file_sha256) AS replaced
JOIN raw.received_file AS newer
  ON newer.supersedes = replaced.file_sha256 AND newer.received_at > replaced.received_at
-- A newer file of restatements keeps the entries that have been applied.
WHERE newer.status <> 'rejected' AND newer.source_code IS DISTINCT FROM 'restatement'
GROUP BY replaced.file_sha256

-- The unread cells of the judged months whose file nothing has superseded.
SELECT *, list_contains($months, period_start) AS is_requested
FROM core.unread_cell
WHERE (list_contains($months, period_start) OR list_contains($others, period_start))
  AND NOT list_contains($superseded, file_sha256)
ORDER BY period_start, source_code, file_name, locator, cell_id

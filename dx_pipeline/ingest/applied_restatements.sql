-- Applied entries of the file's earlier versions that the new version no longer has as they were.
SELECT locator, concat(indicator_code, ' ', area_code, ' ', strftime(period_start, '%Y-%m'))
FROM core.restatement
WHERE file_name = $origin AND status = 'applied' AND NOT list_contains($kept, restatement_id)
ORDER BY restatement_id

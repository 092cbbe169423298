-- Who accepted exactly this difference, the latest first.
SELECT approved_by, approved_on, reason, file_name
FROM core.accepted_change
WHERE change_digest = $digest
ORDER BY received_at DESC NULLS LAST, file_name, locator
LIMIT 1

-- Entries of the file's earlier versions that the new version has changed or left out.
UPDATE core.restatement
SET status = 'replaced', message_vi = NULL, message_en = NULL
WHERE file_name = $origin AND status <> 'replaced' AND NOT list_contains($kept, restatement_id)

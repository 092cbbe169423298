-- What became of the restatements of the judged months.
UPDATE core.restatement AS kept
SET status = told.status, message_vi = told.message_vi, message_en = told.message_en
FROM (
    SELECT
        CAST(restatement_id AS VARCHAR) AS restatement_id,
        CAST(status AS VARCHAR) AS status,
        CAST(message_vi AS VARCHAR) AS message_vi,
        CAST(message_en AS VARCHAR) AS message_en
    FROM told
) AS told
WHERE kept.restatement_id = told.restatement_id

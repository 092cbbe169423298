-- The office's restatements that count, and whether the restated figure has been written already.
SELECT
    r.* EXCLUDE (status, message_vi, message_en),
    r.status AS known_status,
    r.message_en AS known_message,
    list_contains($months || $others, r.period_start) AS is_in_scope,
    o.observation_id IS NOT NULL AS is_written,
    o.vintage_at AS written_at
FROM core.restatement AS r
LEFT JOIN core.observation AS o ON r.action = 'restate' AND o.observation_id = r.observation_id
WHERE r.status <> 'replaced'
ORDER BY r.received_at, r.file_name, r.locator, r.restatement_id

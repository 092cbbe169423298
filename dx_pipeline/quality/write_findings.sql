-- What no longer stands is closed, never deleted; what stands is told with today's neighbours.
UPDATE quality.rejection
SET is_current = false
WHERE is_current
  AND period_start IN (SELECT CAST(period_start AS DATE) FROM judged_month)
  AND rejection_id NOT IN (SELECT CAST(rejection_id AS VARCHAR) FROM found);

UPDATE quality.rejection AS kept
SET message_vi = now.message_vi, message_en = now.message_en, is_current = now.is_current
FROM (
    SELECT
        CAST(rejection_id AS VARCHAR) AS rejection_id,
        CAST(message_vi AS VARCHAR) AS message_vi,
        CAST(message_en AS VARCHAR) AS message_en,
        CAST(is_current AS BOOLEAN) AS is_current
    FROM found
) AS now
WHERE kept.rejection_id = now.rejection_id
  AND (kept.message_vi, kept.message_en, kept.is_current)
      IS DISTINCT FROM (now.message_vi, now.message_en, now.is_current);

DELETE FROM quality.check_result
WHERE period_start IN (SELECT CAST(period_start AS DATE) FROM judged_month);

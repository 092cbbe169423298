-- What is told of the loads of registers: what stands against them, or what was said of those no longer in force.
WITH told AS (
    SELECT r.*, p.vintage_at, bool_or(r.is_current) OVER (PARTITION BY p.file_sha256, p.vintage_at) AS something_stands
    FROM quality.rejection AS r
    JOIN core.register_partition AS p
      ON (r.source_code, r.period_start, r.file_sha256, r.rejected_at)
       = (p.source_code, p.period_start, p.file_sha256, p.vintage_at)
    WHERE list_contains($shas, r.file_sha256) AND list_contains($rules, r.rule)
)
SELECT
    file_sha256, vintage_at, rejection_id AS mark_id, false AS is_cell, rule, severity, indicator_code, area_code, scope,
    period_start, raw_text, file_name, locator, message_vi, message_en
FROM told
WHERE is_current OR NOT something_stands

UPDATE core.register_partition AS kept
SET verdict = decided.verdict, is_latest = decided.is_latest
FROM (
    SELECT
        CAST(source_code AS VARCHAR) AS source_code,
        CAST(period_start AS DATE) AS period_start,
        CAST(file_sha256 AS VARCHAR) AS file_sha256,
        CAST(vintage_at AS TIMESTAMP) AS vintage_at,
        CAST(verdict AS VARCHAR) AS verdict,
        CAST(is_latest AS BOOLEAN) AS is_latest
    FROM changed_load
) AS decided
WHERE (kept.source_code, kept.period_start, kept.file_sha256, kept.vintage_at)
    = (decided.source_code, decided.period_start, decided.file_sha256, decided.vintage_at)

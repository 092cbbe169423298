-- The texts that repeat among the candidates, as one type: a million figures then come as numbers, not as texts.
CREATE OR REPLACE TEMP TYPE judged_word AS ENUM (
    WITH candidates AS MATERIALIZED (
        SELECT indicator_code, area_code, area_level, scope, period_basis, status, qualifier, source_code, source_url,
               method_version, file_sha256, file_name, locator, raw_text, note, revision_reason, verdict
        FROM core.observation
        WHERE list_contains($months, period_start)
           OR list_contains($others, period_start)
           OR (
               is_latest
               AND list_contains($compared, indicator_code)
               AND (accumulates_from IS NOT NULL OR NOT list_contains($accumulating, indicator_code))
           )
    )
    SELECT indicator_code FROM candidates WHERE indicator_code IS NOT NULL
    UNION
    SELECT area_code FROM candidates WHERE area_code IS NOT NULL
    UNION
    SELECT area_level FROM candidates WHERE area_level IS NOT NULL
    UNION
    SELECT scope FROM candidates WHERE scope IS NOT NULL
    UNION
    SELECT period_basis FROM candidates WHERE period_basis IS NOT NULL
    UNION
    SELECT status FROM candidates WHERE status IS NOT NULL
    UNION
    SELECT qualifier FROM candidates WHERE qualifier IS NOT NULL
    UNION
    SELECT source_code FROM candidates WHERE source_code IS NOT NULL
    UNION
    SELECT source_url FROM candidates WHERE source_url IS NOT NULL
    UNION
    SELECT method_version FROM candidates WHERE method_version IS NOT NULL
    UNION
    SELECT file_sha256 FROM candidates WHERE file_sha256 IS NOT NULL
    UNION
    SELECT file_name FROM candidates WHERE file_name IS NOT NULL
    UNION
    SELECT locator FROM candidates WHERE locator IS NOT NULL
    UNION
    SELECT raw_text FROM candidates WHERE raw_text IS NOT NULL
    UNION
    SELECT note FROM candidates WHERE note IS NOT NULL
    UNION
    SELECT revision_reason FROM candidates WHERE revision_reason IS NOT NULL
    UNION
    SELECT verdict FROM candidates WHERE verdict IS NOT NULL
)

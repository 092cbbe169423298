-- Every figure that may have a say in the judgement of the months in $months (requested) and $others:
-- what is in force, what was never judged (requested months only), what was rejected and is not of a file in $gone,
-- and, for the indicators whose months are compared, what is in force in any other month ($accumulating ones
-- only where they say since when: the plain flows of a register, 65,000 figures a month, are compared with nothing).
SELECT
    observation_id,
    CAST(indicator_code AS judged_word) AS indicator_code,
    CAST(area_code AS judged_word) AS area_code,
    CAST(area_level AS judged_word) AS area_level,
    CAST(scope AS judged_word) AS scope,
    period_start,
    period_end,
    CAST(period_basis AS judged_word) AS period_basis,
    accumulates_from,
    value,
    numerator,
    denominator,
    CAST(status AS judged_word) AS status,
    CAST(qualifier AS judged_word) AS qualifier,
    CAST(source_code AS judged_word) AS source_code,
    CAST(source_url AS judged_word) AS source_url,
    CAST(method_version AS judged_word) AS method_version,
    is_sample,
    CAST(file_sha256 AS judged_word) AS file_sha256,
    CAST(file_name AS judged_word) AS file_name,
    CAST(locator AS judged_word) AS locator,
    CAST(raw_text AS judged_word) AS raw_text,
    CAST(note AS judged_word) AS note,
    vintage_at,
    CAST(revision_reason AS judged_word) AS revision_reason,
    CAST(verdict AS judged_word) AS verdict,
    coalesce(is_latest, false) AS is_latest,
    list_contains($superseded, file_sha256) AS is_superseded,
    list_contains($months, period_start) AS is_requested,
    list_contains($months, period_start) OR list_contains($others, period_start) AS is_in_scope
FROM core.observation AS o
WHERE (
    list_contains($months, o.period_start)
    OR list_contains($others, o.period_start)
    OR (
        o.is_latest
        AND list_contains($compared, o.indicator_code)
        AND (o.accumulates_from IS NOT NULL OR NOT list_contains($accumulating, o.indicator_code))
    )
)
AND (
    o.is_latest
    OR (o.verdict IS NULL AND list_contains($months, o.period_start))
    OR (o.verdict = 'rejected' AND NOT list_contains($gone, o.file_sha256))
)

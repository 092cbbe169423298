-- The figures of the asked files and vintages, the first $most of each: a province's before its communes'. Those of
-- large registers are told of by their rows.
SELECT
    o.file_sha256, o.vintage_at, o.observation_id, o.indicator_code, o.area_code, o.scope, o.period_start,
    o.value, o.numerator, o.denominator, o.status, o.unit, o.qualifier, o.locator, o.raw_text, o.verdict
FROM core.observation AS o
WHERE list_contains($shas, o.file_sha256) AND NOT list_contains($registers, o.source_code)
QUALIFY row_number() OVER (
    PARTITION BY o.file_sha256, o.vintage_at
    ORDER BY o.area_level = 'commune', o.period_start, o.area_code, o.locator, o.observation_id
) <= $most

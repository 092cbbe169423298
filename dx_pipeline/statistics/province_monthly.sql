-- One figure per province, indicator, scope and month. A sample figure never displaces a real one; among
-- equals the catalogue's order of sources decides, then the vintage received last.
INSERT INTO mart.province_monthly BY NAME
SELECT
    o.period_start,
    o.period_end,
    o.period_basis,
    o.as_of,
    o.accumulates_from,
    o.area_code AS province_code,
    o.indicator_code,
    o.scope,
    o.unit,
    o.value,
    o.numerator,
    o.denominator,
    o.qualifier,
    o.status,
    i.target,
    o.is_sample,
    o.source_code,
    o.source_title,
    o.source_url,
    o.method_version,
    o.vintage_at,
    o.file_sha256,
    o.locator
FROM core.accepted_observation AS o
JOIN indicator_fact AS i USING (indicator_code)
LEFT JOIN indicator_source_fact AS s
    ON s.indicator_code = o.indicator_code AND s.source_code = o.source_code
WHERE o.area_level = 'province' AND o.period_start = ANY($months::DATE[])
    AND o.period_end <= last_day(o.period_start)
QUALIFY row_number() OVER (
    PARTITION BY o.area_code, o.indicator_code, o.scope, o.period_start, o.period_basis, o.accumulates_from
    ORDER BY o.is_sample, coalesce(s.precedence, 1000), o.vintage_at DESC, o.observation_id
) = 1

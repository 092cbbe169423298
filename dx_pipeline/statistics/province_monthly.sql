-- One figure per province, indicator, scope and month. A sample figure never displaces a real one; among
-- equals the catalogue's order of sources decides, then the vintage received last.
INSERT INTO mart.province_monthly BY NAME
SELECT
    geography,
    period_start,
    period_end,
    period_basis,
    as_of,
    accumulates_from,
    area_code AS province_code,
    indicator_code,
    scope,
    unit,
    value,
    numerator,
    denominator,
    qualifier,
    status,
    target,
    is_sample,
    false AS is_built,
    source_code,
    source_title,
    source_url,
    method_version,
    method_family,
    vintage_at,
    file_sha256,
    locator
FROM accepted_figure
WHERE area_level = 'province' AND period_start = ANY($months::DATE[]) AND period_end <= last_day(period_start)
QUALIFY row_number() OVER (
    PARTITION BY area_code, indicator_code, scope, period_start, period_basis, accumulates_from
    ORDER BY is_sample, precedence, vintage_at DESC, observation_id
) = 1

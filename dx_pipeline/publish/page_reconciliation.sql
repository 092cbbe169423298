-- Published figures beside what they were compared with: everything that did not simply agree, what nobody can explain
-- first; then the national headline figures that do agree. Those with nothing to compare with are only counted.
SELECT
    r.period_start, r.area_code, a.name_vi AS area_name, i.name_vi, i.name_en, i.kind, r.published_value, r.published_status,
    r.qualifier, r.own_value, r.own_status, r.difference, r.comparison, r.outcome, r.own_is_sample, r.explanation_vi,
    r.explanation_en, r.published_source_title, r.published_source_url
FROM mart.reconciliation AS r
JOIN mart.dim_indicator AS i USING (indicator_code)
LEFT JOIN mart.dim_area AS a
    ON a.area_code = r.area_code AND a.area_level = 'province'
    AND coalesce(a.valid_from <= r.period_start, true) AND coalesce(r.period_start <= a.valid_to, true)
WHERE CASE r.outcome
    WHEN 'no_own_figure' THEN false
    WHEN 'reconciled' THEN
        r.area_code = 'VN' AND r.indicator_code = ANY($codes) AND r.scope = 'all' AND r.comparison = 'own_figure'
    ELSE true
END
ORDER BY
    list_position(
        ['contradiction_within_source', 'difference', 'other_denominator', 'other_basis', 'rounding', 'reconciled'], r.outcome
    ),
    r.period_start DESC, r.indicator_code, r.area_code, r.published_locator, r.comparison, r.compared_with
LIMIT 40

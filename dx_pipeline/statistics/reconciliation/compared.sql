-- Every comparison of every published figure, one row each; the words are added outside.
SELECT
    p.period_start, p.period_end, p.period_basis, p.as_of, p.accumulates_from, p.indicator_code, p.area_code, p.scope,
    p.value AS published_value, p.status AS published_status, p.qualifier, p.last_digit, p.is_sample,
    p.is_accepted, p.refused_vi, p.refused_en,
    p.source_title AS published_source_title, p.source_url AS published_source_url, p.place AS published_locator,
    c.* EXCLUDE (observation_id),
    round(c.own_value - p.value, 6) AS difference
FROM published_figure AS p
JOIN (
    FROM against_own
    UNION ALL BY NAME FROM against_counts
    UNION ALL BY NAME FROM against_parts
    UNION ALL BY NAME FROM against_rank
    UNION ALL BY NAME FROM against_publications
) AS c USING (observation_id)
ORDER BY p.period_start, p.indicator_code, p.area_code, p.scope, p.place, c.comparison, c.compared_with

-- Which compiled figures moved with each revision: those of its batch that rest on the revised figure.
INSERT INTO mart.revision_effect BY NAME
SELECT
    coalesce(r.new_id, r.old_id) AS observation_id,
    r.changed_at,
    m.table_name,
    m.geography,
    m.area_code,
    m.indicator_code,
    m.scope,
    m.period_start,
    m.old_value,
    m.new_value,
    m.old_status,
    m.new_status
FROM revision AS r
JOIN core.moved_figure AS m
    ON m.batch_at = r.batch_at
    AND m.indicator_code = r.indicator_code
    AND m.scope = r.scope
    AND m.period_basis = r.period_basis
    AND m.accumulates_from IS NOT DISTINCT FROM r.accumulates_from
    AND m.period_start IN (r.period_start, date_trunc('quarter', r.period_start))
    AND (
        m.area_code = 'VN'
        OR (m.area_code = r.area_code AND m.geography = CASE WHEN r.period_start < $merger THEN '63' ELSE '34' END)
        OR (
            -- A month before the merger is built for today's province from its predecessors.
            r.period_start < $merger AND m.geography = '34'
            AND m.area_code = (SELECT new_code FROM crosswalk_fact WHERE old_code = r.area_code)
        )
    )
WHERE r.area_level <> 'commune'

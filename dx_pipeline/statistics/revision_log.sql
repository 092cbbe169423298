-- The revisions in words that a reader needs: what, from, to, when, by which file or restatement, why, what moved.
INSERT INTO mart.revision_log BY NAME
WITH moved AS (
    SELECT
        observation_id,
        changed_at,
        count(*) AS moved_count,
        string_agg(
            concat(
                table_name, ' ', area_code, ' ', strftime(period_start, '%Y-%m'), ': ',
                coalesce(CAST(round(old_value, 4) AS VARCHAR), old_status, '-'), ' -> ',
                coalesce(CAST(round(new_value, 4) AS VARCHAR), new_status, '-')
            ),
            '; ' ORDER BY table_name, area_code, period_start, geography
        ) AS moved_figures
    FROM mart.revision_effect
    GROUP BY observation_id, changed_at
)
SELECT
    r.* EXCLUDE (new_id, old_id, batch_at, stated_reason),
    coalesce(r.new_id, r.old_id) AS observation_id,
    CASE
        WHEN r.new_id IS NULL THEN 'withdrawal'
        WHEN a.restatement_id IS NOT NULL AND a.action = 'restate' THEN 'restatement'
        WHEN r.changed_at > r.new_vintage_at THEN 'release'
        ELSE 'resubmission'
    END AS kind,
    coalesce(a.reason, r.stated_reason) AS reason,
    a.restatement_id,
    a.approved_by,
    a.approved_on,
    coalesce(moved.moved_count, 0) AS moved_count,
    moved.moved_figures
FROM revision AS r
LEFT JOIN core.restatement AS a
    ON a.status <> 'replaced'
    AND (
        a.observation_id = r.new_id
        OR (
            a.action = 'permit_fall' AND a.status = 'applied'
            AND a.indicator_code = r.indicator_code AND a.area_code = r.area_code AND a.scope = r.scope
            AND a.period_start = r.period_start AND a.period_basis = r.period_basis
            AND a.accumulates_from IS NOT DISTINCT FROM r.accumulates_from
            AND a.source_code = r.source_code AND a.new_value = r.new_value
        )
    )
LEFT JOIN moved
    ON moved.observation_id = coalesce(r.new_id, r.old_id) AND moved.changed_at = r.changed_at
QUALIFY row_number() OVER (
    PARTITION BY coalesce(r.new_id, r.old_id), r.changed_at ORDER BY a.received_at DESC, a.restatement_id
) = 1

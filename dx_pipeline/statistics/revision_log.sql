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
),
-- What an entry did stays on record, whatever became of the entry since: a restated figure carries its id, and a
-- permitted fall came while the figure was in force that it falls from.
permitted AS (
    SELECT r.new_id, r.changed_at, a.restatement_id
    FROM revision AS r
    JOIN core.restatement AS a
        ON a.action = 'permit_fall' AND a.received_at <= r.changed_at AND a.new_value = r.new_value
        AND a.indicator_code = r.indicator_code AND a.area_code = r.area_code AND a.scope = r.scope
        AND a.period_start = r.period_start AND a.period_basis = r.period_basis
        AND a.accumulates_from IS NOT DISTINCT FROM r.accumulates_from
        AND a.source_code = r.source_code
    JOIN core.observation AS before
        ON before.value = a.old_value AND before.period_start < a.period_start
        AND before.indicator_code = a.indicator_code AND before.area_code = a.area_code AND before.scope = a.scope
        AND before.period_basis = a.period_basis
        AND before.accumulates_from IS NOT DISTINCT FROM a.accumulates_from
        AND before.source_code = a.source_code
    JOIN core.verdict AS v ON v.observation_id = before.observation_id AND v.decided_at <= r.changed_at
    GROUP BY r.new_id, r.changed_at, a.restatement_id, before.observation_id
    HAVING max_by(v.is_latest, (v.decided_at, v.decision_number))
),
approved AS (
    SELECT r.new_id, r.changed_at, a.*
    FROM revision AS r
    JOIN core.restatement AS a ON a.observation_id = r.new_id
    UNION ALL
    SELECT p.new_id, p.changed_at, a.*
    FROM permitted AS p
    JOIN core.restatement AS a USING (restatement_id)
)
SELECT
    r.* EXCLUDE (new_id, old_id, batch_at, stated_reason),
    coalesce(r.new_id, r.old_id) AS observation_id,
    CASE
        WHEN r.new_id IS NULL THEN 'withdrawal'
        WHEN a.action = 'restate' THEN 'restatement'
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
LEFT JOIN approved AS a ON a.new_id = r.new_id AND a.changed_at = r.changed_at
LEFT JOIN moved
    ON moved.observation_id = coalesce(r.new_id, r.old_id) AND moved.changed_at = r.changed_at
QUALIFY row_number() OVER (
    PARTITION BY coalesce(r.new_id, r.old_id), r.changed_at ORDER BY a.received_at DESC, a.restatement_id
) = 1

-- What differs between the compiled figures before and after a batch.
INSERT INTO core.moved_figure BY NAME
SELECT
    CAST($batch AS TIMESTAMP) AS batch_at,
    coalesce(before.table_name, after.table_name) AS table_name,
    coalesce(before.geography, after.geography) AS geography,
    coalesce(before.area_code, after.area_code) AS area_code,
    coalesce(before.indicator_code, after.indicator_code) AS indicator_code,
    coalesce(before.scope, after.scope) AS scope,
    coalesce(before.period_start, after.period_start) AS period_start,
    coalesce(before.period_basis, after.period_basis) AS period_basis,
    coalesce(before.accumulates_from, after.accumulates_from) AS accumulates_from,
    before.value AS old_value,
    after.value AS new_value,
    before.status AS old_status,
    after.status AS new_status
FROM figures_before AS before
FULL JOIN figures_after AS after
    ON before.table_name = after.table_name
    AND before.geography IS NOT DISTINCT FROM after.geography
    AND before.area_code = after.area_code
    AND before.indicator_code = after.indicator_code
    AND before.scope = after.scope
    AND before.period_start = after.period_start
    AND before.period_basis = after.period_basis
    AND before.accumulates_from IS NOT DISTINCT FROM after.accumulates_from
WHERE (round(before.value, 6), before.status) IS DISTINCT FROM (round(after.value, 6), after.status)

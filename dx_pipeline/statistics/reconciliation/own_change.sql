-- The change of our own figures on the month before, for the indicators that publish it: points or relative per cent.
-- Since the merger a province code means another territory: no change crosses it.
CREATE OR REPLACE TEMP VIEW own_change AS
SELECT
    i.indicator_code, now.area_code, now.scope, now.period_start, now.period_end, now.period_basis,
    now.accumulates_from, now.as_of,
    CASE i.unit
        WHEN 'percentage_points' THEN now.value - before.value
        ELSE 100 * (now.value - before.value) / nullif(before.value, 0)
    END AS value,
    now.is_sample OR before.is_sample AS is_sample,
    now.provinces_reported, now.provinces_expected
FROM comparison_fact AS i
JOIN own_reported AS now ON now.indicator_code = i.change_of
JOIN own_reported AS before
    ON before.indicator_code = now.indicator_code
    AND before.area_code = now.area_code
    AND before.scope = now.scope
    AND before.period_basis = now.period_basis
    AND before.accumulates_from IS NOT DISTINCT FROM now.accumulates_from
    AND CAST(before.period_start + INTERVAL 1 MONTH AS DATE) = now.period_start
    AND last_day(before.period_start) = before.period_end
WHERE last_day(now.period_start) = now.period_end
    AND (now.area_code = 'VN' OR before.period_start >= {merger} OR now.period_start < {merger})

-- Changes that an approved restatement speaks of: the same figure, and the value it gives. A restatement of long ago
-- covers no later change of the same figure.
CREATE OR REPLACE TEMP TABLE restated AS
SELECT DISTINCT d.table_name, d.indicator_code, d.figure_key
FROM difference AS d
JOIN core.restatement AS r
    ON r.status = 'applied'
    AND r.indicator_code = d.indicator_code
    AND r.area_code = d.area_code
    AND r.scope = d.scope
    AND r.period_start = d.period_start
    AND coalesce(r.period_basis = d.period_basis, true)
    AND coalesce(round(r.new_value, 6) = d.new_value, true)
WHERE d.change = 'changed'

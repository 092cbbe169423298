-- The differences, largest first: what is gone and statuses that changed have no size and come first; then by how
-- many times its limit a figure moved; then what is new; last what only describes a figure.
SELECT
    CAST(row_number() OVER (
        ORDER BY
            CASE
                WHEN d.is_gone OR d.is_other_status THEN 0
                WHEN d.change = 'changed' THEN 1
                WHEN d.change = 'added' THEN 2
                ELSE 3
            END,
            coalesce(d.size, 0) DESC, abs(coalesce(d.difference, 0)) DESC,
            d.depth, d.table_name, d.indicator_code, d.figure_key, d.change
    ) AS INTEGER) AS position,
    d.table_name, d.figure_key, d.change, d.indicator_code, d.indicator_vi, d.indicator_en, d.kind, d.unit_vi,
    d.area_code, a.name_vi AS area_vi, d.scope, d.period_start, d.period_months, d.period_basis, d.accumulates_from,
    d.old_value, d.new_value, d.old_numerator, d.new_numerator, d.old_denominator, d.new_denominator,
    d.old_status, d.new_status, d.old_qualifier, d.new_qualifier, d.difference, d.difference_pct, d.size,
    d.is_sample, d.reason
FROM decided AS d
LEFT JOIN compared_area AS a
    ON a.area_code = d.area_code
    AND coalesce(a.valid_from <= d.period_start, true)
    AND coalesce(d.period_start <= a.valid_to, true)
ORDER BY position

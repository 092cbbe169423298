-- What is on one side only, or not the same on both.
CREATE OR REPLACE TEMP TABLE difference AS
SELECT
    coalesce(n.table_name, o.table_name) AS table_name,
    coalesce(n.depth, o.depth) AS depth,
    coalesce(n.figure_key, o.figure_key) AS figure_key,
    CASE
        WHEN o.table_name IS NULL THEN 'added'
        WHEN n.table_name IS NULL THEN 'gone'
        WHEN o.value IS DISTINCT FROM n.value OR o.numerator IS DISTINCT FROM n.numerator
            OR o.denominator IS DISTINCT FROM n.denominator OR o.status IS DISTINCT FROM n.status
            OR o.qualifier IS DISTINCT FROM n.qualifier THEN 'changed'
        ELSE 'metadata'
    END AS change,
    coalesce(n.indicator_code, o.indicator_code) AS indicator_code,
    coalesce(n.area_code, o.area_code) AS area_code,
    coalesce(n.scope, o.scope) AS scope,
    coalesce(n.period_start, o.period_start) AS period_start,
    coalesce(n.period_months, o.period_months) AS period_months,
    coalesce(n.period_basis, o.period_basis) AS period_basis,
    coalesce(n.accumulates_from, o.accumulates_from) AS accumulates_from,
    o.value AS old_value, n.value AS new_value,
    o.numerator AS old_numerator, n.numerator AS new_numerator,
    o.denominator AS old_denominator, n.denominator AS new_denominator,
    o.status AS old_status, n.status AS new_status,
    o.qualifier AS old_qualifier, n.qualifier AS new_qualifier,
    coalesce(n.as_of > o.as_of, false) AS is_later_day,
    coalesce(o.is_sample, false) OR coalesce(n.is_sample, false) AS is_sample,
    coalesce(o.is_sample AND NOT n.is_sample, false) AS is_sample_replaced,
    coalesce(n.rule, o.rule) AS rule,
    coalesce(o.rule <> n.rule AND 'as_reported' NOT IN (o.rule, n.rule), false) AS is_other_rule,
    coalesce(coalesce(n.provinces_reported, n.provinces_expected) > o.provinces_reported, false) AS has_more_provinces,
    o.vintage_at IS DISTINCT FROM n.vintage_at AS has_another_vintage,
    nullif(concat_ws('+', o.source_code, n.source_code), '') AS source_codes
FROM old_figure AS o
FULL JOIN new_figure AS n
    ON n.table_name = o.table_name AND n.indicator_code = o.indicator_code
    AND n.match_key = o.match_key AND n.occurrence = o.occurrence
WHERE o.table_name IS NULL OR n.table_name IS NULL
    OR o.value IS DISTINCT FROM n.value OR o.numerator IS DISTINCT FROM n.numerator
    OR o.denominator IS DISTINCT FROM n.denominator OR o.status IS DISTINCT FROM n.status
    OR o.qualifier IS DISTINCT FROM n.qualifier OR o.described IS DISTINCT FROM n.described

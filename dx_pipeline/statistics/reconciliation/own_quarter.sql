-- A quarter of our own months, by the indicator's own rule; what accumulates is the quarter's last month. The quarter's
-- figure in the mart may be the published one: this is what it is held to. None where a quarter itself was sent.
CREATE OR REPLACE TEMP VIEW own_quarter AS
SELECT
    m.indicator_code, m.area_code, m.scope,
    CAST(date_trunc('quarter', m.period_start) AS DATE) AS period_start,
    last_day(CAST(date_trunc('quarter', m.period_start) + INTERVAL 2 MONTH AS DATE)) AS period_end,
    m.period_basis, m.accumulates_from,
    max(m.as_of) AS as_of,
    CASE
        WHEN any_value(i.quarter_rule) = 'none' THEN NULL
        WHEN any_value(i.quarter_rule) = 'last' OR m.accumulates_from IS NOT NULL THEN
            arg_max(m.value, m.period_start) FILTER (WHERE month(m.period_start) % 3 = 0)
        WHEN count(*) < 3 THEN NULL
        WHEN any_value(i.quarter_rule) = 'sum' THEN exact_sum(m.value)
        WHEN any_value(i.quarter_rule) = 'mean' THEN exact_sum(m.value) / 3
        WHEN any_value(i.quarter_rule) = 'ratio_of_sums' THEN
            max(i.ratio_factor) * complete_sum(m.numerator) / nullif(complete_sum(m.denominator), 0)
    END AS value,
    bool_or(m.is_sample) AS is_sample,
    min(m.provinces_reported) AS provinces_reported,
    max(m.provinces_expected) AS provinces_expected
FROM own_reported AS m
JOIN indicator_fact AS i USING (indicator_code)
WHERE m.period_end = last_day(m.period_start)
    AND NOT EXISTS (
        FROM own_reported AS sent
        WHERE sent.indicator_code = m.indicator_code AND sent.area_code = m.area_code AND sent.scope = m.scope
            AND sent.period_start = date_trunc('quarter', m.period_start) AND sent.period_end > last_day(sent.period_start)
            AND sent.period_basis = m.period_basis AND sent.accumulates_from IS NOT DISTINCT FROM m.accumulates_from
    )
GROUP BY
    m.indicator_code, m.area_code, m.scope, date_trunc('quarter', m.period_start), m.period_basis, m.accumulates_from

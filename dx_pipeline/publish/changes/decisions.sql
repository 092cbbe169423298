-- Which of the differences wait. What is compiled from other figures is judged by those: a national figure by its
-- provinces, a quarter by its months. Only a change that nothing below it explains is a change of its own.
CREATE OR REPLACE TEMP TABLE decided AS
WITH beyond AS (
    SELECT
        *,
        CASE
            WHEN change = 'added' THEN 'added'
            WHEN change = 'metadata' THEN 'metadata'
            WHEN is_gone AND is_gone_held THEN 'gone'
            WHEN is_other_status AND is_status_held THEN 'status'
            WHEN size > 1 THEN 'beyond_limit'
            ELSE 'within_limit'
        END AS finding
    FROM sized
),
-- The figures that others are compiled from, where they are not the same on both sides.
cause AS (
    SELECT
        depth, indicator_code, area_code, scope, period_start, period_basis, accumulates_from,
        string_split(source_codes, '+') AS sources
    FROM sized
    WHERE change <> 'metadata' AND depth < 3
),
explained AS (
    SELECT DISTINCT b.table_name, b.indicator_code, b.figure_key
    FROM beyond AS b
    JOIN cause AS c
        ON c.indicator_code = b.indicator_code
        AND c.scope = b.scope
        AND c.depth < b.depth
        AND (c.area_code = b.area_code OR b.area_code = 'VN')
        AND c.period_start BETWEEN b.period_start AND b.period_start + to_months(b.period_months - 1)
        AND (b.period_basis IS NULL OR c.period_basis = b.period_basis)
        AND (b.depth = 3 OR c.accumulates_from IS NOT DISTINCT FROM b.accumulates_from)
        AND (b.source_codes IS NULL OR list_has_any(string_split(b.source_codes, '+'), c.sources))
    WHERE b.finding IN ('gone', 'status', 'beyond_limit')
        -- A figure as published elsewhere, or one by another rule than before, does not come from the provinces' change.
        AND NOT (b.table_name = 'mart.national_monthly' AND (b.rule = 'as_reported' OR b.is_other_rule))
),
-- Quarters of months that were published before: a quarter is compiled after its months.
compiled_quarter AS (
    SELECT DISTINCT b.table_name, b.indicator_code, b.figure_key
    FROM beyond AS b
    JOIN month_figure AS m
        ON m.indicator_code = b.indicator_code
        AND m.depth < b.depth
        AND m.area_code = b.area_code
        AND m.scope = b.scope
        AND m.period_start BETWEEN b.period_start AND b.period_start + INTERVAL 2 MONTH
        AND m.period_basis = b.period_basis
        AND m.accumulates_from IS NOT DISTINCT FROM b.accumulates_from
        AND list_has_any(string_split(b.source_codes, '+'), string_split(m.source_code, '+'))
    WHERE b.finding IN ('gone', 'status', 'beyond_limit') AND b.period_months = 3 AND b.has_another_vintage
)
SELECT
    b.*,
    CASE
        WHEN finding NOT IN ('gone', 'status', 'beyond_limit') THEN finding
        WHEN e.figure_key IS NOT NULL AND b.area_code = 'VN' THEN 'follows_provinces'
        WHEN e.figure_key IS NOT NULL OR q.figure_key IS NOT NULL THEN 'follows_months'
        WHEN has_more_provinces THEN 'more_provinces'
        WHEN is_sample_replaced AND finding <> 'gone' THEN 'sample_replaced'
        WHEN is_later_day THEN 'later_day'
        WHEN r.figure_key IS NOT NULL THEN 'restated'
        ELSE finding
    END AS reason
FROM beyond AS b
LEFT JOIN explained AS e USING (table_name, indicator_code, figure_key)
LEFT JOIN compiled_quarter AS q USING (table_name, indicator_code, figure_key)
LEFT JOIN restated AS r USING (table_name, indicator_code, figure_key)

-- Each published figure beside every figure of our own for the same indicator and area: what they differ in.
CREATE OR REPLACE TEMP TABLE own_candidate AS
WITH paired AS (
    SELECT
        p.observation_id,
        o.* EXCLUDE (indicator_code, area_code),
        round(o.value - p.value, 6) AS difference,
        coalesce(o.status = p.status, holds(o.value, p.value, p.qualifier, p.tolerance)) AS is_equal,
        o.scope = p.scope AS is_same_scope,
        o.period_start = p.period_start AND o.period_end = p.period_end AS is_same_period,
        o.period_basis = p.period_basis AS is_same_basis,
        o.accumulates_from IS NOT DISTINCT FROM p.accumulates_from AS is_same_start,
        -- A bound («more than 8,130») fits many figures, and a sample was made to fit: they explain nothing.
        p.qualifier IN ('exact', 'approx') AND (p.is_sample OR NOT o.is_sample) AS is_evidence,
        o.as_of < p.as_of AS is_before,
        o.as_of > p.as_of AS is_after,
        o.period_start <= p.period_end AND p.period_start <= o.period_end AS is_overlapping,
        abs(date_diff('month', p.period_end, o.period_end)) AS months_apart
    FROM published_figure AS p
    JOIN own_figure AS o ON o.indicator_code = p.indicator_code AND o.area_code = p.area_code
)
SELECT
    *,
    is_same_scope AND is_same_period AND is_same_basis AND is_same_start AS is_same_figure,
    CASE
        WHEN is_same_scope AND is_same_period AND is_same_basis AND is_same_start THEN 'same'
        WHEN is_same_scope AND is_same_period AND NOT is_same_basis THEN 'period_basis'
        WHEN is_same_scope AND is_same_period THEN 'accumulates_from'
        WHEN is_same_scope AND is_overlapping THEN 'month_or_quarter'
        WHEN is_same_scope AND months_apart <= 1 THEN 'neighbour_month'
        WHEN is_same_scope THEN 'other_period'
        WHEN is_same_period THEN 'scope'
        ELSE 'scope_and_period'
    END AS differs_in
FROM paired

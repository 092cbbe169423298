-- A published rate against its own counts: stated with it, or published beside it by the same publication.
-- Within 0.05 points of its rounding it is rounding; beyond, the publication contradicts itself.
CREATE OR REPLACE TEMP VIEW against_counts AS
WITH counted AS (
    SELECT
        p.*,
        coalesce(p.numerator, n.value) AS counted_numerator,
        coalesce(p.denominator, d.value) AS counted_denominator
    FROM published_figure AS p
    LEFT JOIN published_figure AS n
        ON n.indicator_code = p.numerator_code AND n.area_code = p.area_code AND n.scope = p.scope
        AND n.period_start = p.period_start AND n.period_end = p.period_end AND n.period_basis = p.period_basis
        AND n.accumulates_from IS NOT DISTINCT FROM p.accumulates_from
        AND n.source_code = p.source_code AND n.source_url IS NOT DISTINCT FROM p.source_url
        AND n.qualifier = 'exact'
    LEFT JOIN published_figure AS d
        ON d.indicator_code = p.denominator_code AND d.area_code = p.area_code AND d.scope = p.scope
        AND d.period_start = p.period_start AND d.period_end = p.period_end AND d.period_basis = p.period_basis
        AND d.accumulates_from IS NOT DISTINCT FROM p.accumulates_from
        AND d.source_code = p.source_code AND d.source_url IS NOT DISTINCT FROM p.source_url
        AND d.qualifier = 'exact'
    WHERE p.kind = 'rate'
    QUALIFY row_number() OVER (PARTITION BY p.observation_id ORDER BY n.observation_id, d.observation_id) = 1
),
recomputed AS (
    SELECT *, 100 * counted_numerator / counted_denominator AS rate
    FROM counted
    WHERE counted_numerator IS NOT NULL AND counted_denominator > 0
),
judged AS (
    SELECT
        *,
        CASE
            WHEN holds(rate, value, qualifier, tolerance) THEN 'reconciled'
            WHEN is_rounding(rate, value, qualifier, greatest(last_digit, 0.05)) THEN 'rounding'
            ELSE 'contradiction_within_source'
        END AS outcome
    FROM recomputed
)
SELECT
    observation_id,
    'own_counts' AS comparison,
    indicator_code AS compared_with,
    outcome,
    CASE WHEN outcome = 'rounding' AND is_cut_off(rate, value, last_digit) THEN 'cut_off' END AS detail,
    rate AS own_value,
    is_sample AS own_is_sample,
    tolerance,
    outcome = 'reconciled' AS is_reconciled,
    counted_numerator AS lower_value,
    counted_denominator AS upper_value
FROM judged

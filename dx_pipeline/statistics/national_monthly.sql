-- One national figure per indicator, scope and month. What all provinces really reported decides; then a real
-- published figure; then what some provinces reported; then what rests on samples. The figure that loses
-- against another is not lost: mart.reconciliation sets the published one beside ours.
INSERT INTO mart.national_monthly BY NAME
WITH reported AS (
    SELECT o.*, i.target
    FROM core.accepted_observation AS o
    JOIN indicator_fact AS i USING (indicator_code)
    LEFT JOIN indicator_source_fact AS s
        ON s.indicator_code = o.indicator_code AND s.source_code = o.source_code
    WHERE o.area_level = 'national' AND o.period_start = ANY($months::DATE[])
        AND o.period_end <= last_day(o.period_start)
    QUALIFY row_number() OVER (
        PARTITION BY o.indicator_code, o.scope, o.period_start, o.period_basis, o.accumulates_from
        ORDER BY o.is_sample, coalesce(s.precedence, 1000), o.vintage_at DESC, o.observation_id
    ) = 1
),
candidate AS (
    SELECT
        period_start, period_end, period_basis, as_of, accumulates_from, indicator_code, scope, unit, value,
        numerator, denominator, qualifier, status, target, is_sample,
        CAST(NULL AS INTEGER) AS provinces_reported,
        (
            SELECT count(*)
            FROM province_fact AS p
            WHERE coalesce(p.valid_from <= reported.period_start, true)
                AND coalesce(reported.period_start <= p.valid_to, true)
        ) AS provinces_expected,
        'as_reported' AS rule,
        source_code, source_title, source_url, method_version, vintage_at,
        CASE WHEN is_sample THEN 5 ELSE 2 END AS preference
    FROM reported
    UNION ALL BY NAME
    SELECT
        *,
        CASE
            WHEN is_sample THEN 4
            WHEN provinces_reported >= provinces_expected THEN 1
            ELSE 3
        END AS preference
    FROM compiled_national
    WHERE period_start = ANY($months::DATE[])
)
SELECT * EXCLUDE (preference)
FROM candidate
QUALIFY row_number() OVER (
    PARTITION BY indicator_code, scope, period_start, period_basis, accumulates_from ORDER BY preference
) = 1

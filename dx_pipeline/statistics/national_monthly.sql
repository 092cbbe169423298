-- One national figure per indicator, scope and month. What all provinces really reported decides; then a real
-- published figure; then what some provinces reported; then what rests on samples. The figure that loses
-- against another is not lost: mart.reconciliation sets the published one beside ours.
INSERT INTO mart.national_monthly BY NAME
WITH reported AS (
    SELECT *
    FROM accepted_figure
    WHERE area_level = 'national' AND period_start = ANY($months::DATE[]) AND period_end <= last_day(period_start)
    QUALIFY row_number() OVER (
        PARTITION BY indicator_code, scope, period_start, period_basis, accumulates_from
        ORDER BY is_sample, precedence, vintage_at DESC, observation_id
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
        source_code, source_title, source_url, method_version, method_family, vintage_at,
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

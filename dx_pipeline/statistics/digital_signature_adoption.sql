-- Adults with a personal digital signature, per month and quarter (the quarter's last month with figures).
-- National = sum of numerators / sum of denominators over the provinces, never the figure published elsewhere.
INSERT INTO mart.digital_signature_adoption BY NAME
WITH feeding AS (
    -- The two indicators this table is about: the rate with its parts, and the certificates beside it.
    SELECT * FROM (VALUES ('DSIG_ADULT_RATE', 'adults'), ('DSIG_CERT_CNT', 'certificates')) AS f (indicator_code, part)
),
figure AS (
    SELECT m.*, feeding.part
    FROM mart.province_monthly AS m
    JOIN feeding USING (indicator_code)
    WHERE m.scope = 'all' AND m.period_basis = 'calendar'
    QUALIFY row_number() OVER (
        PARTITION BY m.province_code, m.period_start, m.indicator_code
        ORDER BY m.accumulates_from NULLS FIRST
    ) = 1
),
province AS (
    SELECT
        period_start,
        province_code AS area_code,
        max(numerator) FILTER (WHERE part = 'adults' AND denominator > 0) AS adults,
        max(denominator) FILTER (WHERE part = 'adults' AND numerator IS NOT NULL AND denominator > 0) AS population,
        max(value) FILTER (WHERE part = 'adults') AS stated_pct,
        max(value) FILTER (WHERE part = 'certificates') AS certificates,
        bool_or(is_sample) AS is_sample
    FROM figure
    GROUP BY period_start, province_code
),
area_month AS (
    SELECT
        period_start, 'province' AS area_level, area_code, adults, population,
        coalesce(100 * adults / population, stated_pct) AS adoption_pct,
        certificates, CAST(NULL AS BIGINT) AS provinces_reported, CAST(NULL AS BIGINT) AS provinces_with_certificates,
        is_sample
    FROM province
    UNION ALL BY NAME
    SELECT
        period_start, 'national' AS area_level, 'VN' AS area_code,
        exact_sum(adults) AS adults, exact_sum(population) AS population,
        100 * exact_sum(adults) / exact_sum(population) AS adoption_pct,
        exact_sum(certificates) AS certificates,
        count(adults) AS provinces_reported, count(certificates) AS provinces_with_certificates,
        bool_or(is_sample) AS is_sample
    FROM province
    GROUP BY period_start
    HAVING count(adults) > 0 OR count(certificates) > 0
),
area_period AS (
    SELECT 'month' AS period_type, 1 AS months, * FROM area_month
    UNION ALL BY NAME
    SELECT
        'quarter' AS period_type, 3 AS months,
        * REPLACE (CAST(date_trunc('quarter', period_start) AS DATE) AS period_start)
    FROM (
        FROM area_month
        QUALIFY row_number() OVER (
            PARTITION BY area_code, date_trunc('quarter', period_start) ORDER BY period_start DESC
        ) = 1
    )
),
changed AS (
    SELECT
        a.*,
        before.is_sample AS is_against_sample,
        round(a.adoption_pct - before.adoption_pct, 6) AS adoption_change_pp,
        CASE
            WHEN a.provinces_with_certificates IS NOT DISTINCT FROM before.provinces_with_certificates
                THEN round(100 * (a.certificates - before.certificates) / nullif(before.certificates, 0), 6)
        END AS certificates_change_pct
    FROM area_period AS a
    LEFT JOIN area_period AS before
        ON before.period_type = a.period_type
        AND before.area_code = a.area_code
        AND CAST(before.period_start + to_months(a.months) AS DATE) = a.period_start
        AND (a.area_level = 'national' OR before.period_start >= $merger OR a.period_start < $merger)
)
SELECT
    period_type,
    period_start,
    area_level,
    area_code,
    CAST(adults AS BIGINT) AS adults_with_signature,
    CAST(population AS BIGINT) AS adult_population,
    adoption_pct,
    adoption_change_pp,
    CAST(certificates AS BIGINT) AS certificates_issued,
    certificates_change_pct,
    provinces_reported,
    is_sample,
    coalesce(
        (adoption_change_pp IS NOT NULL OR certificates_change_pct IS NOT NULL) AND is_against_sample, false
    ) AS comparison_is_sample
FROM changed

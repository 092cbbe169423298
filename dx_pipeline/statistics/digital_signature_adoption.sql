-- Adults with a personal digital signature, per month and quarter (the quarter's last month with figures).
-- National = sum of numerators / sum of denominators over the provinces of that day, never the figure published
-- elsewhere. Figures of different methods are neither summed nor compared.
INSERT INTO mart.digital_signature_adoption BY NAME
WITH feeding AS (
    -- The two indicators this table is about: the rate with its parts, and the certificates beside it.
    SELECT * FROM (VALUES ('DSIG_ADULT_RATE', 'adults'), ('DSIG_CERT_CNT', 'certificates')) AS f (indicator_code, part)
),
figure AS (
    SELECT
        m.*,
        feeding.part,
        CASE part
            WHEN 'adults' THEN numerator IS NOT NULL AND denominator > 0
            ELSE value IS NOT NULL
        END AS is_summable
    FROM mart.province_monthly AS m
    JOIN feeding USING (indicator_code)
    WHERE m.scope = 'all' AND m.period_basis = 'calendar'
    QUALIFY row_number() OVER (
        PARTITION BY m.geography, m.province_code, m.period_start, m.indicator_code
        ORDER BY m.accumulates_from NULLS FIRST
    ) = 1
),
main_method AS (
    -- The method of the nation's sum: the one that most provinces used; equally many: the last by name.
    SELECT period_start, part, method_family, count(*) OVER (PARTITION BY period_start, part) > 1 AS is_mixed
    FROM (
        SELECT period_start, part, method_family, count(*) AS provinces
        FROM figure
        WHERE is_summable AND geography = geography_of(period_start)
        GROUP BY period_start, part, method_family
    )
    QUALIFY row_number() OVER (PARTITION BY period_start, part ORDER BY provinces DESC, method_family DESC) = 1
),
summed AS (
    SELECT figure.*, main_method.is_mixed
    FROM figure
    JOIN main_method USING (period_start, part, method_family)
    WHERE figure.is_summable AND figure.geography = geography_of(period_start)
),
area_month AS (
    SELECT
        geography, period_start, 'province' AS area_level, province_code AS area_code,
        max(numerator) FILTER (WHERE part = 'adults' AND is_summable) AS adults,
        max(denominator) FILTER (WHERE part = 'adults' AND is_summable) AS population,
        coalesce(100 * adults / population, max(value) FILTER (WHERE part = 'adults')) AS adoption_pct,
        max(value) FILTER (WHERE part = 'certificates') AS certificates,
        max(method_family) FILTER (WHERE part = 'adults') AS adults_family,
        max(method_family) FILTER (WHERE part = 'certificates') AS certificates_family,
        max(series_note) FILTER (WHERE part = 'adults') AS series_note,
        CAST(NULL AS BIGINT) AS provinces_reported, CAST(NULL AS BIGINT) AS certificates_coverage,
        bool_or(is_sample) AS is_sample,
        bool_or(is_built) AS is_built
    FROM figure
    GROUP BY geography, period_start, province_code
    UNION ALL BY NAME
    SELECT
        geography, period_start, 'national' AS area_level, 'VN' AS area_code,
        exact_sum(CASE WHEN part = 'adults' THEN numerator END) AS adults,
        exact_sum(CASE WHEN part = 'adults' THEN denominator END) AS population,
        100 * adults / population AS adoption_pct,
        exact_sum(CASE WHEN part = 'certificates' THEN value END) AS certificates,
        max(method_family) FILTER (WHERE part = 'adults') AS adults_family,
        max(method_family) FILTER (WHERE part = 'certificates') AS certificates_family,
        CASE WHEN bool_or(is_mixed) THEN 'method_mixed' END AS series_note,
        count(*) FILTER (WHERE part = 'adults') AS provinces_reported,
        -- How many provinces a count rests on: 0 stands for all of that day, be it 63 or 34.
        CASE
            WHEN count(*) FILTER (WHERE part = 'certificates') < (
                SELECT count(*)
                FROM province_fact AS p
                WHERE coalesce(p.valid_from <= summed.period_start, true)
                    AND coalesce(summed.period_start <= p.valid_to, true)
            ) THEN count(*) FILTER (WHERE part = 'certificates')
            ELSE 0
        END AS certificates_coverage,
        bool_or(is_sample) AS is_sample,
        false AS is_built
    FROM summed
    GROUP BY geography, period_start
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
            PARTITION BY geography, area_code, date_trunc('quarter', period_start)
            ORDER BY adoption_pct IS NULL AND certificates IS NULL, period_start DESC
        ) = 1
    )
),
followed AS (
    SELECT
        *,
        lag(CASE WHEN adoption_pct IS NOT NULL THEN adults_family END IGNORE NULLS) OVER series AS family_before,
        lag(adoption_pct IS NULL) OVER series AS was_empty,
        lag(period_start) OVER series AS period_before
    FROM area_period
    -- The nation is one series; a province is one within its set of provinces.
    WINDOW series AS (
        PARTITION BY period_type, area_code, if(area_level = 'national', NULL, geography) ORDER BY period_start
    )
),
changed AS (
    SELECT
        a.*,
        before.is_sample AS is_against_sample,
        before.is_built AS is_against_built,
        CASE
            WHEN a.adults_family = before.adults_family THEN round(a.adoption_pct - before.adoption_pct, 6)
        END AS adoption_change_pp,
        CASE
            WHEN a.certificates_family = before.certificates_family
                AND a.certificates_coverage IS NOT DISTINCT FROM before.certificates_coverage
                THEN round(100 * (a.certificates - before.certificates) / nullif(before.certificates, 0), 6)
        END AS certificates_change_pct,
        adoption_change_pp IS NOT NULL OR certificates_change_pct IS NOT NULL AS has_change
    FROM followed AS a
    LEFT JOIN area_period AS before
        ON before.period_type = a.period_type
        AND before.area_code = a.area_code
        AND CAST(before.period_start + to_months(a.months) AS DATE) = a.period_start
        AND (a.area_level = 'national' OR before.geography = a.geography)
)
SELECT
    period_type,
    period_start,
    geography,
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
    is_built,
    coalesce(has_change AND is_against_sample, false) AS comparison_is_sample,
    coalesce(has_change AND is_against_built, false) AS comparison_is_built,
    CASE
        WHEN adoption_pct IS NULL THEN NULL
        WHEN family_before <> adults_family THEN 'method_break'
        WHEN area_level = 'province' AND was_empty AND geography_of(period_before) <> geography_of(period_start)
            THEN 'merger_break'
    END AS series_break,
    series_note
FROM changed

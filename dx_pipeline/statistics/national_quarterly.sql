-- The quarter's national figure from the national months, by the indicator's own rule: a ratio is over all
-- months and provinces. Months of another method than the last month's stay out.
INSERT INTO mart.national_quarterly BY NAME
WITH month_figure AS (
    SELECT
        m.*,
        CAST(date_trunc('quarter', m.period_start) AS DATE) AS quarter_start,
        CASE
            WHEN i.quarter_rule <> 'none' AND m.accumulates_from IS NOT NULL THEN 'last'
            ELSE i.quarter_rule
        END AS quarter_rule,
        i.ratio_factor
    FROM mart.national_monthly AS m
    JOIN indicator_fact AS i USING (indicator_code)
    WHERE date_trunc('quarter', m.period_start) = ANY($quarters::DATE[])
),
usable AS (
    SELECT
        *,
        first_value(method_family) OVER series AS last_family,
        row_number() OVER series AS months_back,
        lead(method_family) OVER series AS family_before,
        lead(method_family, 2) OVER series AS family_two_before
    FROM month_figure
    WHERE CASE quarter_rule
        WHEN 'last' THEN value IS NOT NULL OR status IS NOT NULL
        WHEN 'ratio_of_sums' THEN numerator IS NOT NULL AND denominator IS NOT NULL
        WHEN 'none' THEN false
        ELSE value IS NOT NULL
    END
    WINDOW series AS (
        PARTITION BY quarter_start, indicator_code, scope, period_basis, accumulates_from
        ORDER BY period_start DESC
    )
),
counted AS (
    -- Of the three months at most that a quarter has; what the last of them says is kept by max() below.
    SELECT
        *,
        1 + coalesce(CAST(family_before = method_family AS INTEGER), 0)
        + coalesce(CAST(family_two_before = method_family AS INTEGER), 0) AS months_covered,
        1 + CAST(family_before IS NOT NULL AS INTEGER) + CAST(family_two_before IS NOT NULL AS INTEGER)
            AS months_usable
    FROM usable
),
compiled AS (
    SELECT
        quarter_start AS period_start,
        CAST(quarter_start + INTERVAL 3 MONTH - INTERVAL 1 DAY AS DATE) AS period_end,
        period_basis,
        max(as_of) AS as_of,
        accumulates_from,
        indicator_code,
        scope,
        max(unit) AS unit,
        CASE quarter_rule
            WHEN 'last' THEN any_value(value)
            WHEN 'sum' THEN exact_sum(value)
            WHEN 'mean' THEN exact_sum(value) / count(*)
            ELSE max(ratio_factor) * exact_sum(numerator) / nullif(exact_sum(denominator), 0)
        END AS value,
        CASE WHEN quarter_rule <> 'mean' THEN complete_sum(numerator) END AS numerator,
        CASE WHEN quarter_rule <> 'mean' THEN complete_sum(denominator) END AS denominator,
        CASE quarter_rule
            WHEN 'last' THEN any_value(qualifier)
            WHEN 'ratio_of_sums' THEN qualifier_of_ratio(qualifier)
            ELSE qualifier_of_sum(qualifier)
        END AS qualifier,
        CASE WHEN quarter_rule = 'last' THEN any_value(status) END AS status,
        max(target) AS target,
        bool_or(is_sample) AS is_sample,
        min(provinces_reported) AS provinces_reported,
        max(provinces_expected) AS provinces_expected,
        joined(rule) AS rule,
        CASE
            WHEN max(months_usable) > max(months_covered) THEN 'months_left_out'
            ELSE max(series_note)
        END AS series_note,
        max(months_covered) AS months_covered,
        joined(source_code) AS source_code,
        shared(source_title) AS source_title,
        shared(source_url) AS source_url,
        joined(method_version) AS method_version,
        method_family,
        max(vintage_at) AS vintage_at
    FROM counted
    WHERE method_family = last_family AND (quarter_rule <> 'last' OR months_back = 1)
    GROUP BY
        quarter_start, period_basis, accumulates_from, indicator_code, scope, quarter_rule,
        method_family
    HAVING quarter_rule <> 'ratio_of_sums' OR exact_sum(denominator) <> 0
)
SELECT * EXCLUDE (preference)
FROM (
    SELECT
        period_start, period_end, period_basis, as_of, accumulates_from, indicator_code, scope, unit,
        value, numerator, denominator, qualifier, status, target, is_sample, NULL AS provinces_reported,
        NULL AS provinces_expected, 'as_reported' AS rule, 3 AS months_covered,
        source_code, source_title, source_url, method_version, method_family, vintage_at, 2 AS preference
    FROM reported_quarter
    WHERE area_level = 'national' AND period_start = ANY($quarters::DATE[])
    UNION ALL BY NAME
    SELECT *, 3 AS months_covered, 1 AS preference
    FROM compiled_national_quarter
    WHERE period_start = ANY($quarters::DATE[])
    UNION ALL BY NAME
    SELECT *, 3 AS preference FROM compiled
)
-- What was reported for the quarter itself comes before what its months give.
QUALIFY row_number() OVER (
    PARTITION BY period_start, indicator_code, scope, period_basis, accumulates_from
    ORDER BY is_sample, preference
) = 1

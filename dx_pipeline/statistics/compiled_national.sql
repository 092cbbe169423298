-- What the province figures in {figures} give for the nation, by each indicator's own rule, for every period there.
-- Only figures that can enter do: a rate without both its parts is in no ratio of sums. Only the provinces of that
-- day: what was built for the 34 of today would count the 63 twice. Of several methods the one that most provinces
-- used decides, and the figure says that others are not in it (equally many: the last by name).
CREATE OR REPLACE TEMP VIEW {view} AS
WITH entering AS (
    SELECT m.*, i.national_rule, i.ratio_factor
    FROM {figures} AS m
    JOIN indicator_fact AS i USING (indicator_code)
    WHERE CASE i.national_rule
        WHEN 'sum' THEN m.value IS NOT NULL
        WHEN 'mean' THEN m.value IS NOT NULL
        WHEN 'weighted_mean' THEN m.value IS NOT NULL AND m.denominator IS NOT NULL
        WHEN 'ratio_of_sums' THEN m.numerator IS NOT NULL AND m.denominator IS NOT NULL
        ELSE false
    END
        AND m.geography = geography_of(m.period_start)
),
compiled AS (
    SELECT
        period_start,
        period_basis,
        accumulates_from,
        indicator_code,
        scope,
        national_rule AS rule,
        max(period_end) AS period_end,
        max(as_of) AS as_of,
        max(unit) AS unit,
        CASE national_rule
            WHEN 'sum' THEN exact_sum(value)
            WHEN 'mean' THEN exact_sum(value) / count(*)
            WHEN 'weighted_mean' THEN exact_sum(value * denominator) / nullif(exact_sum(denominator), 0)
            ELSE max(ratio_factor) * exact_sum(numerator) / nullif(exact_sum(denominator), 0)
        END AS value,
        CASE WHEN national_rule <> 'mean' THEN complete_sum(numerator) END AS numerator,
        CASE WHEN national_rule <> 'mean' THEN complete_sum(denominator) END AS denominator,
        CASE
            WHEN national_rule IN ('sum', 'mean') THEN qualifier_of_sum(qualifier)
            ELSE qualifier_of_ratio(qualifier)
        END AS qualifier,
        max(target) AS target,
        bool_or(is_sample) AS is_sample,
        count(*) AS provinces_reported,
        joined(source_code) AS source_code,
        shared(source_title) AS source_title,
        shared(source_url) AS source_url,
        joined(method_version) AS method_version,
        method_family,
        max(vintage_at) AS vintage_at
    FROM entering
    GROUP BY
        period_start, period_basis, accumulates_from, indicator_code, scope, national_rule, method_family
),
expected AS (
    SELECT m.period_start, count(*) AS provinces_expected
    FROM (SELECT DISTINCT period_start FROM {figures}) AS m
    JOIN province_fact AS p
        ON coalesce(p.valid_from <= m.period_start, true) AND coalesce(m.period_start <= p.valid_to, true)
    GROUP BY m.period_start
)
SELECT
    compiled.*,
    expected.provinces_expected,
    CASE WHEN count(*) OVER figure > 1 THEN 'method_mixed' END AS series_note
FROM compiled
LEFT JOIN expected USING (period_start)
WHERE compiled.value IS NOT NULL
WINDOW figure AS (PARTITION BY period_start, period_basis, accumulates_from, indicator_code, scope)
QUALIFY row_number() OVER (figure ORDER BY provinces_reported DESC, method_family DESC) = 1

-- The 34 provinces before the merger, from the figures of the 63 in {figures}: counts by their sum, quotients by the
-- ratio of their summed parts, only where every predecessor has the figure, by one method. Where that is not so the
-- row has no value and says why. An unchanged province goes on as it is, but for a rank of 63, which is none of 34.
CREATE OR REPLACE TEMP VIEW {view} AS
WITH old AS (
    SELECT
        f.* EXCLUDE (province_code, geography),
        c.new_code AS province_code, c.predecessors, c.is_unchanged, i.kind, i.predecessor_rule, i.ratio_factor
    FROM {figures} AS f
    JOIN crosswalk_fact AS c ON c.old_code = f.province_code
    JOIN indicator_fact AS i USING (indicator_code)
    WHERE f.geography = '63'
),
counted AS (
    SELECT
        period_start, period_basis, accumulates_from, province_code, indicator_code, scope,
        kind, predecessor_rule, ratio_factor,
        max(period_end) AS period_end,
        max(as_of) AS as_of,
        max(unit) AS unit,
        max(predecessors) AS predecessors,
        count(*) AS figures,
        count(value) AS figures_with_value,
        count(*) FILTER (WHERE numerator IS NOT NULL AND denominator IS NOT NULL) AS figures_with_parts,
        count(DISTINCT method_family) AS methods,
        exact_sum(value) AS total,
        complete_sum(numerator) AS numerator,
        complete_sum(denominator) AS denominator,
        qualifier_of_sum(qualifier) AS sum_qualifier,
        qualifier_of_ratio(qualifier) AS ratio_qualifier,
        max(target) AS target,
        bool_or(is_sample) AS is_sample,
        joined(source_code) AS source_code,
        shared(source_title) AS source_title,
        shared(source_url) AS source_url,
        joined(method_version) AS method_version,
        shared(method_family) AS method_family,
        max(vintage_at) AS vintage_at,
        shared(file_sha256) AS file_sha256,
        shared(locator) AS locator
    FROM old
    WHERE NOT is_unchanged
    GROUP BY
        period_start, period_basis, accumulates_from, province_code, indicator_code, scope,
        kind, predecessor_rule, ratio_factor
),
noted AS (
    SELECT
        *,
        CASE
            WHEN kind = 'rank' THEN 'rank_of_63'
            WHEN predecessor_rule = 'none' THEN 'not_additive'
            WHEN methods > 1 THEN 'method_mixed'
            WHEN figures < predecessors OR (predecessor_rule = 'sum' AND figures_with_value < predecessors)
                THEN 'predecessor_missing'
            WHEN predecessor_rule = 'ratio_of_sums' AND figures_with_parts < predecessors THEN 'rate_without_counts'
            ELSE 'built_from_predecessors'
        END AS series_note,
        series_note = 'built_from_predecessors' AS is_built
    FROM counted
)
SELECT
    '34' AS geography, province_code, period_start, period_end, period_basis, as_of, accumulates_from, indicator_code,
    scope, unit,
    CASE
        WHEN is_built AND predecessor_rule = 'sum' THEN total
        WHEN is_built THEN ratio_factor * numerator / nullif(denominator, 0)
    END AS value,
    CASE WHEN is_built THEN numerator END AS numerator,
    CASE WHEN is_built THEN denominator END AS denominator,
    CASE WHEN is_built THEN if(predecessor_rule = 'sum', sum_qualifier, ratio_qualifier) END AS qualifier,
    CAST(NULL AS VARCHAR) AS status,
    target, is_sample, source_code, source_title, source_url, method_version, method_family, vintage_at,
    file_sha256, locator, is_built, series_note
FROM noted
UNION ALL BY NAME
SELECT
    '34' AS geography, province_code, period_start, period_end, period_basis, as_of, accumulates_from, indicator_code,
    scope, unit,
    CASE WHEN kind <> 'rank' THEN value END AS value,
    numerator, denominator, qualifier, status, target, is_sample, source_code, source_title, source_url,
    method_version, method_family, vintage_at, file_sha256, locator,
    false AS is_built,
    CASE WHEN kind = 'rank' THEN 'rank_of_63' END AS series_note
FROM old
WHERE is_unchanged

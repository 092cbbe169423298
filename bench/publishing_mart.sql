-- Sample figures by a formula: half counts that grow, half percentages; every one says that it is a sample.
CREATE OR REPLACE TEMP TABLE figure AS
SELECT month AS period_start, last_day(month) AS period_end, 'calendar' AS period_basis, last_day(month) AS as_of,
    province AS province_code, format('SAMPLE_{:03d}', number) AS indicator_code, 'all' AS scope,
    CASE WHEN number % 2 = 0 THEN 'percent' ELSE 'dossier' END AS unit,
    hash(province, number) % 1000 + hash(province, number, month) % 50 AS numerator, 1100.0 AS denominator,
    CASE WHEN number % 2 = 0 THEN round(100 * numerator / denominator, 2) ELSE numerator END AS value,
    'exact' AS qualifier, true AS is_sample, 'provincial_submission' AS source_code,
    'Sample figures of a benchmark' AS source_title, 'v1' AS method_version,
    month + INTERVAL 40 DAY + to_microseconds((hash(province) % 1000000)::BIGINT) AS vintage_at,
    sha256(province || month::VARCHAR) AS file_sha256, 'Mẫu!' || 'D' || (number + 7) AS locator
FROM unnest($provinces::VARCHAR[]) AS p(province), unnest($months::DATE[]) AS m(month),
    range(1, $indicators + 1) AS n(number);
INSERT INTO mart.province_monthly BY NAME
SELECT '34' AS geography, period_start, period_end, period_basis, as_of, province_code, indicator_code, scope, unit, value, numerator,
    denominator, qualifier, is_sample, source_code, source_title, method_version, vintage_at, file_sha256, locator,
    CASE WHEN unit = 'percent' THEN round(value - lag(value) OVER series, 2) END AS change_pp,
    CASE WHEN unit <> 'percent' THEN round(100 * (value / nullif(lag(value) OVER series, 0) - 1), 2) END AS change_pct,
    rank() OVER (PARTITION BY indicator_code, period_start ORDER BY value DESC) AS rank
FROM figure
WINDOW series AS (PARTITION BY indicator_code, province_code ORDER BY period_start);
INSERT INTO mart.national_monthly BY NAME
SELECT period_start, any_value(period_end) AS period_end, any_value(period_basis) AS period_basis,
    any_value(as_of) AS as_of, indicator_code, any_value(scope) AS scope, any_value(unit) AS unit,
    avg(value) AS value, sum(numerator) AS numerator, sum(denominator) AS denominator, 'exact' AS qualifier,
    true AS is_sample, count(*) AS provinces_reported, 34 AS provinces_expected, 'mean' AS rule,
    any_value(source_code) AS source_code, any_value(method_version) AS method_version,
    max(vintage_at) AS vintage_at
FROM figure GROUP BY period_start, indicator_code;
INSERT INTO mart.province_quarterly BY NAME
SELECT '34' AS geography, date_trunc('quarter', figure.period_start)::DATE AS period_start,
    max(period_end) AS period_end, any_value(period_basis) AS period_basis, max(as_of) AS as_of, province_code,
    indicator_code, any_value(scope) AS scope, any_value(unit) AS unit, arg_max(value, figure.period_start) AS value,
    arg_max(numerator, figure.period_start) AS numerator, any_value(denominator) AS denominator,
    'exact' AS qualifier, true AS is_sample, count(*) AS months_covered, any_value(source_code) AS source_code,
    any_value(method_version) AS method_version, max(vintage_at) AS vintage_at
FROM figure GROUP BY date_trunc('quarter', figure.period_start), province_code, indicator_code;
INSERT INTO mart.submission_status BY NAME
SELECT period_start, source_code, province_code, 'accepted' AS status, 1 AS files_count, count(*) AS accepted_count,
    0 AS rejected_count, max(vintage_at) AS last_received_at, false AS is_late, true AS is_sample
FROM figure GROUP BY period_start, source_code, province_code;
DROP TABLE figure;

-- One row per province and month; {codes} and {figures} are made of catalogue codes.
-- Of a plain and a cumulative figure the plain one is shown; of two cumulative ones the one that began last.
INSERT INTO mart.scorecard_monthly BY NAME
WITH figure AS (
    SELECT *
    FROM mart.province_monthly
    WHERE scope = 'all' AND indicator_code IN ({codes})
    QUALIFY row_number() OVER (
        PARTITION BY province_code, period_start, indicator_code
        ORDER BY period_basis, accumulates_from IS NOT NULL, accumulates_from DESC
    ) = 1
),
province AS (
    SELECT area_code AS province_code, name_vi AS province_name, region_vi, valid_from, valid_to
    FROM mart.dim_area
    WHERE area_level = 'province'
)
SELECT
    figure.period_start,
    figure.province_code,
    max(province.province_name) AS province_name,
    max(province.region_vi) AS region_vi,
    {figures},
    bool_or(figure.is_sample) AS is_sample
FROM figure
LEFT JOIN province
    ON province.province_code = figure.province_code
    AND coalesce(province.valid_from <= figure.period_start, true)
    AND coalesce(figure.period_start <= province.valid_to, true)
GROUP BY figure.period_start, figure.province_code

-- One row per province and month; {codes} and {figures} are made of catalogue codes.
-- Of a plain and a cumulative figure the plain one is shown; of two cumulative ones the one that began last.
INSERT INTO mart.scorecard_monthly BY NAME
WITH figure AS (
    SELECT *
    FROM mart.province_monthly
    WHERE scope = 'all' AND indicator_code IN ({codes}) AND (value IS NOT NULL OR status IS NOT NULL)
    QUALIFY row_number() OVER (
        PARTITION BY geography, province_code, period_start, indicator_code
        ORDER BY period_basis, accumulates_from IS NOT NULL, accumulates_from DESC
    ) = 1
),
province AS (
    -- A code names one province within its set of provinces, whatever type it had.
    SELECT geography, area_code AS province_code, max(name_vi) AS province_name, max(region_vi) AS region_vi
    FROM mart.dim_area
    WHERE area_level = 'province'
    GROUP BY geography, area_code
)
SELECT
    figure.period_start,
    figure.geography,
    figure.province_code,
    max(province.province_name) AS province_name,
    max(province.region_vi) AS region_vi,
    {figures},
    bool_or(figure.is_sample) AS is_sample,
    bool_or(figure.is_built) AS is_built
FROM figure
LEFT JOIN province USING (geography, province_code)
GROUP BY figure.period_start, figure.geography, figure.province_code

-- What indicators and areas are called: as in the newer file, and those that only the older one knows as there.
CREATE OR REPLACE TEMP TABLE compared_indicator AS
FROM (
    SELECT indicator_code, name_vi, name_en, kind, unit_vi, 1 AS side FROM {new}.mart.dim_indicator
    UNION ALL
    SELECT indicator_code, name_vi, name_en, kind, unit_vi, 2 AS side FROM {old}.mart.dim_indicator
)
QUALIFY row_number() OVER (PARTITION BY indicator_code ORDER BY side) = 1;
CREATE OR REPLACE TEMP TABLE compared_area AS
SELECT area_code, name_vi, valid_from, valid_to FROM {new}.mart.dim_area WHERE area_level <> 'commune'

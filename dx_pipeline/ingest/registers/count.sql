-- How many things of each area and scope meet the conditions of each indicator.
-- register_row: row_number, area_code, scope, row_key, row_name; rows of one key are one thing.
-- row_code: row_number, field, code; no code where the cell's word is unknown.
-- wanted: indicator_code. condition: indicator_code, field, code; any code of a field will do, every field must.
WITH
field_met AS (
    SELECT row_number, indicator_code, field, bool_or(row_code.code = condition.code) AS is_met
    FROM row_code JOIN condition USING (field)
    GROUP BY row_number, indicator_code, field
),
row_met AS (
    SELECT
        register_row.row_number, area_code, scope, row_key, row_name, wanted.indicator_code,
        CASE
            WHEN bool_or(NOT is_met) THEN FALSE
            WHEN count(field) > count(is_met) THEN NULL
            ELSE TRUE
        END AS is_counted
    FROM register_row
    CROSS JOIN wanted
    LEFT JOIN field_met
        ON field_met.row_number = register_row.row_number AND field_met.indicator_code = wanted.indicator_code
    GROUP BY ALL
),
-- A key that stands in two areas or scopes, or under two names, has two readings wherever it counts.
key_readings AS (
    SELECT
        row_key,
        count(DISTINCT area_code) > 1 OR count(DISTINCT scope) > 1 OR count(DISTINCT row_name) > 1 AS is_disputed
    FROM register_row
    GROUP BY row_key
),
thing AS (
    SELECT
        indicator_code, area_code, scope, row_key,
        coalesce(bool_or(is_counted), FALSE) AS is_counted,
        count(*) > count(is_counted) AS is_unknown,
        coalesce(bool_or(is_counted), FALSE)
            AND (NOT bool_and(is_counted) OR bool_or(is_disputed)) AS is_disputed,
        min(row_number) AS first_row,
        max(row_number) AS last_row
    FROM row_met JOIN key_readings USING (row_key)
    GROUP BY indicator_code, area_code, scope, row_key
)
SELECT
    indicator_code, area_code, scope,
    count(*) FILTER (is_counted) AS value,
    count(*) AS things,
    count(*) FILTER (is_unknown) AS unknown_things,
    count(*) FILTER (is_disputed) AS disputed_things,
    min(first_row) AS first_row,
    max(last_row) AS last_row
FROM thing
GROUP BY indicator_code, area_code, scope
ORDER BY area_code, scope, indicator_code

-- Typed rows that break a rule of single rows: the position of each, the rule and the column's heading.
CREATE TEMP TABLE broken_row AS
WITH row_with_home AS (
    SELECT typed.* {derived}, typed.file_row_number AS position, home.province AS commune_province
    FROM read_parquet({rows}, file_row_number = true) AS typed
    LEFT JOIN commune_home AS home ON home.commune = typed.{commune}
),
finding AS (
    SELECT position, unnest(list_filter([{findings}], lambda found: found IS NOT NULL)) AS found
    FROM row_with_home
    WHERE {is_broken}
)
SELECT DISTINCT position, split_part(found, ':', 1) AS rule, substr(found, strpos(found, ':') + 1) AS heading
FROM finding

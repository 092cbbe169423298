-- Per province, '' where it cannot be read: how many rows there were, and how many broke each rule. The pseudo rule
-- "rows" has all of them and those that broke any rule.
COPY (
    WITH accepted AS (
        SELECT {province} AS area_code, CAST(sum(row_count) AS BIGINT) AS row_count FROM tally GROUP BY {province}
    ),
    broken AS (
        SELECT coalesce(province, '') AS area_code, line, rule, min(text) AS text
        FROM reject
        GROUP BY ALL
    ),
    refused AS (
        SELECT area_code, count(DISTINCT line) AS line_count FROM broken GROUP BY area_code
    ),
    area AS (
        SELECT
            coalesce(accepted.area_code, refused.area_code) AS area_code,
            coalesce(row_count, 0) + coalesce(line_count, 0) AS evaluated_count,
            coalesce(line_count, 0) AS failed_count
        FROM accepted FULL JOIN refused USING (area_code)
    ),
    rule_found AS (
        SELECT area_code, rule, count(*) AS failed_count, min(line) AS first_line,
            array_to_string(list_sort(min(line, 5)), ', ') AS first_lines, arg_min(text, line) AS example
        FROM broken
        GROUP BY area_code, rule
    )
    SELECT area_code, 'rows' AS rule, evaluated_count, failed_count, NULL AS first_lines, NULL AS example
    FROM area
    UNION ALL
    SELECT area_code, rule, evaluated_count, coalesce(rule_found.failed_count, 0), first_lines, left(example, 500)
    FROM area
    CROSS JOIN (SELECT unnest([{rules}]) AS rule)
    LEFT JOIN rule_found USING (area_code, rule)
) TO {target} (FORMAT parquet)

-- Every line that is not accepted, once per rule and column: lines that could not be read, rows that break a rule of
-- single rows, rows that repeat another. Only typed rows have a position.
CREATE TEMP TABLE reject AS
WITH at_position AS (
    SELECT position, rule, heading, NULL::BIGINT AS first_position, NULL::DATE AS month FROM broken_row
    UNION ALL
    SELECT position, '{unique_rule}', {key_heading}, first_position, month FROM repeated_row
),
placed AS (
    SELECT
        at_position.*,
        $first_line + at_position.position + coalesce(own.lines, 0) AS line,
        $first_line + at_position.first_position + coalesce(first.lines, 0) AS repeats_line
    FROM at_position
    ASOF LEFT JOIN line_shift AS own ON at_position.position >= own.position
    ASOF LEFT JOIN line_shift AS first ON at_position.first_position >= first.position
),
typed AS (
    SELECT placed.line, placed.rule, placed.heading, row.{province} AS province, row.{key} AS row_key,
        concat_ws('; ', {cells}, row.unread) AS text,
        placed.repeats_line, placed.month AS repeats_month, placed.position
    FROM placed
    JOIN (
        SELECT *, file_row_number AS position
        FROM read_parquet({rows}, file_row_number = true)
        WHERE file_row_number IN (SELECT position FROM at_position)
    ) AS row USING (position)
    LEFT JOIN province_shown ON province_shown.code = row.{province}
),
unread AS (
    SELECT
        unread_line.line,
        CASE WHEN kind = 'CAST' AND list_contains({code_columns}, column_number) THEN '{code_rule}' ELSE '{type_rule}' END
            AS rule,
        CASE WHEN kind = 'CAST' THEN ({headings})[column_number] END AS heading,
        word.code AS province,
        NULL AS row_key,
        text,
        NULL::BIGINT AS repeats_line, NULL::DATE AS repeats_month, NULL::BIGINT AS position
    FROM unread_line
    LEFT JOIN province_word AS word
        ON word.word = trim(
            CASE
                WHEN contains(text, '"') THEN trim(regexp_extract_all(text, {cell_pattern}, 1)[{province_column}], '"')
                ELSE str_split(text, {delimiter})[{province_column}]
            END
        )
    -- Where a line has too few or too many cells, what the others hold says nothing.
    WHERE kind <> 'CAST' OR line NOT IN (SELECT line FROM unread_line WHERE kind <> 'CAST')
)
SELECT DISTINCT * FROM (SELECT * FROM typed UNION ALL SELECT * FROM unread)
ORDER BY line, rule, heading

-- Rows of the file whose key an accepted row of the other register has: what arrived first stands.
INSERT INTO repeated_row
WITH here AS (
    SELECT file_row_number AS position, {key} AS row_key
    FROM read_parquet({rows}, file_row_number = true)
    WHERE hash({key}) IN (SELECT key_hash FROM suspect)
      AND file_row_number NOT IN (SELECT position FROM broken_row)
      AND file_row_number NOT IN (SELECT position FROM repeated_row)
),
there AS (
    SELECT DISTINCT {key} AS row_key
    FROM read_parquet({other_rows}, file_row_number = true)
    WHERE hash({key}) IN (SELECT key_hash FROM suspect)
      AND file_row_number NOT IN (SELECT position FROM read_parquet({other_rejects}) WHERE position IS NOT NULL)
)
SELECT position, NULL, $month
FROM here SEMI JOIN there USING (row_key)

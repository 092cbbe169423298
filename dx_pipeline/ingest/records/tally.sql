-- The accepted rows per province and commune, by every condition that is counted.
CREATE TEMP TABLE tally AS
SELECT {province}, {commune}, count(*) AS row_count, {measures}
FROM (SELECT * {derived} FROM read_parquet({rows}, file_row_number = true))
WHERE file_row_number NOT IN (SELECT position FROM reject WHERE position IS NOT NULL)
GROUP BY {province}, {commune}

-- What the reader rejected: per line and column the kind of fault. Lines are counted in the whole file; where it has
-- empty lines, DuckDB 1.5 counts some of them wrong, but never the place of their first byte (from 1) once the ends
-- of the lines before, which it may take as part of the line, are taken off.
CREATE TEMP TABLE unread_line AS
SELECT DISTINCT
    CAST(line AS BIGINT) AS line,
    CAST(line_byte_position AS BIGINT) + length(csv_line) - length(ltrim(csv_line, chr(10) || chr(13))) AS first_byte,
    CAST(column_idx AS BIGINT) AS column_number,
    CAST(error_type AS VARCHAR) AS kind,
    ltrim(csv_line, chr(10) || chr(13)) AS text
FROM reject_errors

-- Puts right the lines of what the reader rejected.
UPDATE unread_line
SET line = known.line
FROM (SELECT unnest(CAST($places AS BIGINT[])) AS first_byte, unnest(CAST($lines AS BIGINT[])) AS line) AS known
WHERE known.first_byte = unread_line.first_byte

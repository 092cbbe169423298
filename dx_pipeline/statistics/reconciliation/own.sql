-- Every figure of our own that a published one can be compared with.
CREATE OR REPLACE TEMP TABLE own_figure AS
SELECT *
FROM (FROM own_reported UNION ALL BY NAME FROM own_quarter UNION ALL BY NAME FROM own_change)
WHERE value IS NOT NULL OR status IS NOT NULL

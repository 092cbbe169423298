-- The figures that wait, and since when.
SELECT table_name, indicator_code, figure_key, held_since
FROM quality.publication_change
WHERE decision = 'held'

-- Hashes, of one share of them, that more than one row of the file has.
INSERT INTO suspect
SELECT hash({key}) AS key_hash
FROM read_parquet({rows})
WHERE {key} IS NOT NULL AND {is_of_share}
GROUP BY key_hash
HAVING count(*) > 1

-- Hashes, of one share of them, that a row of the file and a row of the other register have.
INSERT INTO suspect
SELECT DISTINCT hash({key}) AS key_hash
FROM read_parquet({other_rows})
WHERE {is_of_share}
  AND hash({key}) IN (SELECT hash({key}) FROM read_parquet({rows}) WHERE {is_of_share})

-- Hashes of keys that may stand twice, and the rows found to repeat another.
CREATE TEMP TABLE suspect (key_hash UBIGINT);
CREATE TEMP TABLE repeated_row (position BIGINT, first_position BIGINT, month DATE);

-- The files that loads still need: of those in force or waiting to be judged, and the rejects of any, which reports name.
SELECT CASE WHEN is_latest OR verdict IS NULL THEN rows_file END, rejects_file FROM core.register_partition

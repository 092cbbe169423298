-- What each row rule found in a load, once: a run that is repeated adds nothing.
INSERT INTO core.register_check BY NAME
SELECT
    incoming.*,
    $source_code AS source_code,
    CAST($period_start AS DATE) AS period_start,
    $file_sha256 AS file_sha256,
    CAST($vintage_at AS TIMESTAMP) AS vintage_at
FROM read_parquet($checks) AS incoming
WHERE NOT EXISTS (
    SELECT 1
    FROM core.register_check AS known
    WHERE (known.source_code, known.file_sha256, known.vintage_at) = ($source_code, $file_sha256, $vintage_at)
)

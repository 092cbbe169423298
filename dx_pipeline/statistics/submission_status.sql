-- For every month that has any file: what each expected province sent to each source that waits for provinces.
-- Lateness is judged by the first receipt, in Vietnam's time; a sample's day of receipt means nothing.
INSERT INTO mart.submission_status BY NAME
WITH file_month AS (
    SELECT r.file_sha256, r.source_code, r.area_code, r.received_at, r.status, CAST(m.month_start AS DATE) AS period_start
    FROM raw.received_file AS r
    LEFT JOIN source_fact AS s ON s.source_code = r.source_code,
        LATERAL (
            SELECT unnest(generate_series(
                date_trunc('month', r.period_start),
                date_trunc('month', CASE WHEN s.is_quarterly THEN r.period_start ELSE r.period_end END),
                INTERVAL 1 MONTH
            )) AS month_start
        ) AS m
    WHERE r.status <> 'duplicate'
),
read_figure AS (
    SELECT file_sha256, source_code, area_code, period_start, is_sample, vintage_at FROM core.observation
    WHERE area_level = 'province'
    UNION ALL BY NAME
    SELECT file_sha256, source_code, area_code, period_start, is_sample, vintage_at FROM core.unread_cell
),
sent AS (
    SELECT source_code, area_code, period_start, file_sha256, received_at, status = 'rejected' AS is_refused, NULL AS is_sample
    FROM file_month
    WHERE area_code IS NOT NULL
    UNION ALL BY NAME
    SELECT DISTINCT
        source_code, area_code, period_start, file_sha256, vintage_at AS received_at, false AS is_refused, is_sample
    FROM read_figure
),
received AS (
    SELECT
        source_code, area_code, period_start,
        count(DISTINCT file_sha256) AS files_count,
        min(received_at) AS first_received_at,
        max(received_at) AS last_received_at,
        bool_or(is_refused) AS is_refused
    FROM sent
    GROUP BY source_code, area_code, period_start
),
accepted AS (
    SELECT source_code, area_code, period_start, count(*) AS accepted_count, bool_or(is_sample) AS is_sample
    FROM core.accepted_observation
    WHERE area_level = 'province'
    GROUP BY source_code, area_code, period_start
),
rejected AS (
    SELECT
        source_code, area_code, period_start,
        count(DISTINCT coalesce(observation_id, rejection_id)) AS rejected_count,
        bool_or(is_sample) AS is_sample
    FROM quality.rejection
    -- Rows of a register that are not accepted are no figures; that a province is refused because of them is said.
    WHERE is_current AND severity = 'ERROR'
      AND (rule NOT LIKE 'register_%' OR rule = 'register_rejects_within_limit')
    GROUP BY source_code, area_code, period_start
),
awaited AS (
    SELECT
        f.period_start, src.source_code, p.province_code,
        CAST(f.period_start + INTERVAL 1 MONTH + to_days(src.due_day - 1) AS DATE) AS due_date
    FROM (
        SELECT period_start FROM file_month
        UNION
        SELECT period_start FROM read_figure
    ) AS f
    CROSS JOIN source_fact AS src
    JOIN province_fact AS p
        ON coalesce(p.valid_from <= f.period_start, true) AND coalesce(f.period_start <= p.valid_to, true)
    WHERE src.expects_provinces AND f.period_start IS NOT NULL
),
joined_status AS (
    SELECT
        a.*,
        coalesce(r.files_count, 0) AS files_count,
        coalesce(acc.accepted_count, 0) AS accepted_count,
        coalesce(rej.rejected_count, 0) AS rejected_count,
        r.first_received_at,
        r.last_received_at,
        coalesce(r.is_refused, false) AS is_refused,
        coalesce(acc.is_sample, false) OR coalesce(rej.is_sample, false) AS is_sample
    FROM awaited AS a
    LEFT JOIN received AS r
        ON r.source_code = a.source_code AND r.area_code = a.province_code AND r.period_start = a.period_start
    LEFT JOIN accepted AS acc
        ON acc.source_code = a.source_code AND acc.area_code = a.province_code AND acc.period_start = a.period_start
    LEFT JOIN rejected AS rej
        ON rej.source_code = a.source_code AND rej.area_code = a.province_code AND rej.period_start = a.period_start
)
SELECT
    period_start,
    source_code,
    province_code,
    CASE
        WHEN accepted_count > 0 AND rejected_count > 0 THEN 'partly_accepted'
        WHEN accepted_count > 0 THEN 'accepted'
        WHEN rejected_count > 0 OR is_refused THEN 'rejected'
        ELSE 'missing'
    END AS status,
    files_count,
    accepted_count,
    rejected_count,
    last_received_at,
    due_date,
    CASE
        WHEN NOT is_sample THEN CAST(first_received_at + INTERVAL 7 HOUR AS DATE) > due_date
    END AS is_late,
    is_sample
FROM joined_status
-- An office that waits for some provinces only sees those, and whoever else has sent.
WHERE len($expected) = 0 OR list_contains($expected, province_code) OR files_count > 0

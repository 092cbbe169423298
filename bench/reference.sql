-- The figures of a register as a straightforward SQL over its raw CSV gives them: every province, its communes
-- together, and every commune. `counted` is counts.sql over the CSV's rows; the indicators are written by hand.
CREATE OR REPLACE TABLE reference AS
WITH named AS (
    SELECT counted.*, portal.province_code
    FROM counted
    JOIN read_csv('{areas}/provinces.csv', all_varchar = true) AS portal ON portal.portal_code = counted.province
),
place AS (
    SELECT province_code AS area_code, 'all' AS scope, named.* FROM named
    UNION ALL SELECT province_code, 'commune_level', named.* FROM named WHERE commune IS NOT NULL
    UNION ALL SELECT commune, 'commune', named.* FROM named WHERE commune IS NOT NULL
),
total AS (
    SELECT area_code, scope, sum(COLUMNS(* EXCLUDE (area_code, scope, province, commune, province_code)))
    FROM place GROUP BY area_code, scope
),
figure AS (
    SELECT area_code, scope, unnest([
        {{'code': 'DOS_RECV_CNT', 'top': received, 'bottom': NULL}},
        {{'code': 'DOS_RECV_ONLINE_CNT', 'top': online, 'bottom': NULL}},
        {{'code': 'DOS_RECV_DIRECT_CNT', 'top': counter, 'bottom': NULL}},
        {{'code': 'DOS_RECV_POST_CNT', 'top': post, 'bottom': NULL}},
        {{'code': 'DOS_RECV_KIOSK_CNT', 'top': kiosk, 'bottom': NULL}},
        {{'code': 'DOS_LEVEL_FULL_CNT', 'top': level_full, 'bottom': NULL}},
        {{'code': 'DOS_LEVEL_PART_CNT', 'top': level_partial, 'bottom': NULL}},
        {{'code': 'DOS_LEVEL_NONE_CNT', 'top': level_none, 'bottom': NULL}},
        {{'code': 'DOS_INTAKE_DONE_CNT', 'top': done, 'bottom': NULL}},
        {{'code': 'DOS_INTAKE_ONTIME_CNT', 'top': done_on_time, 'bottom': NULL}},
        {{'code': 'DOS_INTAKE_LATE_CNT', 'top': done_late, 'bottom': NULL}},
        {{'code': 'DOS_INTAKE_OVERDUE_CNT', 'top': overdue, 'bottom': NULL}},
        {{'code': 'DOS_ONLINE_RATE', 'top': online, 'bottom': received}},
        {{'code': 'DOS_INTAKE_FULL_RATE', 'top': online_full, 'bottom': received}},
        {{'code': 'DIG_INTAKE_RATE', 'top': papers_digitised, 'bottom': received}},
        {{'code': 'DIG_INTAKE_RESULT_RATE', 'top': result_digitised, 'bottom': done}},
        {{'code': 'DIG_REUSE_RATE', 'top': data_reused, 'bottom': received}},
        {{'code': 'DOS_INTAKE_ONTIME_RATE', 'top': done_on_time, 'bottom': done}},
        {{'code': 'PAY_ONLINE_RATE', 'top': paid_online, 'bottom': fee_due}}
    ], recursive := true)
    FROM total
)
SELECT code AS indicator_code, area_code, CASE scope WHEN 'commune' THEN 'all' ELSE scope END AS scope,
       CASE WHEN bottom IS NULL THEN top END::BIGINT AS count_value,
       CASE WHEN bottom IS NOT NULL THEN top END::BIGINT AS numerator, bottom::BIGINT AS denominator
FROM figure
WHERE bottom IS NULL OR bottom > 0

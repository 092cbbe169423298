-- What the register's indicators are, written by hand from the words of the file. Rows named in $bad do not count.
WITH line AS (
    SELECT row_number() OVER () + 1 AS line, * FROM read_csv($path, all_varchar = true, header = true, delim = ',', parallel = false)
),
dossier AS (
    SELECT
        MA_TINH AS province, MA_XA AS commune, KENH_TIEP_NHAN AS channel, MUC_DO AS level,
        CAST(NGAY_HEN_TRA AS TIMESTAMP) AS due, CAST(NGAY_KET_THUC AS TIMESTAMP) AS finished,
        SO_HOA_TPHS AS papers, SO_HOA_KQ AS result, TAI_SU_DUNG AS reused, CO_PHI AS fee, TT_TRUC_TUYEN AS paid,
        CAST($next_month AS TIMESTAMP) AS next_month
    FROM line
    WHERE NOT list_contains($bad, line)
),
placed AS (
    SELECT province AS place, 'all' AS scope, * FROM dossier
    UNION ALL
    SELECT province, 'commune_level', * FROM dossier WHERE commune IS NOT NULL
    UNION ALL
    SELECT commune, 'all', * FROM dossier WHERE commune IS NOT NULL
),
counted AS (
    SELECT
        place, scope, count(*) AS n,
        sum(CASE WHEN channel = '2' THEN 1 ELSE 0 END) AS online,
        sum(CASE WHEN channel = '1' THEN 1 ELSE 0 END) AS direct,
        sum(CASE WHEN channel = '3' THEN 1 ELSE 0 END) AS post,
        sum(CASE WHEN channel = '4' THEN 1 ELSE 0 END) AS kiosk,
        sum(CASE WHEN level = 'FULL' THEN 1 ELSE 0 END) AS lfull,
        sum(CASE WHEN level = 'PARTIAL' THEN 1 ELSE 0 END) AS lpart,
        sum(CASE WHEN level = 'NONE' THEN 1 ELSE 0 END) AS lnone,
        sum(CASE WHEN level = 'FULL' AND channel = '2' THEN 1 ELSE 0 END) AS online_full,
        sum(CASE WHEN finished < next_month THEN 1 ELSE 0 END) AS done,
        sum(CASE WHEN finished < next_month AND finished > due THEN 1 ELSE 0 END) AS late,
        sum(CASE WHEN due < next_month AND (finished IS NULL OR finished >= next_month) THEN 1 ELSE 0 END) AS overdue,
        sum(CAST(papers AS INT)) AS papers,
        sum(CASE WHEN finished < next_month AND result = '1' THEN 1 ELSE 0 END) AS results,
        sum(CAST(reused AS INT)) AS reused,
        sum(CAST(fee AS INT)) AS fees,
        sum(CASE WHEN fee = '1' AND paid = '1' THEN 1 ELSE 0 END) AS paid
    FROM placed
    GROUP BY place, scope
)
SELECT 'DOS_RECV_CNT' AS indicator, place, scope, n AS value, NULL AS numerator, NULL AS denominator FROM counted
UNION ALL SELECT 'DOS_RECV_ONLINE_CNT', place, scope, online, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_RECV_DIRECT_CNT', place, scope, direct, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_RECV_POST_CNT', place, scope, post, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_RECV_KIOSK_CNT', place, scope, kiosk, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_LEVEL_FULL_CNT', place, scope, lfull, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_LEVEL_PART_CNT', place, scope, lpart, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_LEVEL_NONE_CNT', place, scope, lnone, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_INTAKE_DONE_CNT', place, scope, done, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_INTAKE_ONTIME_CNT', place, scope, done - late, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_INTAKE_LATE_CNT', place, scope, late, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_INTAKE_OVERDUE_CNT', place, scope, overdue, NULL, NULL FROM counted
UNION ALL SELECT 'DOS_ONLINE_RATE', place, scope, 100.0 * online / n, online, n FROM counted
UNION ALL SELECT 'DOS_INTAKE_FULL_RATE', place, scope, 100.0 * online_full / n, online_full, n FROM counted
UNION ALL SELECT 'DIG_INTAKE_RATE', place, scope, 100.0 * papers / n, papers, n FROM counted
UNION ALL SELECT 'DIG_INTAKE_RESULT_RATE', place, scope, 100.0 * results / done, results, done FROM counted WHERE done > 0
UNION ALL SELECT 'DIG_REUSE_RATE', place, scope, 100.0 * reused / n, reused, n FROM counted
UNION ALL SELECT 'DOS_INTAKE_ONTIME_RATE', place, scope, 100.0 * (done - late) / done, done - late, done FROM counted WHERE done > 0
UNION ALL SELECT 'PAY_ONLINE_RATE', place, scope, 100.0 * paid / fees, paid, fees FROM counted WHERE fees > 0

-- One month of invented dossiers, a row per dossier, the fields in the words of the register's file.
-- Every draw is a field of the MD5 of seed, month and number, so that a row is the same in every format, on every
-- machine and under every version of the database. Shares and delays are invented, in a plausible order of size.
-- Variables: seed, rows, month (first day), stride (a bad row in every so many; 0 for none), bad_rows, kinds.
WITH numbered AS (
    SELECT range AS n,
           CASE WHEN getvariable('stride') > 0 AND range % getvariable('stride') = getvariable('stride') - 1
                 AND range // getvariable('stride') < getvariable('bad_rows')
                THEN getvariable('kinds')[range // getvariable('stride') % len(getvariable('kinds')) + 1] END AS bad
    FROM range(getvariable('rows'))
),
keyed AS (  -- a repeated row is the row before it, once more
    SELECT bad, n - (bad IS NOT DISTINCT FROM 'key_repeated')::BIGINT AS n FROM numbered
),
mixed AS (
    SELECT n, bad,
           md5_number(concat(getvariable('seed'), '/', getvariable('month'), '/', n, '/a')) AS a,
           md5_number(concat(getvariable('seed'), '/', getvariable('month'), '/', n, '/b')) AS b
    FROM keyed
),
split AS (
    SELECT n, bad,
           (a & 18446744073709551615)::UBIGINT AS a0, (a >> 64)::UBIGINT AS a1,
           (b & 18446744073709551615)::UBIGINT AS b0, (b >> 64)::UBIGINT AS b1
    FROM mixed
),
drawn AS (
    SELECT n, bad,
           (a0 & 4294967295)::BIGINT AS commune_draw, (a0 >> 32)::BIGINT AS moment_draw,
           (a1 & 65535)::BIGINT % 1000 AS office_draw, (a1 >> 16 & 65535)::BIGINT % 1000 AS channel_draw,
           (a1 >> 32 & 65535)::BIGINT % 1000 AS level_draw, (a1 >> 48)::BIGINT % 6000 AS procedure_draw,
           (b0 & 65535)::BIGINT % 1000 AS outcome_draw, (b0 >> 16 & 4294967295)::BIGINT AS delay_draw,
           (b0 >> 48)::BIGINT % 1000 AS due_draw,
           (b1 & 1023)::BIGINT AS papers_draw, (b1 >> 10 & 1023)::BIGINT AS result_draw,
           (b1 >> 20 & 1023)::BIGINT AS reuse_draw, (b1 >> 30 & 1023)::BIGINT AS fee_draw,
           (b1 >> 40 & 1023)::BIGINT AS paid_draw, (b1 >> 50 & 1023)::BIGINT AS answer_draw
    FROM split
),
dated AS (  -- received between 7:00 and 19:00 on any day; seconds since 1970 from here on
    SELECT *, epoch(getvariable('month')::TIMESTAMP)::BIGINT // 86400
              + moment_draw // 43200 % day(last_day(getvariable('month'))) AS received_day,
           25200 + moment_draw % 43200 AS second_of_day,
           epoch(getvariable('month') + INTERVAL 1 MONTH)::BIGINT + 4 * 86400 AS exported
    FROM drawn
),
weekdays AS (
    SELECT *, received_day * 86400 + second_of_day AS received,
           (received_day + 3) % 7 AS weekday,  -- Monday is 0
           [1, 2, 3, 3, 5, 5, 7, 10, 15, 20][due_draw % 10 + 1] AS working_days
    FROM dated
),
promised AS (  -- due at 17:00 so many working days later; what arrives on a weekend counts as Friday's
    SELECT *, (received_day - greatest(weekday - 4, 0) + working_days
               + 2 * ((least(weekday, 4) + working_days) // 5)) * 86400 + 61200 AS promised
    FROM weekdays
),
answered AS (
    SELECT *, CASE WHEN outcome_draw < 880 THEN received + (promised - received) * delay_draw // 4294967296
                   WHEN outcome_draw < 945 THEN promised + 864000 * delay_draw // 4294967296 END AS answered
    FROM promised
),
settled AS (  -- what was answered after the export is still open in it
    SELECT *, CASE WHEN answered < exported THEN answered END AS finished FROM answered
),
stated AS (
    SELECT *, finished IS NOT NULL AS is_finished,
           CASE WHEN finished IS NULL THEN
                     CASE WHEN delay_draw % 100 < 15 THEN 'MOI_TIEP_NHAN'
                          WHEN delay_draw % 100 < 25 THEN 'CHO_BO_SUNG' ELSE 'DANG_XU_LY' END
                WHEN due_draw % 100 < 96 THEN 'DA_CO_KET_QUA'
                WHEN due_draw % 100 < 98 THEN 'TU_CHOI' ELSE 'RUT_HO_SO' END AS status,
           CASE WHEN channel_draw < 830 THEN '2' WHEN channel_draw < 950 THEN '1'
                WHEN channel_draw < 980 THEN '3' ELSE '4' END AS channel,
           CASE WHEN level_draw < 450 THEN 'FULL' WHEN level_draw < 850 THEN 'PARTIAL' ELSE 'NONE' END AS service_level,
           fee_draw < 410 AS has_fee
    FROM settled
),
dossier AS (
    SELECT bad, has_fee, received, finished, foreign_commune,
           concat('000.', lpad((commune_number % 90 + 10)::VARCHAR, 2, '0'), '.', lpad((procedure_draw % 40)::VARCHAR, 2, '0'),
                  '.', portal_code, '-', strftime(make_date(received_day::INTEGER), '%y%m%d'), '-',
                  format('{:07d}', n + 1)) AS dossier_code,
           concat('1.', lpad((procedure_draw * 2 + 1)::VARCHAR, 6, '0')) AS procedure_code,
           portal_code AS province,
           CASE WHEN office_draw < 720 THEN commune_code END AS commune,
           channel, service_level,
           make_timestamp(received * 1000000) AS received_at,
           CASE WHEN due_draw >= 10 THEN make_timestamp(promised * 1000000) END AS due_at,
           make_timestamp(finished * 1000000) AS finished_at,
           status,
           (papers_draw < 930)::TINYINT AS papers_digitised,
           (is_finished AND result_draw < 880)::TINYINT AS result_digitised,
           (reuse_draw < 330)::TINYINT AS data_reused,
           has_fee::TINYINT AS fee_due,
           (has_fee AND paid_draw < 560)::TINYINT AS paid_online,
           CASE WHEN is_finished AND answer_draw < 300 THEN 'HAI_LONG'
                WHEN is_finished AND answer_draw < 335 THEN 'BINH_THUONG'
                WHEN is_finished AND answer_draw < 350 THEN 'KHONG_HAI_LONG' END AS satisfaction
    FROM stated JOIN commune_numbers ON commune_number = commune_draw % getvariable('communes')
)
SELECT CASE WHEN bad IS DISTINCT FROM 'key_empty' THEN dossier_code END AS dossier_code,
       CASE WHEN bad IS DISTINCT FROM 'procedure_empty' THEN procedure_code END AS procedure_code,
       CASE bad WHEN 'province_unknown' THEN 'H99' ELSE province END AS province,
       CASE bad WHEN 'commune_unknown' THEN '99999' WHEN 'commune_foreign' THEN foreign_commune ELSE commune END AS commune,
       CASE bad WHEN 'channel_unknown' THEN '9' WHEN 'channel_empty' THEN NULL ELSE channel END AS channel,
       CASE bad WHEN 'level_unknown' THEN 'MUC_3' ELSE service_level END AS service_level,
       CASE bad WHEN 'received_wrong' THEN '32/13/2025' WHEN 'received_empty' THEN NULL
                WHEN 'received_before_month' THEN (getvariable('month') - INTERVAL 1 DAY)::VARCHAR
                WHEN 'received_after_month' THEN (getvariable('month') + INTERVAL 1 MONTH)::VARCHAR
                ELSE received_at::VARCHAR END AS received_at,
       CASE bad WHEN 'due_wrong' THEN 'chưa rõ' WHEN 'due_too_early' THEN make_timestamp((received - 86400) * 1000000)::VARCHAR
                WHEN 'received_after_month' THEN NULL ELSE due_at::VARCHAR END AS due_at,
       CASE WHEN bad = 'finished_too_early' THEN make_timestamp((received - 3600) * 1000000)::VARCHAR
            WHEN bad = 'finished_not_done' THEN make_timestamp(coalesce(finished, received + 60) * 1000000)::VARCHAR
            WHEN bad IN ('done_not_finished', 'received_after_month') THEN NULL ELSE finished_at::VARCHAR END AS finished_at,
       CASE WHEN bad = 'status_unknown' THEN 'XONG' WHEN bad IN ('finished_too_early', 'done_not_finished') THEN 'DA_CO_KET_QUA'
            WHEN bad IN ('finished_not_done', 'received_after_month') THEN 'DANG_XU_LY' ELSE status END AS status,
       CASE bad WHEN 'flag_wrong' THEN '2' ELSE papers_digitised::VARCHAR END AS papers_digitised,
       result_digitised, data_reused,
       CASE bad WHEN 'paid_without_fee' THEN 0 ELSE fee_due END AS fee_due,
       CASE bad WHEN 'paid_without_fee' THEN 1 ELSE paid_online END AS paid_online,
       satisfaction
FROM dossier

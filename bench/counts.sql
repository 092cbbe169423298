-- What the register's indicators count, per province and commune, from the words of the file.
-- A straightforward reading of portal_dossiers.yaml, written by hand: the pipeline's figures are compared with it.
-- `dossiers` has the catalogue's fields; {next_month} is the first day after the register's month.
SELECT province, commune,
       count(*) AS received,
       count(*) FILTER (channel = '2') AS online,
       count(*) FILTER (channel = '1') AS counter,
       count(*) FILTER (channel = '3') AS post,
       count(*) FILTER (channel = '4') AS kiosk,
       count(*) FILTER (service_level = 'FULL') AS level_full,
       count(*) FILTER (service_level = 'PARTIAL') AS level_partial,
       count(*) FILTER (service_level = 'NONE') AS level_none,
       count(*) FILTER (channel = '2' AND service_level = 'FULL') AS online_full,
       count(*) FILTER (finished_at < {next_month}) AS done,
       count(*) FILTER (finished_at < {next_month} AND (due_at IS NULL OR finished_at <= due_at)) AS done_on_time,
       count(*) FILTER (finished_at < {next_month} AND finished_at > due_at) AS done_late,
       count(*) FILTER ((finished_at IS NULL OR finished_at >= {next_month}) AND due_at < {next_month}) AS overdue,
       count(*) FILTER (papers_digitised) AS papers_digitised,
       count(*) FILTER (result_digitised AND finished_at < {next_month}) AS result_digitised,
       count(*) FILTER (data_reused) AS data_reused,
       count(*) FILTER (fee_due) AS fee_due,
       count(*) FILTER (fee_due AND paid_online) AS paid_online
FROM dossiers
GROUP BY province, commune

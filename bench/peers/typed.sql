-- The loaded text as typed rows; `untyped` says that a cell is not of its column's type.
CREATE OR REPLACE TABLE typed AS
SELECT line, dossier_code, procedure_code, province, commune, channel, service_level, status, satisfaction,
       try_cast(received_at AS TIMESTAMP) AS received_at,
       try_cast(due_at AS TIMESTAMP) AS due_at,
       try_cast(finished_at AS TIMESTAMP) AS finished_at,
       papers_digitised = '1' AS papers_digitised, result_digitised = '1' AS result_digitised,
       data_reused = '1' AS data_reused, fee_due = '1' AS fee_due, paid_online = '1' AS paid_online,
       (received_at IS NULL) <> (try_cast(received_at AS TIMESTAMP) IS NULL)
       OR (due_at IS NULL) <> (try_cast(due_at AS TIMESTAMP) IS NULL)
       OR (finished_at IS NULL) <> (try_cast(finished_at AS TIMESTAMP) IS NULL)
       OR coalesce(papers_digitised NOT IN ('1', '0') OR result_digitised NOT IN ('1', '0') OR data_reused NOT IN ('1', '0')
                   OR fee_due NOT IN ('1', '0') OR paid_online NOT IN ('1', '0'), false) AS untyped
FROM loaded

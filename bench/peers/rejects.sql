-- The rows of `typed` that break a rule, each with the first rule it breaks. `provinces` (code) and `communes` (code,
-- province) hold what is known; {month} and {next_month} are the first days of the month and of the next.
CREATE OR REPLACE TABLE rejects AS
WITH repeated AS (
    SELECT dossier_code, min(line) AS first_line FROM typed
    WHERE dossier_code IS NOT NULL GROUP BY dossier_code HAVING count(*) > 1
),
judged AS (
    SELECT line,
           CASE WHEN untyped THEN 'register_types'
                WHEN channel NOT IN {channels} OR service_level NOT IN {levels} OR status NOT IN {statuses}
                     OR satisfaction NOT IN {answers} OR province IS NOT NULL AND known_province IS NULL
                     OR commune IS NOT NULL AND known_commune IS NULL THEN 'register_codes'
                WHEN dossier_code IS NULL OR procedure_code IS NULL OR province IS NULL OR channel IS NULL
                     OR service_level IS NULL OR received_at IS NULL OR status IS NULL OR papers_digitised IS NULL
                     OR result_digitised IS NULL OR data_reused IS NULL OR fee_due IS NULL OR paid_online IS NULL
                     THEN 'register_complete'
                WHEN due_at < received_at OR finished_at < received_at
                     OR received_at < {month} OR received_at >= {next_month} THEN 'register_dates'
                WHEN status = 'DA_CO_KET_QUA' AND finished_at IS NULL
                     OR finished_at IS NOT NULL AND status NOT IN {settled}
                     OR paid_online AND NOT fee_due THEN 'register_agreement'
                WHEN line > first_line THEN 'register_unique' END AS rule
    FROM typed
    LEFT JOIN (SELECT code AS known_province FROM provinces) ON known_province = province
    LEFT JOIN (SELECT code AS known_commune, province AS its_province FROM communes)
           ON known_commune = commune AND its_province = province
    LEFT JOIN repeated USING (dossier_code)
)
SELECT line, rule FROM judged WHERE rule IS NOT NULL

-- Check results per month, source and rule, over all areas.
INSERT INTO mart.check_summary BY NAME
SELECT
    c.period_start,
    c.source_code,
    c.rule,
    max(c.severity) AS severity,
    max(r.title_vi) AS title_vi,
    max(r.title_en) AS title_en,
    sum(c.evaluated_count) AS evaluated_count,
    sum(c.failed_count) AS failed_count,
    count(c.could_not_run) AS could_not_run_count
FROM quality.check_result AS c
LEFT JOIN rule_fact AS r ON r.rule = c.rule
GROUP BY c.period_start, c.source_code, c.rule

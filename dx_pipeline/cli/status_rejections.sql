-- What stands rejected or doubtful, with its cell.
SELECT rule, severity, area_code, indicator_code, file_name, locator, raw_text, message_vi
FROM quality.rejection
WHERE is_current AND ($month IS NULL OR period_start = $month)
ORDER BY severity, rule, area_code, indicator_code, locator

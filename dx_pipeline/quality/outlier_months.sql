-- Months whose warnings about outliers may no longer hold: a figure of an earlier month of the same series has news.
SELECT DISTINCT told.period_start
FROM quality.rejection AS told
JOIN core.observation AS news
  ON (news.indicator_code, news.area_code, news.scope, news.source_code)
   = (told.indicator_code, told.area_code, told.scope, told.source_code)
 AND news.period_start < told.period_start
WHERE told.is_current
  AND list_contains($rules, told.rule)
  AND news.verdict IS NULL
  AND list_contains($months, news.period_start)

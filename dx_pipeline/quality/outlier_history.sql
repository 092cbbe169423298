-- What is in force in other months than the judged ones, for the series of the judged figures, as far back as is
-- looked at. Figures of communes, 65,000 a month, are none of it.
SELECT series.series, o.period_start, o.value
FROM core.observation AS o
JOIN outlier_series AS series
  ON o.indicator_code = series.indicator_code
 AND o.area_code = series.area_code
 AND o.scope = series.scope
 AND o.source_code = series.source_code
 AND o.period_basis = series.period_basis
 AND o.method_version IS NOT DISTINCT FROM series.method_version
 AND o.is_sample IS NOT DISTINCT FROM series.is_sample
 AND o.accumulates_from IS NOT DISTINCT FROM CAST(series.accumulates_from AS DATE)
 AND date_diff('month', o.period_start, o.period_end) + 1 = series.period_months
 AND (series.year IS NULL OR year(o.period_start) = series.year)
 AND (o.area_level = 'national' OR (o.period_start >= $merger) = series.is_new_map)
WHERE o.is_latest
  AND o.area_level IN ('province', 'national')
  AND o.value IS NOT NULL
  AND coalesce(o.qualifier, 'exact') = 'exact'
  AND o.period_start BETWEEN $earliest AND $latest
  AND NOT list_contains($judged, o.period_start)
-- Where a month has several (two bulletins), the later one is written over the earlier one.
ORDER BY o.vintage_at, o.value

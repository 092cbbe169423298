-- The batches whose revisions have not been followed to the compiled figures yet, with the months they touch.
SELECT batch_at, max(changed_at) AS last_change, list(DISTINCT CAST(date_trunc('month', period_start) AS DATE)) AS months
FROM revision
WHERE area_level <> 'commune' AND batch_at IS NOT NULL
    AND batch_at NOT IN (SELECT batch_at FROM core.revised_batch)
GROUP BY batch_at
ORDER BY batch_at

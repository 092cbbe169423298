-- How many published figures came out how; a figure that was compared in several ways counts once in each outcome.
SELECT outcome, count(DISTINCT published_locator) AS figures
FROM mart.reconciliation
GROUP BY outcome
ORDER BY list_position(
    [
        'reconciled', 'rounding', 'other_basis', 'other_denominator', 'contradiction_within_source', 'difference',
        'no_own_figure'
    ],
    outcome
)

-- Change on the period before, for the national figures already in {table}. A count compiled from fewer
-- provinces than the one before has not fallen: counts compare only when they rest on equally many.
-- No change crosses a change of method.
UPDATE {table} AS target_row
SET
    change_pp = compared.change_pp,
    change_pct = compared.change_pct,
    comparison_is_sample = compared.comparison_is_sample
FROM (
    WITH figure AS (
        SELECT
            f.*, f.rowid AS row_id, i.kind, coalesce(f.provinces_reported, f.provinces_expected) AS coverage,
            f.provinces_expected IS NOT DISTINCT FROM coalesce(f.provinces_reported, f.provinces_expected)
                AS is_complete
        FROM {table} AS f
        JOIN indicator_fact AS i USING (indicator_code)
    ),
    changed AS (
        SELECT
            f.row_id,
            before.is_sample AS is_against_sample,
            CASE WHEN f.kind = 'rate' THEN round(f.value - before.value, 6) END AS change_pp,
            CASE
                WHEN f.kind IN ('count_stock', 'count_flow')
                    AND (f.coverage = before.coverage OR f.is_complete AND before.is_complete)
                    THEN round(100 * (f.value - before.value) / nullif(before.value, 0), 6)
            END AS change_pct
        FROM figure AS f
        JOIN figure AS before
            ON before.indicator_code = f.indicator_code
            AND before.scope = f.scope
            AND before.period_basis = f.period_basis
            AND before.accumulates_from IS NOT DISTINCT FROM f.accumulates_from
            AND CAST(before.period_start + to_months($step) AS DATE) = f.period_start
            AND before.method_family = f.method_family
        WHERE f.period_start = ANY($periods::DATE[])
            AND is_comparable(f.qualifier)
            AND is_comparable(before.qualifier)
    )
    SELECT
        f.row_id,
        changed.change_pp,
        changed.change_pct,
        coalesce(
            (changed.change_pp IS NOT NULL OR changed.change_pct IS NOT NULL) AND changed.is_against_sample, false
        ) AS comparison_is_sample
    FROM figure AS f
    LEFT JOIN changed USING (row_id)
    WHERE f.period_start = ANY($periods::DATE[])
) AS compared
WHERE target_row.rowid = compared.row_id

-- Change on the period before and rank among the provinces, for the figures already in {table}.
-- Since the merger of 2025-07-01 a province code means another territory: no change crosses it.
-- Values are ranked after rounding to 6 decimals, so that noise in the last digit breaks no tie.
UPDATE {table} AS target_row
SET
    change_pp = compared.change_pp,
    change_pct = compared.change_pct,
    rank = compared.rank,
    comparison_is_sample = compared.comparison_is_sample
FROM (
    WITH figure AS (
        SELECT f.*, f.rowid AS row_id, i.kind, i.direction
        FROM {table} AS f
        JOIN indicator_fact AS i USING (indicator_code)
    ),
    ranked AS (
        SELECT
            row_id,
            CASE direction
                WHEN 'higher' THEN rank() OVER (peers ORDER BY round(value, 6) DESC)
                WHEN 'lower' THEN rank() OVER (peers ORDER BY round(value, 6))
            END AS rank,
            count(*) FILTER (WHERE is_sample) OVER peers > CAST(is_sample AS INTEGER) AS has_sample_peers
        FROM figure
        WHERE value IS NOT NULL AND kind <> 'rank' AND period_start = ANY($periods::DATE[])
        WINDOW peers AS (PARTITION BY indicator_code, scope, period_start, period_basis, accumulates_from)
    ),
    changed AS (
        SELECT
            f.row_id,
            before.is_sample AS is_against_sample,
            CASE WHEN f.kind = 'rate' THEN round(f.value - before.value, 6) END AS change_pp,
            CASE
                WHEN f.kind IN ('count_stock', 'count_flow')
                    THEN round(100 * (f.value - before.value) / nullif(before.value, 0), 6)
            END AS change_pct
        FROM figure AS f
        JOIN figure AS before
            ON before.province_code = f.province_code
            AND before.indicator_code = f.indicator_code
            AND before.scope = f.scope
            AND before.period_basis = f.period_basis
            AND before.accumulates_from IS NOT DISTINCT FROM f.accumulates_from
            AND CAST(before.period_start + to_months($step) AS DATE) = f.period_start
            AND method_family(before.method_version) = method_family(f.method_version)
        WHERE f.period_start = ANY($periods::DATE[])
            AND (before.period_start >= $merger OR f.period_start < $merger)
            AND is_comparable(f.qualifier)
            AND is_comparable(before.qualifier)
    )
    SELECT
        f.row_id,
        changed.change_pp,
        changed.change_pct,
        ranked.rank,
        coalesce(ranked.rank IS NOT NULL AND ranked.has_sample_peers, false)
        OR coalesce(
            (changed.change_pp IS NOT NULL OR changed.change_pct IS NOT NULL) AND changed.is_against_sample, false
        ) AS comparison_is_sample
    FROM figure AS f
    LEFT JOIN ranked USING (row_id)
    LEFT JOIN changed USING (row_id)
    WHERE f.period_start = ANY($periods::DATE[])
) AS compared
WHERE target_row.rowid = compared.row_id

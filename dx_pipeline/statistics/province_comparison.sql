-- Change on the period before and rank among the provinces, for the figures already in {table}.
-- Only within one set of provinces and one method: a code of the 63 and of the 34 may be two territories, and a rank
-- of 63 is none of 34. Values are ranked after rounding to 6 decimals, so that noise in the last digit breaks no tie.
-- Places gained are counted only where as many provinces were ranked: third of 34 is not worse than second of 20.
UPDATE {table} AS target_row
SET
    change_pp = compared.change_pp,
    change_pct = compared.change_pct,
    rank = compared.rank,
    rank_of = compared.rank_of,
    rank_change = compared.rank_change,
    comparison_is_sample = compared.comparison_is_sample,
    comparison_is_built = compared.comparison_is_built
FROM (
    WITH figure AS (
        SELECT
            f.geography, f.province_code, f.period_start, f.period_basis, f.accumulates_from, f.indicator_code,
            f.scope, f.value, f.qualifier, f.is_sample, f.is_built, f.method_family,
            f.rowid AS row_id, i.kind, i.direction
        FROM {table} AS f
        JOIN indicator_fact AS i USING (indicator_code)
        WHERE f.period_start = ANY($periods::DATE[]) OR f.period_start = ANY($periods_before::DATE[])
    ),
    ranked AS (
        SELECT
            row_id,
            CASE direction
                WHEN 'higher' THEN rank() OVER (peers ORDER BY round(value, 6) DESC)
                WHEN 'lower' THEN rank() OVER (peers ORDER BY round(value, 6))
            END AS rank,
            count(*) OVER peers AS rank_of,
            count(*) FILTER (WHERE is_sample) OVER peers > CAST(is_sample AS INTEGER) AS has_sample_peers,
            count(*) FILTER (WHERE is_built) OVER peers > CAST(is_built AS INTEGER) AS has_built_peers
        FROM figure
        WHERE value IS NOT NULL AND kind <> 'rank' AND direction <> 'none'
        WINDOW peers AS (
            PARTITION BY
                geography, indicator_code, scope, period_start, period_basis, accumulates_from, method_family
        )
    ),
    placed AS (
        SELECT figure.*, ranked.* EXCLUDE (row_id)
        FROM figure
        LEFT JOIN ranked USING (row_id)
    ),
    changed AS (
        SELECT
            f.row_id,
            CASE
                WHEN f.kind = 'rate' AND is_comparable(f.qualifier) AND is_comparable(before.qualifier)
                    THEN round(f.value - before.value, 6)
            END AS change_pp,
            CASE
                WHEN f.kind IN ('count_stock', 'count_flow')
                    AND is_comparable(f.qualifier) AND is_comparable(before.qualifier)
                    THEN round(100 * (f.value - before.value) / nullif(before.value, 0), 6)
            END AS change_pct,
            CASE WHEN f.rank_of = before.rank_of THEN before.rank - f.rank END AS rank_change,
            coalesce(change_pp, change_pct) IS NOT NULL AS has_change,
            has_change AND before.is_sample
                OR rank_change IS NOT NULL AND (before.is_sample OR before.has_sample_peers) AS is_against_sample,
            has_change AND before.is_built
                OR rank_change IS NOT NULL AND (before.is_built OR before.has_built_peers) AS is_against_built
        FROM placed AS f
        JOIN placed AS before
            ON before.geography = f.geography
            AND before.province_code = f.province_code
            AND before.indicator_code = f.indicator_code
            AND before.scope = f.scope
            AND before.period_basis = f.period_basis
            AND before.accumulates_from IS NOT DISTINCT FROM f.accumulates_from
            AND CAST(before.period_start + to_months($step) AS DATE) = f.period_start
            AND before.method_family = f.method_family
        WHERE f.period_start = ANY($periods::DATE[])
    )
    SELECT
        f.row_id,
        changed.change_pp,
        changed.change_pct,
        f.rank,
        f.rank_of,
        changed.rank_change,
        coalesce(f.rank IS NOT NULL AND f.has_sample_peers, false) OR coalesce(changed.is_against_sample, false)
            AS comparison_is_sample,
        coalesce(f.rank IS NOT NULL AND f.has_built_peers, false) OR coalesce(changed.is_against_built, false)
            AS comparison_is_built
    FROM placed AS f
    LEFT JOIN changed USING (row_id)
    WHERE f.period_start = ANY($periods::DATE[])
) AS compared
WHERE target_row.rowid = compared.row_id

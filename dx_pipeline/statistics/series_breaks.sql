-- Where a series of {table} breaks: its first figure by another method than the figure before it, however long ago
-- that was, and its first figure since the merger where nothing before it could be built. A cumulative figure that
-- begins anew is held against the last one of the indicator, whenever that began: the portal's index counts from each
-- January. Only rows whose mark differs are written, so that a late or restated month moves the mark of a later one.
UPDATE {table} AS target_row
SET series_break = found.series_break
FROM (
    WITH breakable AS (
        -- Most indicators have one method and a figure in every row: nothing of theirs breaks.
        SELECT indicator_code
        FROM {table}
        GROUP BY indicator_code
        HAVING min(method_family) <> max(method_family)
            OR bool_or(value IS NULL AND status IS NULL)
            OR count(series_break) > 0
            OR bool_or(series_note = 'months_left_out')
    ),
    figure AS (
        SELECT
            *,
            rowid AS row_id,
            value IS NOT NULL OR status IS NOT NULL AS has_figure,
            CASE WHEN has_figure THEN method_family END AS family_of_figure,
            CASE
                WHEN has_figure
                    THEN {'period_start': period_start, 'began': accumulates_from, 'family': method_family}
            END AS last_figure
        FROM {table}
        WHERE indicator_code IN (FROM breakable)
    ),
    followed AS (
        SELECT
            row_id, has_figure, method_family, period_start, series_note, series_break AS old_break,
            coalesce(
                lag(family_of_figure IGNORE NULLS) OVER series,
                struct_extract(max(last_figure) OVER earlier, 'family')
            ) AS family_before,
            lag(has_figure) OVER series AS had_figure,
            lag(period_start) OVER series AS period_before
        FROM figure
        WINDOW series AS (
            PARTITION BY {series}indicator_code, scope, period_basis, accumulates_from ORDER BY period_start
        ),
        earlier AS (
            PARTITION BY {series}indicator_code, scope, period_basis ORDER BY period_start
            RANGE BETWEEN UNBOUNDED PRECEDING AND INTERVAL 1 DAY PRECEDING
        )
    )
    SELECT
        row_id,
        old_break,
        CASE
            WHEN NOT has_figure THEN NULL
            WHEN family_before <> method_family OR series_note = 'months_left_out' THEN 'method_break'
            WHEN NOT had_figure AND geography_of(period_before) <> geography_of(period_start) THEN 'merger_break'
        END AS series_break
    FROM followed
) AS found
WHERE target_row.rowid = found.row_id AND found.series_break IS DISTINCT FROM found.old_break

-- How far each figure moved, and how many times its own limit that is: the one measure that rates in points and
-- counts in per cent share. A count that starts from nothing has changed by all of it (100 %).
CREATE OR REPLACE TEMP TABLE sized AS
WITH moved AS (
    SELECT
        d.*, i.kind, i.name_vi AS indicator_vi, i.name_en AS indicator_en, i.unit_vi,
        round(d.new_value - d.old_value, 6) AS difference,
        CASE
            WHEN coalesce(i.kind, '') NOT IN ('rate', 'rank', 'status')
                THEN round(100 * (d.new_value - d.old_value) / nullif(abs(d.old_value), 0), 6)
        END AS difference_pct,
        greatest(
            coalesce(100 * abs(d.new_numerator - d.old_numerator) / greatest(abs(d.old_numerator), 1), 0),
            coalesce(100 * abs(d.new_denominator - d.old_denominator) / greatest(abs(d.old_denominator), 1), 0)
        ) AS part_pct,
        l.* EXCLUDE (indicator_code)
    FROM difference AS d
    LEFT JOIN compared_indicator AS i USING (indicator_code)
    LEFT JOIN hold_limit AS l USING (indicator_code)
),
measured AS (
    SELECT
        *,
        coalesce(abs(difference_pct), CASE WHEN difference <> 0 THEN 100 END, 0) AS relative,
        change = 'gone' OR old_value IS NOT NULL AND new_value IS NULL AS is_gone,
        coalesce(old_status IS DISTINCT FROM new_status AND old_status IS NOT NULL, false) AS is_other_status
    FROM moved
)
SELECT
    * EXCLUDE (relative, part_pct),
    CASE
        WHEN change <> 'changed' OR old_value IS NULL OR new_value IS NULL THEN NULL
        WHEN kind = 'rate' THEN round(greatest(
            abs(difference) / greatest(rate_points, 1e-9), part_pct / greatest(part_percent, 1e-9)
        ), 6)
        WHEN kind IN ('count_stock', 'count_flow') AND abs(difference) <= count_difference
            THEN round(least(relative / greatest(count_percent, 1e-9), 1), 6)
        WHEN kind = 'score' THEN round(relative / greatest(score_percent, 1e-9), 6)
        WHEN kind = 'measure' THEN round(relative / greatest(measure_percent, 1e-9), 6)
        WHEN kind = 'rank' THEN round(abs(difference) / greatest(rank_places, 1e-9), 6)
        ELSE round(relative / greatest(count_percent, 1e-9), 6)
    END AS size
FROM measured

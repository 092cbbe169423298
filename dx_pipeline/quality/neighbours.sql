-- For each arriving figure the nearest standing figure of its series in an earlier and in a later month.
-- Where a month has several (two bulletins), the highest counts as earlier and the lowest as later.
WITH earlier AS (
    SELECT * FROM standing WHERE series IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY series, period_start ORDER BY value DESC, observation_id) = 1
),
later AS (
    SELECT * FROM standing WHERE series IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY series, period_start ORDER BY value, observation_id) = 1
)
SELECT
    arriving.figure_row,
    coalesce(closed.value, opened.value) AS carry_value,
    coalesce(closed.figure_row, opened.figure_row) AS carry_row,
    previous.value AS previous_value,
    previous.figure_row AS previous_row,
    following.value AS next_value,
    following.figure_row AS next_row
FROM arriving
ASOF LEFT JOIN earlier AS previous
    ON arriving.series = previous.series AND arriving.period_start > previous.period_start
ASOF LEFT JOIN later AS following
    ON arriving.series = following.series AND arriving.period_start < following.period_start
-- What a period opens with against what the one before closed with, whichever of the two arrives.
LEFT JOIN (
    SELECT * FROM standing WHERE closing_border IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY closing_border ORDER BY observation_id) = 1
) AS closed ON arriving.opening_border = closed.closing_border
LEFT JOIN (
    SELECT * FROM standing WHERE opening_border IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY opening_border ORDER BY observation_id) = 1
) AS opened ON arriving.closing_border = opened.opening_border

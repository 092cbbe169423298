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
    arriving.observation_id,
    previous.value AS previous_value,
    previous.period_start AS previous_month,
    previous.file_name AS previous_file,
    previous.locator AS previous_locator,
    following.value AS next_value,
    following.period_start AS next_month,
    following.file_name AS next_file,
    following.locator AS next_locator
FROM arriving
ASOF LEFT JOIN earlier AS previous
    ON arriving.series = previous.series AND arriving.period_start > previous.period_start
ASOF LEFT JOIN later AS following
    ON arriving.series = following.series AND arriving.period_start < following.period_start

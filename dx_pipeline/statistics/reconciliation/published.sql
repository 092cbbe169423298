-- Every published figure: what publications state, and what a publisher's own national row states (the portal's).
-- The national figures of a register are counted by us: they are our own. A line of a publication that a rule
-- rejected was published all the same: it is listed with the reason, and nothing is computed from it.
CREATE OR REPLACE TEMP TABLE published_figure AS
WITH refused AS (
    SELECT observation_id, arg_min(message_vi, rule) AS refused_vi, arg_min(message_en, rule) AS refused_en
    FROM quality.rejection
    WHERE is_current AND severity = 'ERROR' AND observation_id IS NOT NULL
    GROUP BY observation_id
),
stated AS (
    SELECT
        o.*, i.* EXCLUDE (indicator_code), src.is_publication, refused.refused_vi, refused.refused_en,
        o.is_latest AS is_accepted,
        try_cast(replace(regexp_extract(raw_text, '\d+([.,]\d+)?'), ',', '.') AS DOUBLE) AS printed,
        length(regexp_extract(raw_text, '\d+[.,](\d+)', 1)) AS printed_decimals,
        length(regexp_extract(CAST(CAST(value AS DECIMAL(28, 6)) AS VARCHAR), '\.(\d*[1-9])0*$', 1)) AS decimals,
        length(regexp_extract(CAST(CAST(abs(value) AS DECIMAL(28, 0)) AS VARCHAR), '[1-9](0*)$', 1)) AS zeros
    FROM core.observation AS o
    JOIN comparison_fact AS i USING (indicator_code)
    JOIN reconciled_source AS src ON src.source_code = o.source_code
    LEFT JOIN refused ON refused.observation_id = o.observation_id
    WHERE (o.is_latest OR (src.is_publication AND o.verdict = 'rejected' AND refused.observation_id IS NOT NULL))
        AND (o.value IS NOT NULL OR o.status IS NOT NULL)
        AND CASE
            WHEN src.is_publication THEN o.area_level IN ('national', 'province')
            ELSE o.area_level = 'national' AND NOT src.is_register
        END
),
-- One unit of the last printed digit: 36,10 has two decimals, «7,5 triệu» is printed to a hundred thousand. Where
-- the text does not read as the value, the digits that the value needs.
stepped AS (
    SELECT
        *,
        CASE
            WHEN printed = abs(value) THEN pow(10, -printed_decimals)
            WHEN printed * 1e3 = abs(value) THEN pow(10, 3 - printed_decimals)
            WHEN printed * 1e6 = abs(value) THEN pow(10, 6 - printed_decimals)
            WHEN printed * 1e9 = abs(value) THEN pow(10, 9 - printed_decimals)
            ELSE pow(10, -decimals)
        END AS step,
        kind IN ('count_stock', 'count_flow', 'rank') AS is_whole
    FROM stated
),
-- Scores are published with two decimals, rounded twice: a hundredth. An approximate count is as exact as its last
-- digit that is not zero; any other count, written out, is exact.
measured AS (
    SELECT
        *,
        round(CASE
            WHEN is_whole AND qualifier = 'approx' THEN greatest(pow(10, zeros), step)
            WHEN is_whole THEN CASE WHEN step > 1 THEN step ELSE 0 END
            ELSE step
        END, 6) AS last_digit
    FROM stepped
)
SELECT
    observation_id, indicator_code, area_code, area_level, scope, period_start, period_end, period_basis, as_of,
    accumulates_from, value, status, numerator, denominator, qualifier, source_code, source_title, source_url,
    is_sample, vintage_at, is_publication, is_accepted, refused_vi, refused_en,
    kind, direction, non_decreasing, ranks, numerator_code, denominator_code,
    concat_ws(' ', file_name, locator) AS place,
    last_digit,
    (
        SELECT count(*)
        FROM province_fact AS f
        WHERE coalesce(f.valid_from <= period_start, true) AND coalesce(period_start <= f.valid_to, true)
    ) AS provinces_expected,
    round(CASE
        WHEN kind = 'score' AND NOT is_publication THEN 0.01
        WHEN kind = 'score' THEN greatest(0.5 * last_digit, least(last_digit, 0.01))
        ELSE 0.5 * last_digit
    END, 6) AS tolerance
FROM measured

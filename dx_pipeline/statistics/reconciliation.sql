-- Every published figure (national ones; a province's in a bulletin) beside our own of the same key: compiled
-- from the provinces for the nation, from the other sources for a province.
-- Tolerance: none for exact counts, 0.01 for scores (they are published with two decimals, rounded twice),
-- half a unit of the last published digit otherwise; of the last digit that is not zero for an approximate count.
INSERT INTO mart.reconciliation BY NAME
WITH observation AS (
    SELECT o.*, i.kind, src.is_publication AS is_bulletin, coalesce(s.precedence, 1000) AS precedence
    FROM core.accepted_observation AS o
    JOIN indicator_fact AS i USING (indicator_code)
    JOIN source_fact AS src ON src.source_code = o.source_code
    LEFT JOIN indicator_source_fact AS s
        ON s.indicator_code = o.indicator_code AND s.source_code = o.source_code
    WHERE o.value IS NOT NULL
),
own AS (
    SELECT
        indicator_code, 'VN' AS area_code, scope, period_start, period_basis, accumulates_from, value, is_sample
    FROM compiled_national
    UNION ALL BY NAME
    SELECT indicator_code, area_code, scope, period_start, period_basis, accumulates_from, value, is_sample
    FROM observation
    WHERE area_level = 'province' AND NOT is_bulletin
    QUALIFY row_number() OVER (
        PARTITION BY indicator_code, area_code, scope, period_start, period_basis, accumulates_from
        ORDER BY is_sample, precedence, vintage_at DESC, observation_id
    ) = 1
),
published AS (
    SELECT
        *,
        -- Decimals as printed (36,10 has two) where the text reads as the value, else those the value needs.
        CASE
            WHEN try_cast(replace(regexp_extract(raw_text, '\d+([.,]\d+)?'), ',', '.') AS DOUBLE) = abs(value)
                THEN length(regexp_extract(raw_text, '\d+[.,](\d+)', 1))
            ELSE length(regexp_extract(CAST(CAST(value AS DECIMAL(28, 6)) AS VARCHAR), '\.(\d*[1-9])0*$', 1))
        END AS decimals,
        length(regexp_extract(CAST(CAST(abs(value) AS DECIMAL(28, 0)) AS VARCHAR), '[1-9](0*)$', 1)) AS zeros
    FROM observation
    WHERE area_level = 'national' OR (area_level = 'province' AND is_bulletin)
),
compared AS (
    SELECT
        p.period_start,
        p.indicator_code,
        p.area_code,
        p.scope,
        p.qualifier,
        p.value AS published_value,
        own.value AS own_value,
        round(own.value - p.value, 6) AS difference,
        CASE
            WHEN p.kind = 'score' THEN 0.01
            WHEN p.kind IN ('count_stock', 'count_flow') AND p.qualifier = 'approx' THEN 0.5 * pow(10, p.zeros)
            WHEN p.kind IN ('count_stock', 'count_flow', 'rank') THEN 0
            ELSE round(0.5 * pow(10, -p.decimals), 6)
        END AS tolerance,
        own.is_sample AS own_is_sample,
        p.source_title AS published_source_title,
        p.source_url AS published_source_url,
        concat_ws(' ', p.file_name, p.locator) AS published_locator
    FROM published AS p
    JOIN own
        ON own.indicator_code = p.indicator_code
        AND own.area_code = p.area_code
        AND own.scope = p.scope
        AND own.period_start = p.period_start
        AND own.period_basis = p.period_basis
        AND own.accumulates_from IS NOT DISTINCT FROM p.accumulates_from
)
SELECT
    * EXCLUDE (qualifier),
    CASE qualifier
        WHEN 'more_than' THEN difference > 0
        WHEN 'less_than' THEN difference < 0
        ELSE abs(difference) <= tolerance
    END AS is_reconciled
FROM compared

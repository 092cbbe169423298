-- The figures of every province, of its communes together, and of each commune, as rows of core.observation.
COPY (
    WITH place AS (
        SELECT {province} AS area_code, 'province' AS area_level, 'all' AS scope,
            {province_heading} || '=' || word AS locator, {measures}
        FROM tally JOIN province_shown ON code = {province} GROUP BY {province}, word
        UNION ALL
        SELECT {province}, 'province', {commune_scope},
            {province_heading} || '=' || word || '; ' || {commune_heading} || '<>''''', {measures}
        FROM tally JOIN province_shown ON code = {province} WHERE {commune} IS NOT NULL GROUP BY {province}, word
        UNION ALL
        SELECT {commune}, 'commune', 'all', {commune_heading} || '=' || {commune}, {measures}
        FROM tally WHERE {commune} IS NOT NULL GROUP BY {commune}
    ),
    figure AS (
        SELECT area_code, area_level, scope, locator, unnest([{figures}], recursive := true) FROM place
    ),
    -- Hashed once per indicator and scope, not once per figure.
    series AS (
        SELECT indicator_code, scope,
            left(sha256(concat_ws(chr(31), file_sha256, vintage_at, indicator_code, scope, period_start)), 24) AS start
        FROM (SELECT DISTINCT indicator_code, scope, {shared} FROM figure)
    )
    SELECT
        series.start || ':' || area_code || ':' || locator AS observation_id,
        figure.*,
        CASE
            WHEN denominator IS NULL THEN CAST(CAST(value AS BIGINT) AS VARCHAR)
            ELSE CAST(numerator AS BIGINT) || '/' || CAST(denominator AS BIGINT)
        END AS raw_text,
        {shared},
        false AS is_latest
    FROM figure JOIN series USING (indicator_code, scope)
    WHERE denominator IS NULL OR denominator > 0
    ORDER BY indicator_code, scope, area_level DESC, area_code
) TO {target} (FORMAT parquet)

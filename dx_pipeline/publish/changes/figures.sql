-- One table's figures in the common shape. A row without any figure is none. Six decimals: sums of parts in another
-- order are the same figure. Where a side has a key column that the other one lacks, rows that only this column
-- tells apart are matched in its order.
INSERT INTO {side}_figure BY NAME
SELECT
    {table_name} AS table_name,
    {depth} AS depth,
    {match_key} AS match_key,
    {occurrence} AS occurrence,
    {figure_key} AS figure_key,
    {indicator_code} AS indicator_code,
    {area_code} AS area_code,
    {scope} AS scope,
    {period_start} AS period_start,
    {period_months} AS period_months,
    {period_basis} AS period_basis,
    {accumulates_from} AS accumulates_from,
    round({value}, 6) AS value,
    round({numerator}, 6) AS numerator,
    round({denominator}, 6) AS denominator,
    {status} AS status,
    {qualifier} AS qualifier,
    {as_of} AS as_of,
    {is_sample} AS is_sample,
    {rule} AS rule,
    {provinces_reported} AS provinces_reported,
    {provinces_expected} AS provinces_expected,
    {source_code} AS source_code,
    {vintage_at} AS vintage_at,
    {described} AS described
FROM {source}
WHERE ({value} IS NOT NULL OR {numerator} IS NOT NULL OR {denominator} IS NOT NULL OR {status} IS NOT NULL)
    AND {condition}

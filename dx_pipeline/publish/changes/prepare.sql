-- The figures of one side, of every table in one shape.
CREATE OR REPLACE TEMP TABLE {side}_figure (
    table_name VARCHAR, depth INTEGER, match_key VARCHAR, occurrence BIGINT, figure_key VARCHAR,
    indicator_code VARCHAR, area_code VARCHAR, scope VARCHAR, period_start DATE, period_months INTEGER,
    period_basis VARCHAR, accumulates_from DATE,
    value DOUBLE, numerator DOUBLE, denominator DOUBLE, status VARCHAR, qualifier VARCHAR,
    as_of DATE, is_sample BOOLEAN, rule VARCHAR, provinces_reported INTEGER, provinces_expected INTEGER,
    source_code VARCHAR, vintage_at TIMESTAMP, described UBIGINT
)

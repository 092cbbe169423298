-- What «equal» means between a published figure and another: within its rounding, or on the side its words say.
CREATE OR REPLACE TEMP MACRO holds(other, published, qualifier, tolerance) AS
    CASE qualifier
        WHEN 'more_than' THEN round(other - published, 6) > 0
        WHEN 'less_than' THEN round(other - published, 6) < 0
        ELSE abs(round(other - published, 6)) <= tolerance
    END;

-- Not equal, but within one unit of the last printed digit: rounded the other way, or cut off (98,9 for 98,99).
CREATE OR REPLACE TEMP MACRO is_rounding(other, published, qualifier, last_digit) AS
    qualifier IN ('exact', 'approx') AND last_digit > 0 AND abs(round(other - published, 6)) <= last_digit;

-- 98.9 is 98.99 without its last digit, not rounded.
CREATE OR REPLACE TEMP MACRO is_cut_off(other, published, last_digit) AS
    last_digit > 0 AND round(other - published, 6) > 0 AND round(other - published, 6) < last_digit;

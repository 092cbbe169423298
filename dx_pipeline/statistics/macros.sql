-- Building blocks of the statements in this folder; they live as long as the connection.

-- Sums in decimals: doubles summed in another order differ in the last digit, and a rerun must change nothing.
CREATE OR REPLACE TEMP MACRO exact_sum(quantity) AS CAST(sum(CAST(quantity AS DECIMAL(28, 6))) AS DOUBLE);

-- A part (numerator, denominator) of a sum counts only if every figure in the sum states it.
CREATE OR REPLACE TEMP MACRO complete_sum(part) AS
    CASE WHEN count(part) = count(*) THEN exact_sum(part) END;

-- 'a+b' and 'a' become 'a+b': sorted, each once.
CREATE OR REPLACE TEMP MACRO joined(code) AS
    array_to_string(list_sort(list_distinct(flatten(
        list(string_split(code, '+')) FILTER (WHERE code IS NOT NULL)
    ))), '+');

-- The text that all figures share, else null.
CREATE OR REPLACE TEMP MACRO shared(content) AS
    CASE WHEN count(content) = count(*) AND min(content) = max(content) THEN min(content) END;

CREATE OR REPLACE TEMP MACRO qualifier_of_sum(qualifier) AS
    CASE
        WHEN bool_and(qualifier = 'exact') THEN 'exact'
        WHEN bool_or(qualifier = 'more_than') AND NOT bool_or(qualifier = 'less_than') THEN 'more_than'
        ELSE 'approx'
    END;

CREATE OR REPLACE TEMP MACRO qualifier_of_ratio(qualifier) AS
    CASE WHEN bool_and(qualifier = 'exact') THEN 'exact' ELSE 'approx' END;

-- Index methods (766-...) are series of their own. Every other version ('as-published', 'submission-2025',
-- 'registry-2025') says who sent a figure, not how it is defined: those compare with one another.
CREATE OR REPLACE TEMP MACRO method_family(method_version) AS
    CASE WHEN contains(method_version, '766-') THEN method_version ELSE 'definition in force' END;

-- 'more than 8,130' is a bound: the difference of two bounds says nothing.
CREATE OR REPLACE TEMP MACRO is_comparable(qualifier) AS coalesce(qualifier, 'exact') IN ('exact', 'approx');

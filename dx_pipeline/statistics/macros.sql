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

-- The set of provinces that figures of a day are reported by: 63 until the day before the merger, 34 from then.
CREATE OR REPLACE TEMP MACRO geography_of(reported_on) AS
    CASE WHEN reported_on < DATE '{merger}' THEN '63' ELSE '34' END;

-- The series a figure is of: the family of the version it states; where that says only who sent it, or nothing is
-- stated, the indicator's method in force on that day. A version nobody has listed is a family of its own.
CREATE OR REPLACE TEMP MACRO family_of(stated_version, stated_family, family_in_force) AS
    CASE
        WHEN coalesce(stated_version, '') = '' OR stated_family = 'in_force' THEN coalesce(family_in_force, 'in_force')
        ELSE coalesce(stated_family, stated_version)
    END;

-- 'more than 8,130' is a bound: the difference of two bounds says nothing.
CREATE OR REPLACE TEMP MACRO is_comparable(qualifier) AS coalesce(qualifier, 'exact') IN ('exact', 'approx');

-- Accepted figures with what decides between them and which series they are of: the set of provinces on their
-- day, and the family of their method. Figures of two families are never compared, summed or ranked together.
CREATE OR REPLACE TEMP VIEW accepted_figure AS
SELECT
    o.*,
    i.target,
    coalesce(s.precedence, 1000) AS precedence,
    geography_of(o.period_start) AS geography,
    family_of(o.method_version, stated.method_family, in_force.method_family) AS method_family
FROM core.accepted_observation AS o
JOIN indicator_fact AS i USING (indicator_code)
LEFT JOIN indicator_source_fact AS s
    ON s.indicator_code = o.indicator_code AND s.source_code = o.source_code
LEFT JOIN method_fact AS stated ON stated.method_version = o.method_version
LEFT JOIN indicator_method_fact AS in_force
    ON in_force.indicator_code = o.indicator_code
    AND in_force.first_day <= o.period_start AND o.period_start < in_force.next_day

-- The months before the merger once more, by today's 34 provinces.
INSERT INTO mart.province_monthly BY NAME
SELECT * FROM built_month WHERE period_start = ANY($months::DATE[])

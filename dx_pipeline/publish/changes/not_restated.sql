-- Nothing is known of restatements: two published files are compared.
CREATE OR REPLACE TEMP TABLE restated (table_name VARCHAR, indicator_code VARCHAR, figure_key VARCHAR)

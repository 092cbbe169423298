-- The provinces and communes of the catalogue, as tables of known codes.
CREATE TEMP TABLE communes AS
SELECT commune_code AS code, portal_code AS province
FROM read_csv('{areas}/communes.csv', all_varchar = true)
JOIN read_csv('{areas}/provinces.csv', all_varchar = true) USING (province_code);
CREATE TEMP TABLE provinces AS SELECT DISTINCT province AS code FROM communes;

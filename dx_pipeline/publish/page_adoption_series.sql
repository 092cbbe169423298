-- National adoption of digital signatures, month by month.
SELECT period_start, adoption_pct, adoption_change_pp, provinces_reported, is_sample, comparison_is_sample
FROM mart.digital_signature_adoption
WHERE period_type = 'month' AND area_level = 'national' AND adoption_pct IS NOT NULL
ORDER BY period_start

-- How many figures wait, since when, and the digest under which they can be accepted.
SELECT count(*) AS held_count, min(held_since) AS held_since, max(change_digest) AS change_digest
FROM quality.publication_change
WHERE decision = 'held'

-- When the last file arrived that is known.
SELECT max(received_at) AS as_of FROM raw.received_file

-- Lines of the file that are no typed row: rejected while reading, or empty.
CREATE TEMP TABLE skipped_line (line BIGINT)

-- As if the file had not been read yet.
DROP TABLE IF EXISTS skipped_line;
DROP TABLE IF EXISTS unread_line;
DROP TABLE IF EXISTS reject_errors;
DROP TABLE IF EXISTS reject_scans;

"""Monthly and quarterly statistics of Vietnam's digital transformation: checked, traceable, open."""

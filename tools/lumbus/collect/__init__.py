"""`lumbus collect`: readings, checks and events from the broker into a database, once each."""

"""`lumbus report`: pictures and a page from the database."""

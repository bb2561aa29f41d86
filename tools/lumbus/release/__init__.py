"""`lumbus key` and `lumbus release`: the application as one signed file."""

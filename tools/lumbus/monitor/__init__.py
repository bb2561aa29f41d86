"""`lumbus monitor`: a live table of gateways and meters."""

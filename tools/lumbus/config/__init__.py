"""`lumbus config`: a gateway's configuration, checked, shown and written on the computer."""

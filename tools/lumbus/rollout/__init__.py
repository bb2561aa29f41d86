"""`lumbus update`: a release to a fleet, in waves."""

"""`lumbus check`: the firmware's own cross-check in simulated time, against a meter whose truth is known."""

"""`lumbus drive`: the firmware onto a board's drive CIRCUITPY."""

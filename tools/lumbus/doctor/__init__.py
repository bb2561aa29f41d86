"""`lumbus doctor`: down the chain from the computer to the cross-check, to the first thing that is wrong."""

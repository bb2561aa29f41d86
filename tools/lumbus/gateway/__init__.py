"""`lumbus gateway`: the firmware on a Linux computer with a USB M-Bus converter."""

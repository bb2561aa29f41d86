"""`lumbus soak`: months in a cabinet within minutes, with everything failing at random.

The firmware runs under MicroPython with a board's heap in simulated time, which jumps to
the next thing that is to happen; the broker is a real mosquitto.  inside/ runs
under MicroPython, in place of a board's port.
"""

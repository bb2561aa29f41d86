"""M-Bus (EN 13757-2 and -3) for MicroPython, CircuitPython and CPython.

The core is sans-IO: `frame`, `deframer`, `telegram`, `record`, `vib` and
`encode` turn bytes into frames and records and back, and know no clock, no
pin and no socket.  `master` holds the conversation on the bus over a line and
a clock that it is handed.  Import what is used; this file imports nothing, so
that a board pays only for that.
"""

__version__ = "0.1.0"

"""The port for CircuitPython, and for Linux through adafruit-blinka: the same line, by busio.UART, on both.

On a board: see cp_board.  The files of this folder and of board/common lie in the drive's root beside code.py,
which is firmware/main.py; lib/ has mbus, umqtt and the library asyncio.

On Linux: see cp_linux; `lumbus gateway` makes the settings and starts it.  There board/host is on the path too:
connections and TLS are the computer's own.
"""

import sys

if sys.implementation.name == "cpython":
    from cp_linux import open_port
else:
    import socketpool
    import wifi

    # Everybody's sockets come from this pool; umqtt.simple imports the module by its name.
    sys.modules["socket"] = socketpool.SocketPool(wifi.radio)  # pyright: ignore[reportArgumentType]
    from cp_board import open_port

import old_names

old_names.install()


def port(*settings):
    """The port.  To be called when everything has been imported.  settings: on Linux cp_linux's, on a board none."""
    return open_port(*settings)

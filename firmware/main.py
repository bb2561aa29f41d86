"""The entry on MicroPython: hands this board's port to the application.

`port` is the one module of board/ that was put on the board; another port is
another file of that name, and nothing here changes.
"""

import gc

# Collected often while modules are loaded, what stays lies close together: a heap that
# was full once keeps no room for anything larger.
if hasattr(gc, "threshold"):
    gc.threshold(4096)

from port import port
from uplink.start import main

board = port()
# On a board this returns, and the REPL is there; sys.exit() would start the board again and again.
board.end(main(board))

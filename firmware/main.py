"""The entry on MicroPython: hands this board's port to the application.

`port` is the one module of board/ that was put on the board; another port is
another file of that name, and nothing here changes.
"""

from port import port
from uplink.app import main

board = port()
# On a board this returns, and the REPL is there; sys.exit() would start the board again and again.
board.end(main(board))

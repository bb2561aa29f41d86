"""The entry on MicroPython: hands this board's port to the application.

`port` is the one module of board/ that was put on the board; another port is
another file of that name, and nothing here changes.
"""

import sys

from port import port
from uplink.app import main

sys.exit(main(port()))

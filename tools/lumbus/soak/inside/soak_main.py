"""As main.py, for the soak's port."""

import gc

gc.threshold(4096)

from soak_port import port  # noqa: E402

from uplink.start import main  # noqa: E402

board = port()
board.end(main(board))

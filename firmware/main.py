"""The entry on MicroPython: chooses the application, and hands this board's port to it.

`port` is the one module of board/ that was put on the board; another port is
another file of that name, and nothing here changes.
"""

import gc
import os
import sys

# Collected often while modules are loaded, what stays lies close together: a heap that
# was full once keeps no room for anything larger.
if hasattr(gc, "threshold"):
    gc.threshold(4096)


# A rename that the power has interrupted hides another file of LittleFS until something is to be changed: so ask for a
# change.  It costs no wear; in a large folder even a rename within it takes two steps.
try:
    os.remove("/no such file")
except OSError:
    pass


def chosen() -> bool:
    """Put the application's slot on the path; whether it is on trial."""
    try:
        from slots import choose  # pyright: ignore[reportMissingImports]  # there, or not

        from text_storage import Storage
    except ImportError:
        # All of it lies flat in the root: there is nothing to choose.
        return False
    try:
        # Now, while the path leads to the root alone: what is on trial may be what hangs.
        from guard import arm  # pyright: ignore[reportMissingImports]  # there, or not
    except ImportError:
        # Nobody resets a computer.
        arm = None
    storage = Storage()
    is_trial = choose(storage, sys.path, print)
    try:
        # Another MicroPython may be on trial: only a reset brings the one before back.
        is_image = '"trial"' in (storage.read("update.json") or "")
    except (OSError, ValueError):
        is_image = False
    if arm is not None and (is_trial or is_image):
        arm()
    for name in ("slots", "text_storage", "guard"):
        sys.modules.pop(name, None)
    return is_trial


def note(why: str) -> None:
    """Why a trial's start failed: the application that goes on tells it."""
    try:
        from text_storage import Storage

        Storage().write("trial", why)
    except Exception:  # whatever it is, the board starts again
        pass


is_trial = chosen()
del chosen
try:
    from port import port
    from uplink.start import main

    board = port()
    code = main(board)
except Exception as e:
    if not is_trial:
        raise
    if hasattr(sys, "print_exception"):
        sys.print_exception(e)
    note("%s: %s" % (type(e).__name__, e))
    # A board starts again with this, until the trial has had its tries; see slots.
    sys.exit(1)
if is_trial and code:
    note("it refuses the configuration; its console says why")
    sys.exit(code)
# On a board this returns, and the REPL is there; sys.exit() would start the board again and again.
board.end(code)

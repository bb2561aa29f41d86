"""The start: the configuration is checked and the equipment opened, then the application is loaded.

What checks them is needed once.  A board forgets it before it loads the rest,
which then lies where it lay: that is a tenth of all the memory that there is.
"""

import asyncio
import gc
import sys

from .forget import forget

# Only start-up needs them; nothing that stays may import them.
_ONCE = ("fields", "config", "profile_form", "profile_files", "equipment", "lightlimits")


def main(port) -> int:
    """Run on `port` to the end; 0, or 2 after telling every fault of the configuration."""
    ready = prepare(port)
    if ready is None:
        return 2
    forget(_ONCE)
    from .app import App

    if hasattr(gc, "threshold"):
        # Collecting early keeps what lives long together: MicroPython never moves an object.
        gc.collect()
        gc.threshold(gc.mem_free() // 4)
    try:
        asyncio.run(App(port, *ready).run())
    except KeyboardInterrupt:
        pass
    except Exception as e:
        _tell(e)
        port.reset()
    return 0


def prepare(port):
    """(configuration, line, [(profile, Light or None) of each meter]); None after telling every fault."""
    from .config import ConfigError
    from .equipment import load_config, open_all

    try:
        config = load_config(port.storage)
        line, equipment = open_all(port, config)
    except ConfigError as e:
        for text in e.errors:
            port.console("config: " + text)
        port.console("config: nothing was started; mend the above and start again")
        return None
    return config, line, equipment


def _tell(error: Exception) -> None:
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        print(repr(error))

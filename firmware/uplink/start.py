"""The start: the configuration is checked and the equipment opened, then the application is loaded.

What checks them is needed once.  A board forgets it before it loads the rest,
which then lies where it lay: that is a tenth of all the memory that there is.
"""

import asyncio
import gc
import sys

from .forget import forget

# Only start-up needs them; nothing that stays may import them.
CHECKING = (
    "fields",
    "nearest",
    "config",
    "config_secrets",
    "config_migrate",
    "profile_form",
    "profile_files",
    "equipment",
    "lightlimits",
    "tls_files",
)
BUILDING = ("wiring", "config_public", "journal_recover", "boots")


def main(port) -> int:
    """Run on `port` to the end; 0, or 2 after telling every fault of the configuration."""
    ready = prepare(port)
    if ready is None:
        return 2
    forget(CHECKING)
    try:
        app = built(port, ready)
        forget(BUILDING)
        if hasattr(gc, "threshold"):
            # Collecting early keeps what lives long together: MicroPython never moves an object.
            gc.collect()
            gc.threshold(gc.mem_free() // 4)
        asyncio.run(app.run())
        if app.restart_ms is not None:
            port.reset()
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
        config = load_config(port.storage, port.console)
        ready = open_all(port, config)
    except ConfigError as e:
        for text in e.errors:
            port.console("config: " + text)
        port.console("config: nothing was started; mend the above and start again")
        return None
    return (config,) + ready


def built(port, ready):
    """The application.  In a function of its own, so that no name keeps what is to be forgotten."""
    from .boots import count_boot
    from .wiring import build

    return build(port, count_boot(port, port.console), *ready)


def _tell(error: Exception) -> None:
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        print(repr(error))

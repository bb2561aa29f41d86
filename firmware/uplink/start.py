"""The start: the configuration is checked and the equipment opened, then the application is loaded and runs.

What does the first (see preparing) is needed once.  A board forgets it, and what stays then lies where it lay:
that is a tenth of all the memory that there is.
"""

import asyncio
import gc
import sys

from .forget import forget


def main(port) -> int:
    """Run on `port` to the end; 0, or 2 after telling every fault of the configuration."""
    app = _made(port)
    forget(("preparing",))
    if isinstance(app, int):
        return app
    try:
        if hasattr(gc, "threshold"):
            # Collecting early keeps what lives long together: MicroPython never moves an object.
            gc.collect()
            gc.threshold(gc.mem_free() // 4)
        _load_tables()
        asyncio.run(app.run())
        if app.restart_ms is not None:
            _plan(port, app)
            port.reset()
    except KeyboardInterrupt:
        pass
    except Exception as e:
        tell(e)
        port.reset()
    return 0


def _made(port):
    from .preparing import made

    return made(port)


def _load_tables() -> None:
    """The first telegram wants them: now there is room in one piece.  They are let go of after it."""
    import mbus.record
    import mbus.vib  # noqa: F401


def _plan(port, app) -> None:
    from .slots import forgive
    from .starts import plan

    plan(port.storage, app.restart_why, app.log)
    forgive(port.storage, app.log)


def tell(error: Exception) -> None:
    if hasattr(sys, "print_exception"):
        sys.print_exception(error)
    else:
        print(repr(error))

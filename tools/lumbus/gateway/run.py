"""`lumbus gateway`: hands the firmware the port for Linux (board/circuitpython), and ends it in good order."""

import fcntl
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

from ..config.place import Place
from ..fetch import FetchError, fetch_umqtt
from ..paths import BOARD, UMQTT
from ..trouble import USAGE, Trouble, guarded
from .identity import identity_of

_LOCK = ".lock"
_INSTALL = "install it with: pip install --editable '.[gateway]' in the project's folder"


def run(options) -> int:
    return guarded("gateway", lambda: _run(options))


def _run(options) -> int:
    place = Place(options.folder)
    if not place.path("config.json").exists():
        raise Trouble(f"there is no config.json in {options.folder}: write one with: lumbus config init", USAGE)
    _require(options)
    folder = place.folder.resolve()
    lock = _locked(folder)
    settings = {
        "serial": options.serial,
        "folder": str(folder),
        "identity": identity_of(folder, options.identity),
        "lights": options.lights,
    }
    try:
        return _work(settings)
    finally:
        lock.close()


def _require(options) -> None:
    """What pip installs, and what it cannot."""
    if not (BOARD / "circuitpython").is_dir():
        raise Trouble(f"{BOARD} is not there: {_INSTALL}", USAGE)
    if find_spec("adafruit_blinka") is None:
        raise Trouble(f"adafruit-blinka is missing: {_INSTALL}", USAGE)
    if options.lights and find_spec("gpiod") is None:
        raise Trouble(f"--light wants the package gpiod, which is missing: {_INSTALL}", USAGE)
    try:
        fetch_umqtt(UMQTT)
    except (FetchError, ImportError) as e:
        raise Trouble(f"umqtt.simple is missing ({e}): run make setup in the project's folder", USAGE)


def _locked(folder: Path):
    """Two gateways with one folder would give their readings the same numbers."""
    try:
        file = open(folder / _LOCK, "w")
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Trouble(f"another gateway runs with {folder}", USAGE)
    except OSError as e:
        raise Trouble(f"cannot write to {folder}: {e.strerror}; the gateway keeps its journal there", USAGE)
    return file


def _work(settings: dict) -> int:
    # Of two files of one name (port.py) the one of circuitpython/ counts.
    sys.path[:0] = [str(BOARD / name) for name in ("circuitpython", "common", "host")] + [str(UMQTT)]
    from importlib import import_module

    port = import_module("port").port(settings)
    from uplink.start import main

    def end(number, frame) -> None:
        if port.over:
            # Asked twice: at once.
            raise KeyboardInterrupt
        port.over = True

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    return main(port)

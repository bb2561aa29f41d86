"""Where the rooms are, and where set-up puts what is fetched."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIB = ROOT / "lib"
FIRMWARE = ROOT / "firmware"
BOARD = ROOT / "board"
PROFILES = FIRMWARE / "uplink" / "profiles"

# Inside the environment: fetched at set-up, never committed.
FETCHED = Path(sys.prefix) / "share" / "lumbus"
UMQTT = FETCHED / "umqtt.simple"
# microdot alone, for the MicroPython that runs tests: what else CPython has installed is none of its business.
MICRODOT = FETCHED / "microdot"
STUBS = FETCHED / "typings"
CIRCUITPYTHON_STUBS = FETCHED / "typings-circuitpython"
CIRCUITPYTHON_LIB = FETCHED / "circuitpython"

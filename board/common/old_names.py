"""MicroPython's old module names, for umqtt.simple 1.3.4 under CPython."""

import binascii
import socket
import struct
import sys


def install() -> None:
    """Make `import usocket` and the like work where they do not."""
    if sys.implementation.name != "micropython":
        sys.modules.setdefault("usocket", socket)
        sys.modules.setdefault("ustruct", struct)
        sys.modules.setdefault("ubinascii", binascii)

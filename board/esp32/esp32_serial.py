"""The M-Bus line on a hardware UART: 8 data bits, even parity (the standard's; others can be set), 1 stop bit.

* The driver reports no parity or framing errors, and loses input without a word
  when its buffer is full: the frame's checksum and length are what can be
  trusted, and the buffer holds more than the longest frame (261 characters).
* With both time-outs 0 every character can be read as soon as it is there, and
  no call waits.  A request fits in the send buffer, so write() does not wait.
"""

import machine

from mbus._const import const

_RX_BUFFER = const(1024)
_TX_BUFFER = const(512)
_PARITIES = {"even": 0, "odd": 1, "none": None}


class SerialLine:
    """`pins` is a map of pins.py.  `baud` and `parity` as set.  Not for interrupt handlers."""

    def __init__(self, pins: dict, baud: int, parity: str = "even") -> None:
        self.baud = baud
        self.parity = parity
        invert = 0
        if pins["invert_tx"]:
            invert |= machine.UART.INV_TX
        if pins["invert_rx"]:
            invert |= machine.UART.INV_RX
        self._options = {
            "baudrate": baud,
            "bits": 8,
            "parity": _PARITIES[parity],
            "stop": 1,
            "tx": pins["tx"],
            "rx": pins["rx"],
            "txbuf": _TX_BUFFER,
            "rxbuf": _RX_BUFFER,
            "timeout": 0,
            "timeout_char": 0,
            "invert": invert,
        }
        self._uart = machine.UART(pins["uart"], **self._options)
        self._trash = bytearray(64)

    def set_baud(self, baud: int, parity=None) -> None:
        """Go on at another baud rate, when nothing is being sent; what was received and not read is lost.

        parity: "even", "odd" or "none"; None for the one that was.
        """
        self.baud = baud
        self.parity = parity or self.parity
        self._options["baudrate"] = baud
        self._options["parity"] = _PARITIES[self.parity]
        # All of it again: what init() is not told it may set to a default of its own.
        self._uart.init(**self._options)

    def write(self, data) -> None:
        self._uart.write(data)

    def readinto(self, view) -> int:
        """How many characters were there and are in `view` now; 0 when none."""
        return self._uart.readinto(view) or 0

    def discard(self) -> None:
        """Forget what has been received."""
        while self.readinto(self._trash):
            pass

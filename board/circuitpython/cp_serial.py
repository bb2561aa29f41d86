"""The M-Bus line on busio.UART, of CircuitPython and of Blinka: 8 data bits, 1 stop bit.

* The default buffer, 64 characters, is less than a frame (261): here it is 1024.
* With the time-out 0 no reading waits, and what is there can be read at once.  On a board write() waits until the last
  character has left: 23 ms for a request at 2400 baud, 0.2 s at 300.
* The parity is fixed when the UART is made, so another one takes another UART; the baud rate can be set later.
* On a computer the adapter may be unplugged and come back: after an error the next write opens it again.
* Blinka and pyserial raise errors of many kinds, termios one of its own; here all of them are OSError.
"""

import busio

_RX_BUFFER = 1024


class SerialLine:
    """tx, rx: pins, as busio takes them; parity: even, odd or none; where: what an error calls the line.

    is_pty: a pseudo-terminal has no parity, and refuses to be told so twice: then it goes without.
    `baud` and `parity` as set.  OSError when it cannot be opened or is gone.
    """

    def __init__(self, tx, rx, baud: int, parity: str, where: str, is_pty: bool = False) -> None:
        self.baud = baud
        self._tx = tx
        self._rx = rx
        self.parity = parity
        self._where = where
        self._is_pty = is_pty
        self._uart: busio.UART | None = self._opened()

    def set_baud(self, baud: int, parity=None) -> None:
        """Go on at another baud rate, when nothing is being sent; with another parity where one is given."""
        is_other = baud != self.baud
        self.baud = baud
        if parity is not None and parity != self.parity:
            self.parity = parity
            if self._uart is not None:
                self._close()
                self._uart = self._opened()
        elif self._uart is not None and is_other:
            self._try(self._set, baud)

    def write(self, data) -> None:
        if self._uart is None:
            self._uart = self._opened()
        self._try(self._uart.write, data)

    def readinto(self, view) -> int:
        """How many characters were there and are in `view` now; 0 when none."""
        return 0 if self._uart is None else self._try(self._uart.readinto, view) or 0

    def discard(self) -> None:
        """Forget what has been received."""
        if self._uart is not None:
            self._try(self._reset, None)

    def _set(self, baud: int) -> None:
        if self._uart is not None:
            self._uart.baudrate = baud

    def _reset(self, _) -> None:
        if self._uart is not None:
            self._uart.reset_input_buffer()

    def _opened(self) -> busio.UART:
        parity = {"even": busio.UART.Parity.EVEN, "odd": busio.UART.Parity.ODD}.get(self.parity)
        try:
            try:
                return self._made(parity)
            except Exception:
                if not self._is_pty or parity is None:
                    raise
                return self._made(None)
        except Exception as e:
            raise OSError("cannot open the serial line %s (%s)" % (self._where, e))

    def _made(self, parity) -> busio.UART:
        return busio.UART(
            self._tx,
            self._rx,
            baudrate=self.baud,
            bits=8,
            parity=parity,
            stop=1,
            timeout=0,
            receiver_buffer_size=_RX_BUFFER,
        )

    def _try(self, action, argument):
        try:
            return action(argument)
        except Exception as e:
            self._close()
            raise OSError("the serial line %s is gone (%s)" % (self._where, e))

    def _close(self) -> None:
        uart = self._uart
        self._uart = None
        try:
            if uart is not None:
                uart.deinit()
        except Exception:
            pass  # it is gone already

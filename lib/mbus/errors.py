"""What can go wrong on an M-Bus, as one small hierarchy.

Every error carries its data as attributes, so that nobody parses a message.
Each class says in words what its values mean, and names them in their order.
"""


class MBusError(Exception):
    """The root: anything that this library raises for what came off a bus."""

    _says = "{0}"
    _names = ""

    def __init__(self, *values):
        super().__init__(self._says.format(*values))
        for name, value in zip(self._names.split(), values):
            setattr(self, name, value)


class FrameError(MBusError):
    """The bytes are no frame of EN 13757-2, 5.  `offset` is where it fails."""

    _names = "_ offset"
    offset = 0


class ChecksumError(FrameError):
    """The checksum byte is `actual`; the bytes before it sum to `expected`."""

    _says = "checksum is {1:02x}, the bytes sum to {0:02x}"
    _names = "expected actual offset"
    expected: int
    actual: int


class TelegramError(MBusError):
    """A valid frame whose contents are no telegram that can be decoded."""


class UnsupportedCI(TelegramError):
    """The CI field (EN 13757-3, 5) `ci` names a telegram not decoded here."""

    _says = "CI field {0:02x} is not decoded"
    _names = "ci"
    ci: int


class EncryptedError(TelegramError):
    """The records are encrypted, says the configuration, in `mode` 1...31; nothing is invented from them."""

    _says = "the records are encrypted (mode {0})"
    _names = "mode"
    mode: int


class ApplicationError(TelegramError):
    """The meter reports an error of its own (CI 70h, EN 13757-3, 8.3) with `code` 0...255."""

    _says = "the meter reports application error {0}"
    _names = "code"
    code: int


class RecordError(TelegramError):
    """The record that starts at `offset` of the user data has no whole DIB, VIB or data."""

    _says = "{0} (record at byte {1})"
    _names = "_ offset"
    offset: int


class BusError(MBusError):
    """A conversation with the meter at `address` (None: with whichever) failed."""

    _names = "_ address"
    address: int | None = None


class NoReply(BusError):
    """Nothing that could be a reply came within `waited_ms`."""

    _says = "no reply from address {0} within {1} ms"
    _names = "address waited_ms"
    waited_ms: int


class DamagedReply(BusError):
    """`received` bytes came, but no valid frame from the meter among them.

    `raw` is what was heard, without an echo before it, 300 bytes at the most;
    the first `early` of them before a meter may speak; `again`: the same came
    to a repeat.  `kind` says what it looks like.
    """

    _says = "{1} bytes from the bus, but no valid reply from address {0}"
    _names = "address received"
    received: int
    again = False

    def __init__(self, address: int, received: int, raw: bytes = b"", request: bytes = b"", early: int = 0):
        super().__init__(address, received)
        if request and raw.startswith(request):
            raw = raw[len(request) :]
            early -= len(request)
        self.raw = raw
        self.request = request
        self.early = max(0, early)

    @property
    def kind(self) -> str:
        """ "collision", "noise", "echo" or "parity" (of the parity bit, or of the baud rate)."""
        from .damage import kind

        return kind(self.raw, self.request, self.early, self.again)


class BusBusy(BusError):
    """Another conversation on the same bus had not ended after `waited_ms`."""

    _says = "the bus was in use for {0} ms"
    _names = "waited_ms"
    waited_ms: int


class WrongMeter(BusError):
    """`wanted` was selected, and `found` answered (secondary addresses)."""

    _says = "selected {0}, but {1} answered"
    _names = "wanted found"
    wanted: str
    found: str

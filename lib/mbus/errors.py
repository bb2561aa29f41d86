"""What can go wrong on an M-Bus, as one small hierarchy.

Every error carries its data as attributes, so that nobody parses a message.
"""

_APPLICATION = (
    "unspecified,CI field not implemented,buffer too long,too many records,premature end of record,"
    "more than 10 DIFEs,more than 10 VIFEs,reserved,busy,too many readouts"
)


class MBusError(Exception):
    """The root: anything that this library raises for what came off a bus."""


class FrameError(MBusError):
    """The bytes are no frame of EN 13757-2, 5.  `offset` is where it fails."""

    def __init__(self, message: str, offset: int = 0):
        super().__init__(message)
        self.offset = offset


class ChecksumError(FrameError):
    """The checksum byte is `actual`; the bytes before it sum to `expected`."""

    def __init__(self, expected: int, actual: int, offset: int):
        super().__init__("checksum is %02x, the bytes sum to %02x" % (actual, expected), offset)
        self.expected = expected
        self.actual = actual


class TelegramError(MBusError):
    """A valid frame whose contents are no telegram that can be decoded."""


class UnsupportedCI(TelegramError):
    """The CI field (EN 13757-3, 5) `ci` names a telegram not decoded here (None: no telegram at all)."""

    def __init__(self, ci):
        super().__init__("a frame without user data" if ci is None else "CI field %02x is not decoded" % ci)
        self.ci = ci


class EncryptedError(TelegramError):
    """The records are encrypted, says the configuration, in `mode` 1...31; nothing is invented from them."""

    def __init__(self, mode: int):
        super().__init__("the records are encrypted (mode %d)" % mode)
        self.mode = mode


class ApplicationError(TelegramError):
    """The meter reports an error of its own (CI 70h, EN 13757-3, 8.3) with `code` 0...255."""

    def __init__(self, code: int):
        names = _APPLICATION.split(",")
        name = names[code] if code < len(names) else "unknown"
        super().__init__("the meter reports application error %d: %s" % (code, name))
        self.code = code


class RecordError(TelegramError):
    """The record that starts at `offset` of the user data has no whole DIB, VIB or data."""

    def __init__(self, message: str, offset: int):
        super().__init__("%s (record at byte %d)" % (message, offset))
        self.offset = offset


class BusError(MBusError):
    """A conversation with the meter at `address` failed."""

    def __init__(self, message: str, address):
        super().__init__(message)
        self.address = address


class NoReply(BusError):
    """Nothing that could be a reply came within `waited_ms`."""

    def __init__(self, address: int, waited_ms: int):
        super().__init__("no reply from address %d within %d ms" % (address, waited_ms), address)
        self.waited_ms = waited_ms


class DamagedReply(BusError):
    """`received` bytes came, but no valid frame from the meter among them.

    `raw` is what was heard, without an echo before it, 300 bytes at the most;
    the first `early` of them before a meter may speak; `again`: the same came
    to a repeat.  `kind` says what it looks like.
    """

    def __init__(self, address: int, received: int, raw: bytes = b"", request: bytes = b"", early: int = 0):
        super().__init__(
            "%d bytes from the bus, but no valid reply from address %d" % (received, address),
            address,
        )
        self.received = received
        if request and raw.startswith(request):
            raw = raw[len(request) :]
            early -= len(request)
        self.raw = raw
        self.request = request
        self.early = max(0, early)
        self.again = False

    @property
    def kind(self) -> str:
        """ "collision", "noise", "echo" or "parity" (of the parity bit, or of the baud rate)."""
        from .damage import kind

        return kind(self.raw, self.request, self.early, self.again)


class BusBusy(BusError):
    """Another conversation on the same bus had not ended after `waited_ms`."""

    def __init__(self, waited_ms: int):
        super().__init__("the bus was in use for %d ms" % waited_ms, None)
        self.waited_ms = waited_ms


class WrongMeter(BusError):
    """`wanted` was selected, and `found` answered (secondary addresses)."""

    def __init__(self, wanted: str, found: str):
        super().__init__("selected %s, but %s answered" % (wanted, found), 253)
        self.wanted = wanted
        self.found = found


class NotTaken(BusError):
    """The meter acknowledged `wanted` as its new `what`, but `found` is read back (None: nothing)."""

    def __init__(self, address: int, what: str, wanted, found):
        super().__init__("%s was set to %s, but %s is read back" % (what, wanted, found), address)
        self.what = what
        self.wanted = wanted
        self.found = found
